/* What the sums of observations say. */
#include <math.h>

#include "montecarlo/estimates.h"
#include "montecarlo/problem.h"
#include "reduce/moments_exact.h"

double mc_student(size_t degrees_of_freedom) {
  static const double table[] = {
      12.706204736, 4.302652730, 3.182446305, 2.776445105, 2.570581836, 2.446911851, 2.364624252, 2.306004135,
      2.262157163,  2.228138852, 2.200985160, 2.178812830, 2.160368656, 2.144786688, 2.131449546, 2.119905299,
      2.109815578,  2.100922040, 2.093024054, 2.085963447, 2.079613845, 2.073873068, 2.068657610, 2.063898562,
      2.059538553,  2.055529439, 2.051830516, 2.048407142, 2.045229642, 2.042272456};
  enum { TABLED = sizeof table / sizeof *table };
  if (degrees_of_freedom <= TABLED) return table[degrees_of_freedom > 0 ? degrees_of_freedom - 1 : 0];
  /* Cornish and Fisher's expansion (Abramowitz and Stegun, 1964, 26.7.5) */
  const double z = 1.959963984540054, s = z * z, n = (double)degrees_of_freedom;
  const double g1 = z * (s + 1) / 4, g2 = z * ((5 * s + 16) * s + 3) / 96;
  const double g3 = z * (((3 * s + 19) * s + 17) * s - 15) / 384;
  const double g4 = z * ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / 92160;
  return z + (g1 + (g2 + (g3 + g4 / n) / n) / n) / n;
}

/* Sums of products of deviations of observations from their means, and those means. */
typedef struct {
  double mean_f, mean_c, ff, fc, cc;
} spread;

/* sum of (x - centre), for what products of such deviations need to lose */
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

/* Within cells, a pair's difference d says (d / 2)^2 twice. */
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

/* Of n independent observations, or of as many pairs in cells or replicates, the mean; with a control c, that
 * of f - beta (c - its mean), beta estimated by least squares (Lavenberg and Welch, 1981), which costs a
 * degree of freedom. */
tutti_estimate mc_estimate(const mc_run *run) {
  const tutti_mc_problem *p = run->problem;
  const bool pairs = p->sampling == TUTTI_MC_STRATIFIED, replicated = p->sampling == TUTTI_MC_SOBOL;
  const spread s = pairs        ? spread_of_pairs(run)
                   : replicated ? spread_of_replicates(run)
                                : spread_of_observations(run);
  const double n = replicated ? (double)run->replicates : (double)run->done;
  const double beta = p->control && s.cc > 0 ? s.fc / s.cc : 0;
  const double free = n - (pairs ? 0 : 1) - (p->control ? 1 : 0);
  const double rest = s.ff - beta * s.fc;
  const double mean = p->control ? s.mean_f - beta * (s.mean_c - p->control_mean) : s.mean_f;
  return mc_estimate_of(run->done * run->evaluations * run->replicates, mean,
                        sqrt((rest < 0 ? 0 : rest) / free / n), replicated ? mc_student((size_t)free) : 1.96);
}
