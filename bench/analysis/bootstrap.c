/* Intervals by drawing measurements again and fitting again. */
#include "analysis/bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/random.h>

#include "analysis/statistics.h"
#include "math/student.h"
#include "util/xalloc.h"

enum { DRAWS = 999, SEED = 1 };

static void percentiles(double *values, size_t count, double tail, double bounds[2]) {
  bounds[0] = bounds[1] = NAN;
  if (!count) return;
  qsort(values, count, sizeof *values, ascending_doubles);
  bounds[0] = quantile(values, count, tail);
  bounds[1] = quantile(values, count, 1 - tail);
}

void law_percentiles(double *values, size_t count, double bounds[2]) {
  percentiles(values, count, 0.025, bounds);
}

struct law_bootstrap law_bootstrap_draws(enum law_kind kind, const struct law_points *points, law_draw *draw,
                                         const void *user) {
  struct law_bootstrap b = {0, xcalloc(DRAWS, sizeof *b.laws)};
  double *throughput = xcalloc(points->n, sizeof *throughput);
  for (uint64_t k = 0; k < DRAWS; k++) {
    draw(user, k, throughput);
    const struct law_points again = {points->n, points->workers, throughput, 0};
    const struct law law = law_fit(kind, &again);
    if (law.fitted) b.laws[b.count++] = law;
  }
  free(throughput);
  return b;
}

void law_interval(const struct law_bootstrap *bootstrap, double workers, double bounds[2]) {
  double values[DRAWS] = {0};
  for (size_t k = 0; k < bootstrap->count; k++) values[k] = law_predict(&bootstrap->laws[k], workers);
  law_percentiles(values, bootstrap->count, bounds);
}

void law_parameter_intervals(const struct law_bootstrap *bootstrap, struct law *law) {
  for (size_t j = 0; j < law->count; j++) {
    double values[DRAWS] = {0}, bounds[2];
    for (size_t k = 0; k < bootstrap->count; k++) values[k] = bootstrap->laws[k].parameters[j].value;
    law_percentiles(values, bootstrap->count, bounds);
    law->parameters[j].low = bounds[0];
    law->parameters[j].high = bounds[1];
  }
}

void law_bootstrap_free(struct law_bootstrap *bootstrap) {
  free(bootstrap->laws);
  *bootstrap = (struct law_bootstrap){0};
}

/* ---- residuals ---- */

struct residuals {
  size_t n,
      first; /* the normalised law goes through its points at one worker: those before `first` have none */
  double *law, *relative; /* [n] what the law says; [n - first] */
};

static void draw_residuals(const void *user, uint64_t draw, double *throughput) {
  const struct residuals *r = user;
  for (size_t i = 0; i < r->n; i++) {
    const size_t k = (size_t)(tutti_bits_at((tutti_rng){SEED, draw}, i) % r->first);
    throughput[i] = r->law[i] * fmax(0.01, 1 + r->relative[k]);
  }
}

struct law_bootstrap law_bootstrap_residuals(const struct law *law, const struct law_points *points) {
  const size_t n = points->n;
  struct residuals r = {n, 0, xcalloc(n, sizeof(double)), xcalloc(n, sizeof(double))};
  for (size_t i = 0; i < n; i++) {
    r.law[i] = law_predict(law, points->workers[i]);
    if (law->kind == LAW_USL_NORMALISED && points->workers[i] == 1) continue;
    r.relative[r.first++] = points->throughput[i] / r.law[i] - 1;
  }
  struct law_bootstrap b = {0};
  if (r.first > law->count) {
    const double freedom = (double)(r.first - law->count),
                 wider = sqrt((double)r.first / freedom) * tutti_student_975(freedom) / NORMAL_975;
    for (size_t k = 0; k < r.first; k++) r.relative[k] *= wider;
    b = law_bootstrap_draws(law->kind, points, draw_residuals, &r);
  }
  free(r.law);
  free(r.relative);
  return b;
}

/* ---- rounds ---- */

static double median_of(const double *seconds, const size_t *drawn, double *scratch, size_t rounds) {
  for (size_t r = 0; r < rounds; r++) scratch[r] = seconds[drawn ? drawn[r] : r];
  qsort(scratch, rounds, sizeof *scratch, ascending_doubles);
  return quantile(scratch, rounds, 0.5);
}

static void draw_indices(uint64_t draw, size_t *drawn, size_t rounds) {
  for (size_t r = 0; r < rounds; r++) drawn[r] = (size_t)(tutti_bits_at((tutti_rng){SEED, draw}, r) % rounds);
}

static void throughput_of(const struct law_rounds *rounds, const size_t *drawn, double *throughput) {
  double *scratch = xcalloc(rounds->rounds, sizeof *scratch);
  const double base = rounds->base ? median_of(rounds->base, drawn, scratch, rounds->rounds) : 1;
  for (size_t i = 0; i < rounds->configs; i++)
    throughput[i] = (rounds->grows ? rounds->workers[i] : 1) * base /
                    median_of(rounds->seconds[i], drawn, scratch, rounds->rounds);
  free(scratch);
}

void law_rounds_throughput(const struct law_rounds *rounds, double *throughput) {
  throughput_of(rounds, NULL, throughput);
}

static void draw_rounds(const void *user, uint64_t draw, double *throughput) {
  const struct law_rounds *rounds = user;
  size_t *drawn = xcalloc(rounds->rounds, sizeof *drawn);
  draw_indices(draw, drawn, rounds->rounds);
  throughput_of(rounds, drawn, throughput);
  free(drawn);
}

struct law_bootstrap law_bootstrap_rounds(enum law_kind kind, const struct law_points *points,
                                          const struct law_rounds *rounds) {
  if (rounds->rounds < LAW_FEWEST_ROUNDS) return (struct law_bootstrap){0};
  return law_bootstrap_draws(kind, points, draw_rounds, rounds);
}

double law_rounds_noise(const struct law_rounds *rounds) {
  double *once = xcalloc(rounds->configs, sizeof *once), *again = xcalloc(rounds->configs, sizeof *again),
         sum = 0;
  if (rounds->rounds >= LAW_FEWEST_ROUNDS) {
    law_rounds_throughput(rounds, once);
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
      draw_rounds(rounds, draw, again);
      for (size_t i = 0; i < rounds->configs; i++) sum += (again[i] / once[i] - 1) * (again[i] / once[i] - 1);
    }
  }
  free(once);
  free(again);
  return rounds->configs ? sqrt(sum / (DRAWS * (double)rounds->configs)) : 0;
}

/* Percentiles of few rounds are too narrow, by about the ratio of Student's quantile to the normal one and
 * sqrt(n / (n - 1)): further ones make up for it (T. Hesterberg, "What teachers should know about the
 * bootstrap", 2015). */
static double rounds_tail(size_t rounds) {
  const double n = (double)rounds;
  return n > 1 ? 0.5 * erfc(sqrt(n / (n - 1)) * tutti_student_975(n - 1) / sqrt(2)) : NAN;
}

void median_ratio_interval(const double *num, const double *den, size_t rounds, double bounds[2]) {
  double values[DRAWS] = {0}, *scratch = xcalloc(rounds, sizeof *scratch);
  size_t *drawn = xcalloc(rounds, sizeof *drawn), count = 0;
  for (uint64_t draw = 0; draw < DRAWS && rounds >= LAW_FEWEST_ROUNDS; draw++) {
    draw_indices(draw, drawn, rounds);
    values[count++] = median_of(num, drawn, scratch, rounds) / median_of(den, drawn, scratch, rounds);
  }
  percentiles(values, count, rounds_tail(rounds), bounds);
  free(scratch);
  free(drawn);
}
