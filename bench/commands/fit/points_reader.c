/* How the readers of points add a point, and how they say what is wrong. */
#include "commands/fit/points_reader.h"

#include <string.h>

#include "util/xalloc.h"

bool points_fail(const struct points_reader *r, const char *text) {
  snprintf(r->error, r->size, "%s", text);
  for (char *c = r->error; *c; c++) /* nothing of the file that a terminal would obey */
    if ((unsigned char)*c < ' ' || *c == 0x7f) *c = '?';
  return false;
}

bool points_complain(const struct points_reader *r, size_t line, const char *value, const char *what) {
  char at[32] = "", shown[64] = "", text[512];
  if (line) snprintf(at, sizeof at, "%zu:", line);
  if (value) snprintf(shown, sizeof shown, strlen(value) > 40 ? "'%.40s...' " : "'%.40s' ", value);
  snprintf(text, sizeof text, "%.200s:%s %s%s", r->name, at, shown, what);
  return points_fail(r, text);
}

bool points_add(struct points *points, double workers, double value) {
  if (points->n == MOST_POINTS) return false;
  points->workers = xrealloc(points->workers, points->n + 1, sizeof *points->workers);
  points->values = xrealloc(points->values, points->n + 1, sizeof *points->values);
  points->workers[points->n] = workers;
  points->values[points->n++] = value;
  return true;
}
