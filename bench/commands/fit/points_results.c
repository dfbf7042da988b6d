/* The results.json of bench_amdahl: the medians of one variant of one case, with their rounds. */
#include <stdlib.h>
#include <string.h>

#include "analysis/sampling.h"
#include "analysis/statistics.h"
#include "commands/fit/points_reader.h"
#include "results/results.h"
#include "util/xalloc.h"

/* Of a list of names, the one that the user chose, or else the only one there is. */
struct choice {
  const char *wanted; /* or NULL */
  char *names;        /* those seen: "sum, pi" */
  size_t count;
};

/* Whether it is the one to take, as far as the names have come. */
static bool offer(struct choice *c, const char *name) {
  c->count++;
  if (!c->names || strlen(c->names) <= 200) {
    char *longer = xasprintf("%s%s%s", c->names ? c->names : "", c->names ? ", " : "", name);
    free(c->names);
    c->names = longer;
  }
  return c->wanted ? strcmp(name, c->wanted) == 0 : c->count == 1;
}

/* Frees the choice. False, with the reason as the reader's error, if there is nothing to take. */
static bool decide(const struct points_reader *r, struct choice *c, bool found, const char *option,
                   const char *what) {
  const bool good = found && (c->wanted || c->count == 1);
  char *why = !c->count ? xasprintf("there is no %s in it", what)
              : c->wanted
                  ? xasprintf("is no %s in it; there are: %.200s", what, c->names)
                  : xasprintf("there is more than one %s; choose with %s: %.200s", what, option, c->names);
  if (!good) points_complain(r, 0, c->count ? c->wanted : NULL, why);
  free(why);
  free(c->names);
  return good;
}

static const struct case_results *choose_case(const struct points_reader *r, const struct run *run) {
  struct choice c = {.wanted = r->choice->bench};
  const struct case_results *found = NULL;
  for (size_t i = 0; i < run->count; i++)
    if (offer(&c, run->cases[i].name)) found = &run->cases[i];
  return decide(r, &c, found, "--case", "case") ? found : NULL;
}

/* One that runs on different numbers of workers, hence not a reference. */
static const struct variant *choose_variant(const struct points_reader *r,
                                            const struct case_results *results) {
  struct choice c = {.wanted = r->choice->variant};
  const struct variant *found = NULL, *last = NULL;
  for (size_t i = 0; i < results->count; i++) {
    const struct variant *variant = results->items[i].variant;
    if (!variant->parallel || variant == last) continue;
    if (offer(&c, variant->name)) found = variant;
    last = variant;
  }
  return decide(r, &c, found, "--variant", "parallel variant") ? found : NULL;
}

/* The times of a measurement without the warm-up; one that failed has none, and is no point. */
static bool add_measurement(const struct points_reader *r, const struct measurement *item, size_t warmup,
                            struct points *p) {
  if (item->count <= warmup) return true;
  const size_t count = item->count - warmup;
  const double *seconds = item->seconds + warmup;
  if (!points_add(p, item->workers, summarize(seconds, count).median))
    return points_complain(r, 0, NULL, "there are more than 10000 points");
  p->seconds = xrealloc(p->seconds, p->n, sizeof *p->seconds);
  p->seconds[p->n - 1] = xcalloc(count, sizeof *seconds);
  memcpy(p->seconds[p->n - 1], seconds, count * sizeof *seconds);
  /* rounds are such where all have the same number of times */
  p->rounds = p->n == 1 || p->rounds == count ? count : 0;
  return true;
}

static bool add_case(const struct points_reader *r, const struct case_results *results, struct points *p) {
  const struct variant *variant = choose_variant(r, results);
  const size_t warmup = sampling_warmup(results);
  bool good = variant != NULL;
  for (size_t i = 0; good && i < results->count; i++)
    if (results->items[i].variant == variant) good = add_measurement(r, &results->items[i], warmup, p);
  return good;
}

bool points_from_results(const struct points_reader *r, const char *text, size_t length,
                         struct points *points) {
  struct run run;
  char *error;
  if (!results_parse(text, length, r->name, &run, &error)) {
    points_fail(r, error);
    free(error);
    return false;
  }
  points->kind = POINTS_SECONDS;
  points->grows = run.options.weak;
  snprintf(points->label, sizeof points->label, "seconds");
  const struct case_results *results = choose_case(r, &run);
  const bool good = results && add_case(r, results, points);
  run_free(&run);
  return good;
}
