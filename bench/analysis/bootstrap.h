/* Intervals of 95 % by drawing the measurements again and fitting again (Efron, 1979). */
#ifndef BENCH_BOOTSTRAP_H
#define BENCH_BOOTSTRAP_H

#include <stdint.h>

#include "analysis/scaling_law.h"

/* Draw number `draw`: the throughputs of all points, measured again. */
typedef void law_draw(const void *user, uint64_t draw, double *throughput);

/* A law fitted to every draw. None of them: there are no intervals, they are NaN. */
struct law_bootstrap {
  size_t count;
  struct law *laws; /* [count] */
};

/* From the residuals of a fitted law: drawn with replacement, as shares of what the law says. Few points make
 * residuals too small, by sqrt((n - parameters) / n), and their size uncertain, for which they are widened by
 * the ratio of Student's to the normal quantile. No residual left: no intervals. */
struct law_bootstrap law_bootstrap_residuals(const struct law *law, const struct law_points *points);

/* Rounds of times: seconds[i][r] is the time of round r on workers[i] workers; a round holds one time for
 * each, taken one after the other, so that what disturbs one disturbs the others too. */
struct law_rounds {
  size_t configs, rounds;
  const double *workers;        /* [configs] */
  const double *const *seconds; /* [configs][rounds] */
  const double *base;           /* [rounds]: throughputs are relative to its; NULL: to 1 a second */
  bool grows;                   /* the problem, with the workers */
};

/* Intervals need as many: the median of fewer lies outside their range too often. */
enum { LAW_FEWEST_ROUNDS = 6 };

/* Throughputs of the medians, [configs]. */
void law_rounds_throughput(const struct law_rounds *rounds, double *throughput);

/* The relative standard deviation of these throughputs, by the bootstrap; 0: too few rounds to tell. */
double law_rounds_noise(const struct law_rounds *rounds);

/* From rounds drawn with replacement, the same ones for all configurations. Few rounds: no intervals. points
 * are those of law_rounds_throughput. */
struct law_bootstrap law_bootstrap_rounds(enum law_kind kind, const struct law_points *points,
                                          const struct law_rounds *rounds);

/* From anything that draws. */
struct law_bootstrap law_bootstrap_draws(enum law_kind kind, const struct law_points *points, law_draw *draw,
                                         const void *user);

/* The percentiles of 95 % of them all; sorts values. */
void law_percentiles(double *values, size_t count, double bounds[2]);

/* Of law_predict(workers): percentiles of the draws. */
void law_interval(const struct law_bootstrap *bootstrap, double workers, double bounds[2]);

/* Sets low and high of the law's parameters. */
void law_parameter_intervals(const struct law_bootstrap *bootstrap, struct law *law);

void law_bootstrap_free(struct law_bootstrap *bootstrap);

/* The interval of median(num) / median(den), where num[r] and den[r] were measured in the same round. NaN
 * with fewer than LAW_FEWEST_ROUNDS. */
void median_ratio_interval(const double *num, const double *den, size_t rounds, double bounds[2]);

#endif
