/* The verdicts on the pairs, with intervals and p-values, and what to know about them. */
#include "commands/compare/comparison.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/bootstrap.h"
#include "analysis/sampling.h"
#include "analysis/significance.h"
#include "analysis/sorted.h"
#include "util/xalloc.h"

/* ---- intervals of ratios ---- */

enum { DRAWS = 999 };

/* The median of n draws, in which round k was drawn times_drawn[k] times; values: of every round, ascending.
 */
static double median_drawn(const struct sorted *values, size_t n, const size_t *times_drawn) {
  size_t i = 0, drawn = times_drawn[values[0].place];
  while (drawn <= (n - 1) / 2) drawn += times_drawn[values[++i].place];
  const double lower = values[i].value;
  while (drawn <= n / 2) drawn += times_drawn[values[++i].place];
  return (lower + values[i].value) / 2;
}

/* Which rounds are drawn depends on rng and n alone, and so is the same for all measurements of a case. */
static double *draw_medians(const struct times *times, tutti_rng rng) {
  const size_t n = times->n;
  double *medians = xcalloc(DRAWS, sizeof *medians);
  struct sorted *values = sort_values(times->seconds, n);
  size_t *times_drawn = xcalloc(n, sizeof *times_drawn);
  for (size_t draw = 0; draw < DRAWS; draw++) {
    memset(times_drawn, 0, n * sizeof *times_drawn);
    for (size_t k = 0; k < n; k++) times_drawn[tutti_bits_at(rng, draw * n + k) % n]++;
    medians[draw] = median_drawn(values, n, times_drawn);
  }
  free(times_drawn);
  free(values);
  return medians;
}

struct ratio ratio_of_medians(const struct pair *pair) {
  double bounds[2] = {NAN, NAN};
  if (pair->old.n >= INTERVAL_FEWEST && pair->new.n >= INTERVAL_FEWEST) {
    double *old = draw_medians(&pair->old, (tutti_rng){pair->case_index, 0}),
           *new = draw_medians(&pair->new, (tutti_rng){pair->case_index, 1});
    for (size_t draw = 0; draw < DRAWS; draw++) new[draw] /= old[draw];
    law_percentiles(new, DRAWS, bounds);
    free(old);
    free(new);
  }
  return (struct ratio){pair->new.median / pair->old.median, bounds[0], bounds[1]};
}

/* ---- verdicts ---- */

static void adjust(struct comparison *c) {
  double *p = xcalloc(c->count, sizeof *p), *adjusted = xcalloc(c->count, sizeof *adjusted);
  for (size_t i = 0; i < c->count; i++) p[i] = c->pairs[i].p;
  holm(p, c->count, adjusted);
  for (size_t i = 0; i < c->count; i++) c->pairs[i].adjusted = adjusted[i];
  free(adjusted);
  free(p);
}

/* A change is certain, and large; none is certain, too. Faster by the threshold is what slower is with the
 * runs swapped. */
static enum verdict judge(const struct pair *pair, const struct compare_settings *settings) {
  const double slower = 1 + settings->threshold, faster = 1 / slower;
  const bool certain = pair->adjusted < settings->alpha;
  if (pair->few) return VERDICT_UNKNOWN;
  if (certain && pair->ratio.low > slower) return VERDICT_SLOWER;
  if (certain && pair->ratio.high < faster) return VERDICT_FASTER;
  return pair->ratio.low >= faster && pair->ratio.high <= slower ? VERDICT_SAME : VERDICT_UNKNOWN;
}

static void judge_all(struct comparison *c) {
  for (size_t i = 0; i < c->count; i++) {
    struct pair *pair = &c->pairs[i];
    const double least = mann_whitney_least(pair->old.n, pair->new.n);
    pair->ratio = ratio_of_medians(pair);
    pair->p = mann_whitney(pair->old.seconds, pair->old.n, pair->new.seconds, pair->new.n);
    pair->few = isnan(pair->ratio.low) || least * (double)c->count >= c->settings.alpha;
  }
  adjust(c);
  for (size_t i = 0; i < c->count; i++) {
    c->pairs[i].verdict = judge(&c->pairs[i], &c->settings);
    c->verdicts[c->pairs[i].verdict]++;
  }
}

static void sort_pairs(struct comparison *c) {
  double *nearness = xcalloc(c->count, sizeof *nearness);
  struct pair *pairs = xcalloc(c->count, sizeof *pairs);
  for (size_t i = 0; i < c->count; i++) nearness[i] = -fabs(log(c->pairs[i].ratio.value));
  struct sorted *order = sort_values(nearness, c->count);
  for (size_t i = 0; i < c->count; i++) pairs[i] = c->pairs[order[i].place];
  free(c->pairs);
  c->pairs = pairs;
  free(order);
  free(nearness);
}

/* ---- what to know about the verdicts ---- */

double neighbours_correlate(const struct case_results *results, bool *clear) {
  enum { FEWEST = 10 };
  const size_t warmup = sampling_warmup(results), n = results->rounds - warmup;
  double *rounds = xcalloc(n, sizeof *rounds), mean = 0, squares = 0, products = 0;
  for (size_t i = 0; i < results->count; i++)
    for (size_t k = 0; k < n && results->items[i].count == results->rounds; k++)
      rounds[k] += log(results->items[i].seconds[warmup + k]);
  for (size_t k = 0; k < n; k++) mean += rounds[k] / (double)n;
  for (size_t k = 0; k < n; k++) {
    squares += (rounds[k] - mean) * (rounds[k] - mean);
    products += k ? (rounds[k] - mean) * (rounds[k - 1] - mean) : 0;
  }
  free(rounds);
  const double correlation = n >= FEWEST && squares > 0 ? products / squares : NAN;
  *clear = correlation * sqrt((double)n) > 2.5;
  return correlation;
}

static void remark_few(struct comparison *c) {
  size_t few = 0, enough = mann_whitney_rounds(c->count, c->settings.alpha);
  for (size_t i = 0; i < c->count; i++) few += c->pairs[i].few;
  if (enough < INTERVAL_FEWEST) enough = INTERVAL_FEWEST;
  if (few)
    text_list_add(&c->warnings,
                  "%zu of %zu comparisons have too few rounds to tell: it takes %zu in both runs "
                  "(bench_amdahl run -r %zu, and more for what was warm-up), or fewer comparisons (--cases, "
                  "--variants)",
                  few, c->count, enough, enough);
}

static void remark_correlation(const struct run *run, const char *which, struct comparison *c) {
  for (size_t i = 0; i < c->count; i++) {
    const struct case_results *results = find_case(run, c->pairs[i].name);
    bool clear;
    const double correlation = neighbours_correlate(results, &clear);
    if (clear)
      text_list_add(
          &c->warnings,
          "%s: neighbouring rounds of the %s run are alike (correlation %.2f), so that its p-values are "
          "too small and its intervals too narrow",
          results->name, which, correlation);
  }
}

struct comparison compare_runs(const struct run *old, const struct run *new,
                               const struct compare_settings *settings) {
  struct comparison c = {.settings = *settings};
  if (find_differences(old, new, &c.differences))
    text_list_add(&c.warnings, "the machine is another: what changed may be the machine and not the program");
  find_pairs(old, new, &c);
  judge_all(&c);
  sort_pairs(&c);
  remark_few(&c);
  remark_correlation(old, "old", &c);
  remark_correlation(new, "new", &c);
  return c;
}

void comparison_free(struct comparison *c) {
  free(c->pairs);
  text_list_free(&c->alarms);
  text_list_free(&c->differences);
  text_list_free(&c->left_out);
  text_list_free(&c->warnings);
}

bool comparison_is_worse(const struct comparison *c) {
  return c->verdicts[VERDICT_SLOWER] || c->alarms.count;
}
