#include "fit/points.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "memory.h"
#include "parse.h"

enum { MOST_POINTS = 1000000 };

static const char blanks[] = ",; \t\r\n";

/* What a column of that name holds. */
static enum points_kind kind_of(const char *name) {
  static const struct {
    const char *name;
    enum points_kind kind;
  } known[] = {
      {"seconds", POINTS_SECONDS},       {"time", POINTS_SECONDS},          {"s", POINTS_SECONDS},
      {"elapsed", POINTS_SECONDS},       {"runtime", POINTS_SECONDS},       {"time_s", POINTS_SECONDS},
      {"throughput", POINTS_THROUGHPUT}, {"rate", POINTS_THROUGHPUT},       {"speedup", POINTS_THROUGHPUT},
      {"capacity", POINTS_THROUGHPUT},   {"performance", POINTS_THROUGHPUT}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcasecmp(name, known[i].name) == 0) return known[i].kind;
  return POINTS_UNKNOWN;
}

struct reader {
  const char *name;
  size_t line;
  char *error;
  size_t size;
};

static bool complain(const struct reader *r, const char *what, const char *value) {
  snprintf(r->error, r->size, "%s:%zu: %s%s%s%s", r->name, r->line, value ? "'" : "", value ? value : "",
           value ? "' " : "", what);
  return false;
}

static bool add(struct points *p, double workers, double value) {
  if (p->n == MOST_POINTS) return false;
  p->workers = xrealloc(p->workers, p->n + 1, sizeof *p->workers);
  p->seconds = xrealloc(p->seconds, p->n + 1, sizeof *p->seconds);
  p->throughput = xrealloc(p->throughput, p->n + 1, sizeof *p->throughput);
  p->workers[p->n] = workers;
  p->seconds[p->n] = p->kind == POINTS_SECONDS ? value : 1 / value;
  p->throughput[p->n] = p->kind == POINTS_SECONDS ? 1 / value : value;
  p->n++;
  return true;
}

static bool read_line(const struct reader *r, char *line, bool first, struct points *p) {
  double workers, value;
  char *rest = NULL, *left = strtok_r(line, blanks, &rest), *right = strtok_r(NULL, blanks, &rest);
  if (!left || *left == '#') return true;
  if (!right) return complain(r, "has no second column", left);
  if (first && isalpha((unsigned char)*left)) {
    if (p->kind == POINTS_UNKNOWN) p->kind = kind_of(right);
    return p->kind != POINTS_UNKNOWN ||
           complain(r, "says neither seconds nor throughput: use --seconds or --throughput", right);
  }
  if (p->kind == POINTS_UNKNOWN)
    return complain(r, "no header says what the second column is: use --seconds or --throughput", NULL);
  if (!parse_real(left, 0x1p-20, 0x1p40, &workers)) return complain(r, "is no number of workers", left);
  if (!parse_real(right, 1e-150, 1e150, &value)) return complain(r, "is no positive number", right);
  return add(p, workers, value) || complain(r, "there are too many points", NULL);
}

bool points_read(FILE *file, const char *name, enum points_kind kind, struct points *points, char *error,
                 size_t size) {
  struct reader r = {name, 0, error, size};
  char *line = NULL;
  size_t room = 0;
  bool good = true, first = true;
  *points = (struct points){.kind = kind};
  while (good && getline(&line, &room, file) >= 0) {
    r.line++;
    const size_t begin = strspn(line, blanks);
    good = read_line(&r, line, first, points);
    if (line[begin] && line[begin] != '#') first = false;
  }
  if (good && ferror(file)) {
    snprintf(error, size, "%s: %s", name, strerror(errno));
    good = false;
  } else if (good && points->n == 0) {
    snprintf(error, size, "%s: there are no points in it", name);
    good = false;
  }
  free(line);
  if (!good) points_free(points);
  return good;
}

void points_free(struct points *points) {
  free(points->workers);
  free(points->seconds);
  free(points->throughput);
  *points = (struct points){0};
}
