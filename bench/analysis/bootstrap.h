/* Intervals of 95 % by the bootstrap (Efron, 1979): the measurements are drawn again, with replacement, the
 * law is fitted to each draw, and the interval lies between the 2.5 % and the 97.5 % quantile of what the
 * fits give. */
#ifndef BENCH_BOOTSTRAP_H
#define BENCH_BOOTSTRAP_H

#include <stdint.h>

#include "analysis/scaling_law.h"

/* Draw number `draw`: the throughputs of all points, measured again. */
typedef void law_draw(const void *user, uint64_t draw, double *throughput);

/* The laws fitted to the draws. count = 0: no fit succeeded, and all intervals are NaN. */
struct law_bootstrap {
  size_t count;
  struct law *laws; /* [count] */
};

/* From the residuals of a law that was fitted to n points with k parameters: residual i is
 *   throughput[i] / law_predict(workers[i]) - 1,
 * and a draw multiplies each prediction by 1 + a residual drawn with replacement. Two corrections make the
 * residuals wider: sqrt(n / (n - k)), because a fit with k parameters makes its residuals too small by the
 * inverse of that; t / z, the 97.5 % quantiles of Student's t with n - k degrees of freedom and of the normal
 * distribution, because the size of so few residuals is itself uncertain. n = k: there are no intervals. */
struct law_bootstrap law_bootstrap_residuals(const struct law *law, const struct law_points *points);

/* Rounds of times: seconds[i][r] is the time of round r on workers[i] workers. A round has one time of each
 * configuration, measured one after the other: what disturbs one of them often disturbs the others too, and
 * so rounds are drawn as a whole. */
struct law_rounds {
  size_t configs, rounds;
  const double *workers;        /* [configs] */
  const double *const *seconds; /* [configs][rounds] */
  const double *base; /* [rounds], seconds: throughputs are multiples of its; NULL: of one run a second */
  bool grows;         /* the problem grows with the workers */
};

/* Intervals need so many rounds: the true median lies outside the range of n of them with probability 2 /
 * 2^n. */
enum { LAW_FEWEST_ROUNDS = 6 };

/* Throughputs of the medians, [configs]. */
void law_rounds_throughput(const struct law_rounds *rounds, double *throughput);

/* The relative standard deviation of these throughputs, by the bootstrap; 0: fewer than LAW_FEWEST_ROUNDS. */
double law_rounds_noise(const struct law_rounds *rounds);

/* From rounds drawn with replacement, the same rounds for all configurations. Fewer than LAW_FEWEST_ROUNDS:
 * no intervals. points: of law_rounds_throughput. */
struct law_bootstrap law_bootstrap_rounds(enum law_kind kind, const struct law_points *points,
                                          const struct law_rounds *rounds);

/* From any function that draws. */
struct law_bootstrap law_bootstrap_draws(enum law_kind kind, const struct law_points *points, law_draw *draw,
                                         const void *user);

/* The 2.5 % and the 97.5 % quantile; sorts values. */
void law_percentiles(double *values, size_t count, double bounds[2]);

/* The interval of law_predict(workers). */
void law_interval(const struct law_bootstrap *bootstrap, double workers, double bounds[2]);

/* Sets low and high of the law's parameters. */
void law_parameter_intervals(const struct law_bootstrap *bootstrap, struct law *law);

void law_bootstrap_free(struct law_bootstrap *bootstrap);

/* The interval of median(num) / median(den), where num[r] and den[r] were measured in the same round. NaN
 * with fewer than LAW_FEWEST_ROUNDS. */
void median_ratio_interval(const double *num, const double *den, size_t rounds, double bounds[2]);

#endif
