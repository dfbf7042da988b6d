/* The results.json of bench_amdahl: the medians of one variant of one case, with their rounds. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/statistics.h"
#include "commands/fit/points.h"
#include "util/xalloc.h"

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

/* Whether `name` is the wanted one; with nothing wanted, whether it is the only one there is. list: names
 * seen. */
struct selection {
  const char *wanted, *option, *what;
  char *names; /* "sum, pi" */
  size_t count;
};

static void offer(struct selection *s, const char *name) {
  s->count++;
  if (s->names && strlen(s->names) > 200) return;
  char *longer = xasprintf("%s%s%s", s->names ? s->names : "", s->names ? ", " : "", name);
  free(s->names);
  s->names = longer;
}

static bool refuse(const struct points_reader *r, const struct selection *s) {
  char *what = !s->count   ? xasprintf("there is no %s in it", s->what)
               : s->wanted ? xasprintf("is no %s in it; there are: %.200s", s->what, s->names)
                           : xasprintf("there is more than one %s; choose with %s: %.200s", s->what,
                                       s->option, s->names);
  points_complain(r, 0, s->count ? s->wanted : NULL, what);
  free(what);
  return false;
}

static const json_t *find_case(const struct points_reader *r, const json_t *root) {
  struct selection s = {r->choice->bench, "--case", "case", NULL, 0};
  const json_t *cases = json_object_get(root, "cases"), *found = NULL;
  for (size_t i = 0; i < json_array_size(cases); i++) {
    const json_t *item = json_array_get(cases, i);
    const char *name = text_of(item, "case");
    if (s.wanted ? strcmp(name, s.wanted) == 0 : !s.count) found = item;
    offer(&s, name);
  }
  if (!s.wanted && s.count > 1) found = NULL;
  if (!found) refuse(r, &s);
  free(s.names);
  return found;
}

/* The name of the variant to take: one that runs on different numbers of workers, hence not a reference. */
static const char *find_variant(const struct points_reader *r, const json_t *measurements) {
  struct selection s = {r->choice->variant, "--variant", "parallel variant", NULL, 0};
  const char *found = NULL, *last = "";
  for (size_t i = 0; i < json_array_size(measurements); i++) {
    const char *name = text_of(json_array_get(measurements, i), "variant");
    if (strcmp(name, "serial") == 0 || strcmp(name, "vector") == 0 || strcmp(name, last) == 0) continue;
    if (s.wanted ? strcmp(name, s.wanted) == 0 : !s.count) found = name;
    offer(&s, name);
    last = name;
  }
  if (!s.wanted && s.count > 1) found = NULL;
  if (!found) refuse(r, &s);
  free(s.names);
  return found;
}

/* The times of a measurement without its warm-up, [*count]. NULL: complained, or there are none. */
static double *read_seconds(const struct points_reader *r, const json_t *item, size_t warmup, size_t *count) {
  const json_t *list = json_object_get(item, "seconds");
  const size_t size = json_array_size(list);
  *count = 0;
  if (size <= warmup) return NULL;
  double *seconds = xcalloc(size - warmup, sizeof *seconds);
  for (size_t i = warmup; i < size; i++) {
    const double value = json_number_value(json_array_get(list, i)); /* 0 where it is no number */
    if (value >= 1e-150 && value <= 1e150) {
      seconds[(*count)++] = value;
      continue;
    }
    char *what = xasprintf("on %.17g workers: seconds[%zu] is no positive number",
                           json_number_value(json_object_get(item, "workers")), i);
    points_complain(r, 0, text_of(item, "variant"), what);
    free(what);
    free(seconds);
    return NULL;
  }
  return seconds;
}

static double median_of(const double *seconds, size_t count) { return summarize(seconds, count).median; }

/* True, too, where the measurement has no times: it failed. */
static bool read_measurement(const struct points_reader *r, const json_t *item, size_t warmup,
                             struct points *p) {
  const double workers = json_number_value(json_object_get(item, "workers"));
  const json_t *list = json_object_get(item, "seconds");
  size_t count;
  if (json_array_size(list) <= warmup) return true;
  if (!(workers >= 1 && workers <= 0x1p40))
    return points_complain(r, 0, text_of(item, "variant"), "has a number of workers that is none");
  double *seconds = read_seconds(r, item, warmup, &count);
  if (!seconds) return false;
  if (!points_add(p, workers, median_of(seconds, count))) {
    free(seconds);
    return points_complain(r, 0, NULL, "there are more than 10000 points");
  }
  p->seconds = xrealloc(p->seconds, p->n, sizeof *p->seconds);
  p->seconds[p->n - 1] = seconds;
  /* rounds are such where all have the same number of times */
  p->rounds = p->n == 1 || p->rounds == count ? count : 0;
  return true;
}

static bool read_case(const struct points_reader *r, const json_t *item, struct points *p) {
  const json_t *measurements = json_object_get(item, "measurements");
  const json_int_t warmup = json_integer_value(json_object_get(item, "warmup_rounds"));
  const char *variant = find_variant(r, measurements);
  if (!variant) return false;
  if (warmup < 0)
    return points_complain(r, 0, text_of(item, "case"), "has a negative number of warmup_rounds");
  for (size_t i = 0; i < json_array_size(measurements); i++) {
    const json_t *one = json_array_get(measurements, i);
    if (strcmp(text_of(one, "variant"), variant) == 0 && !read_measurement(r, one, (size_t)warmup, p))
      return false;
  }
  return true;
}

bool results_parse(const struct points_reader *r, const char *text, size_t length, struct points *points) {
  json_error_t error;
  json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
  if (!root) return points_complain(r, error.line > 0 ? (size_t)error.line : 0, NULL, error.text);
  points->kind = POINTS_SECONDS;
  points->grows = strcmp(text_of(root, "scaling"), "weak") == 0;
  snprintf(points->label, sizeof points->label, "seconds");
  const json_t *item = find_case(r, root);
  const bool good = item && read_case(r, item, points);
  json_decref(root);
  return good;
}
