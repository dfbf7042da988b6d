#include "output/pictures/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

enum gnuplot_end gnuplot_run(const char *folder, const char *script) {
  /* -d: no settings of the user's own */
  char *argv[] = {(char[]){"gnuplot"},       (char[]){"-d"}, (char[]){"-e"},
                  (char[]){"suffix='.tmp'"}, (char *)script, NULL};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  pid_t child;
  const int error = posix_spawnp(&child, argv[0], &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error) return error == ENOENT ? GNUPLOT_MISSING : GNUPLOT_FAILED;
  int status;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return GNUPLOT_FAILED;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? GNUPLOT_DONE : GNUPLOT_FAILED;
}

/* ---- text ---- */

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

void gnuplot_number(FILE *stream, double value) {
  /* printf's "nan" may carry a sign, which gnuplot does not read */
  if (isfinite(value)) fprintf(stream, " %.9g", value);
  else fputs(" NaN", stream);
}

void gnuplot_bounded(FILE *stream, double value, double low, double high) {
  gnuplot_number(stream, value);
  gnuplot_number(stream, isnan(low) ? value : low);
  gnuplot_number(stream, isnan(high) ? value : high);
}
