/* Chooses the reader of a file of points by its first character. */
#include "commands/fit/points.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands/fit/points_reader.h"
#include "util/whole_file.h"

enum { MOST_BYTES = 64 << 20 };

bool points_parse(const char *text, size_t length, const char *name, const struct points_choice *choice,
                  struct points *points, char *error, size_t size) {
  static const char mark[] = "\xef\xbb\xbf"; /* the byte order mark of UTF-8 */
  const struct points_reader r = {name, choice, error, size};
  *points = (struct points){.kind = choice->kind};
  if (size) *error = '\0';
  if (length >= 3 && memcmp(text, mark, 3) == 0) {
    text += 3;
    length -= 3;
  }
  size_t begin = 0;
  while (begin < length && strchr(" \t\r\n", text[begin]) && text[begin]) begin++;
  bool good = begin < length && text[begin] == '{' ? points_from_results(&r, text, length, points)
                                                   : points_from_table(&r, text, length, points);
  if (!*points->label)
    snprintf(points->label, sizeof points->label, points->kind == POINTS_SECONDS ? "seconds" : "throughput");
  if (good && points->n == 0) good = points_complain(&r, 0, NULL, "there are no points in it");
  if (!good) points_free(points);
  return good;
}

bool points_read(FILE *file, const char *name, const struct points_choice *choice, struct points *points,
                 char *error, size_t size) {
  const struct points_reader r = {name, choice, error, size};
  size_t length;
  char *text = whole_file(file, MOST_BYTES, &length);
  *points = (struct points){0};
  if (!text) return points_complain(&r, 0, NULL, errno == EFBIG ? "larger than 64 MiB" : strerror(errno));
  const bool good = points_parse(text, length, name, choice, points, error, size);
  free(text);
  return good;
}

void points_free(struct points *points) {
  for (size_t i = 0; points->seconds && i < points->n; i++) free(points->seconds[i]);
  free(points->seconds);
  free(points->workers);
  free(points->values);
  *points = (struct points){0};
}
