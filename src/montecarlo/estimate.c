/* Makes an estimate from the sums of observations. */
#include <math.h>

#include "montecarlo/estimates.h"
#include "montecarlo/problem.h"
#include "reduce/moments_exact.h"

/* The means of observations, and the sums of products of their deviations from them. */
typedef struct {
  double mean_f, mean_c, ff, fc, cc;
} spread;

/* sum of (x - centre), by which products of deviations from the centre are corrected. */
static double excess(const tutti_exact *sum, double n, double centre) {
  tutti_exact t = *sum;
  tutti_exact_add_product(&t, -n, centre);
  return tutti_exact_round(&t);
}

static spread spread_of_observations(const mc_run *run) {
  const mc_sums *s = run->sums;
  const double n = (double)run->done;
  const double f = excess(&s->sum[MC_F], n, run->centre[0]), c = excess(&s->sum[MC_C], n, run->centre[1]);
  return (spread){
      tutti_exact_mean(&s->sum[MC_F], run->done, 0), tutti_exact_mean(&s->sum[MC_C], run->done, 0),
      tutti_exact_round(&s->sum[MC_FF]) - f * (f / n), tutti_exact_round(&s->sum[MC_FC]) - f * (c / n),
      tutti_exact_round(&s->sum[MC_CC]) - c * (c / n)};
}

/* Within a cell, a pair with the difference d has the sum of squares 2 (d / 2)^2 about its mean. */
static spread spread_of_pairs(const mc_run *run) {
  const mc_sums *s = run->sums;
  return (spread){tutti_exact_mean(&s->sum[MC_F], 2 * run->done, 0),
                  tutti_exact_mean(&s->sum[MC_C], 2 * run->done, 0), tutti_exact_round(&s->sum[MC_FF]) / 4,
                  tutti_exact_round(&s->sum[MC_FC]) / 4, tutti_exact_round(&s->sum[MC_CC]) / 4};
}

static double replicate_mean(const mc_run *run, size_t r, int which) {
  return tutti_exact_mean(&run->sums[r].sum[which], run->done, 0);
}

static double mean_of_all(const mc_run *run, int which) {
  tutti_exact all = run->sums[0].sum[which];
  for (size_t r = 1; r < run->replicates; r++) tutti_exact_merge(&all, &run->sums[r].sum[which]);
  return tutti_exact_mean(&all, run->done * run->replicates, 0);
}

static spread spread_of_replicates(const mc_run *run) {
  spread s = {.mean_f = mean_of_all(run, MC_F), .mean_c = mean_of_all(run, MC_C)};
  for (size_t r = 0; r < run->replicates; r++) {
    const double f = replicate_mean(run, r, MC_F) - s.mean_f, c = replicate_mean(run, r, MC_C) - s.mean_c;
    s.ff += f * f;
    s.fc += f * c;
    s.cc += c * c;
  }
  return s;
}

/* The degrees of freedom of the error within cells, after Satterthwaite (1946),
 *
 *     3 (sum of d^2)^2 / (sum of d^4) - 2,   at most the number of pairs.
 *
 * d is the difference of a pair. Each pair has a variance of its own, of whose square d^4 / 3 is an
 * estimate, as for normal values. With a control d is of f - slope c, with a slope that was known before:
 * so a good control loses no digits. */
static double freedom_of_pairs(const mc_run *run) {
  const mc_sums *s = run->sums;
  tutti_exact squares = s->sum[MC_FF];
  tutti_exact_add_product(&squares, -2 * run->slope, tutti_exact_round(&s->sum[MC_FC]));
  tutti_exact_add_product(&squares, run->slope * run->slope, tutti_exact_round(&s->sum[MC_CC]));
  const double most = (double)run->done,
               freedom =
                   3 * tutti_exact_round(&squares) / tutti_exact_ratio(&s->sum[MC_FOURTH], &squares) - 2;
  return freedom < most ? freedom : most;
}

/* The estimate from n independent observations, pairs in cells, or replicates. With a control it is the
 * mean of f - beta (c - control_mean), beta by least squares (Lavenberg and Welch, 1981). That costs a
 * degree of freedom, and the error grows with the distance of c's mean from control_mean. */
tutti_estimate tutti_mc_estimate(const mc_run *run) {
  const tutti_mc_problem *p = run->problem;
  const bool pairs = p->sampling == TUTTI_MC_STRATIFIED, replicated = p->sampling == TUTTI_MC_SOBOL;
  const spread s = pairs        ? spread_of_pairs(run)
                   : replicated ? spread_of_replicates(run)
                                : spread_of_observations(run);
  const double n = replicated ? (double)run->replicates : (double)run->done;
  const bool controlled = p->control && s.cc > 0;
  const double beta = controlled ? s.fc / s.cc : 0, off = p->control ? s.mean_c - p->control_mean : 0;
  const double divisor = n - (pairs ? 0 : 1) - (p->control ? 1 : 0);
  const double freedom = pairs ? freedom_of_pairs(run) - (p->control ? 1 : 0) : divisor;
  const double rest = s.ff - beta * s.fc, lever = controlled ? off / sqrt(s.cc) : 0;
  const double more = mc_is_few(freedom) ? 1 + n * lever * lever : 1;
  return tutti_mc_estimate_of(run->done * run->evaluations * run->replicates, s.mean_f - beta * off,
                              sqrt((rest < 0 ? 0 : rest) / divisor / n * more), freedom);
}
