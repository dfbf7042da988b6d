#include "commands/fit/points.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { MOST_BYTES = 64 << 20 };

bool points_complain(const struct points_reader *r, size_t line, const char *value, const char *what) {
  char at[32] = "", shown[64] = "";
  if (line) snprintf(at, sizeof at, "%zu:", line);
  if (value) snprintf(shown, sizeof shown, strlen(value) > 40 ? "'%.40s...' " : "'%.40s' ", value);
  snprintf(r->error, r->size, "%s:%s %s%s", r->name, at, shown, what);
  for (char *c = r->error; *c; c++) /* nothing of the file that a terminal would obey */
    if ((unsigned char)*c < ' ' || *c == 0x7f) *c = '?';
  return false;
}

bool points_add(struct points *points, double workers, double value) {
  if (points->n == MOST_POINTS) return false;
  points->workers = xrealloc(points->workers, points->n + 1, sizeof *points->workers);
  points->values = xrealloc(points->values, points->n + 1, sizeof *points->values);
  points->workers[points->n] = workers;
  points->values[points->n++] = value;
  return true;
}

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
  bool good = begin < length && text[begin] == '{' ? results_parse(&r, text, length, points)
                                                   : table_parse(&r, text, length, points);
  if (!*points->label)
    snprintf(points->label, sizeof points->label, points->kind == POINTS_SECONDS ? "seconds" : "throughput");
  if (good && points->n == 0) good = points_complain(&r, 0, NULL, "there are no points in it");
  if (!good) points_free(points);
  return good;
}

bool points_read(FILE *file, const char *name, const struct points_choice *choice, struct points *points,
                 char *error, size_t size) {
  const struct points_reader r = {name, choice, error, size};
  char *text = NULL;
  size_t length = 0, room = 0, got = 1;
  while (got && length <= MOST_BYTES) {
    room = length + (length < 4096 ? 4096 : length);
    text = xrealloc(text, room, 1);
    got = fread(text + length, 1, room - length, file);
    length += got;
  }
  *points = (struct points){0};
  bool good;
  if (ferror(file)) good = points_complain(&r, 0, NULL, strerror(errno));
  else if (length > MOST_BYTES) good = points_complain(&r, 0, NULL, "larger than 64 MiB");
  else good = points_parse(text, length, name, choice, points, error, size);
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
