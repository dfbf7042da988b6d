/* Texts and numbers as gnuplot reads them. */
#include "output/pictures/gnuplot.h"

#include <math.h>
#include <stdbool.h>

/* The code point that text begins with and its bytes; what is no UTF-8 counts as one byte, '?'. */
static unsigned decode(const unsigned char *text, size_t *bytes) {
  static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
  const size_t length = *text < 0x80       ? 1
                        : *text >> 5 == 6  ? 2
                        : *text >> 4 == 14 ? 3
                        : *text >> 3 == 30 ? 4
                                           : 0;
  unsigned code = length == 1 ? *text : *text & (0x7FU >> length);
  *bytes = 1;
  if (!length) return '?';
  for (size_t i = 1; i < length; i++) {
    if (text[i] >> 6 != 2) return '?';
    code = code << 6 | (text[i] & 0x3F);
  }
  if (code < least[length]) return '?';
  *bytes = length;
  /* surrogates, and what XML cannot hold */
  if ((code >= 0xD800 && code <= 0xDFFF) || (code & 0xFFFE) == 0xFFFE || code > 0x10FFFF) return '?';
  return code;
}

/* Columns it takes in a picture: East Asian characters are wide. */
static size_t width_of(unsigned code) { return code >= 0x2E80 ? 2 : 1; }

static size_t text_width(const char *text) {
  size_t width = 0, bytes;
  for (; *text; text += bytes) width += width_of(decode((const unsigned char *)text, &bytes));
  return width;
}

/* In single quotes, where gnuplot knows no escapes, no variables and no commands, only '' for a quote. */
void gnuplot_text(FILE *stream, const char *text, size_t columns) {
  const bool cut = text_width(text) > columns;
  size_t left = cut ? columns - 1 : columns, bytes;
  fputc('\'', stream);
  for (; *text; text += bytes) {
    const unsigned code = decode((const unsigned char *)text, &bytes);
    if (width_of(code) > left) break;
    left -= width_of(code);
    if (code < 0x20 || (code >= 0x7F && code < 0xA0)) fputc(' ', stream);
    else if (code == '\'') fputs("''", stream);
    else if (code == '?') fputc('?', stream);
    else fwrite(text, 1, bytes, stream);
  }
  fputs(cut ? "…'" : "'", stream);
}

void gnuplot_numbers(FILE *stream, const double *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    /* printf's "nan" may carry a sign, which gnuplot does not read */
    if (isfinite(values[i])) fprintf(stream, "%s%.9g", i ? " " : "", values[i]);
    else fputs(i ? " NaN" : "NaN", stream);
  }
}
