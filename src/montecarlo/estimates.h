/* Makes estimates of means, errors and counts. */
#ifndef TUTTI_MONTECARLO_ESTIMATES_H
#define TUTTI_MONTECARLO_ESTIMATES_H

#include <tutti/montecarlo.h>

#define MC_NORMAL_975 1.96

/* Whether there are so few degrees of freedom that intervals need Student's quantile. From 1024 on it is
 * within 0.12 % of the normal one. */
static inline bool mc_is_few(double freedom) { return !(freedom >= 1024); }

/* The estimate of a mean whose error was estimated with `freedom` degrees of freedom (below 1 counts as
 * 1). */
tutti_estimate tutti_mc_estimate_of(uint64_t samples, double mean, double std_error, double freedom);

/* The estimate of scale times the share hits / samples. */
tutti_estimate tutti_mc_estimate_of_share(uint64_t hits, uint64_t samples, double scale);

/* a / b, correctly rounded, so that a mean of whole numbers is rounded once. |a|, b < 2^127, b > 0, and
 * the quotient is 0 or at least 2^-900. */
double tutti_mc_ratio(__int128 a, unsigned __int128 b);

#endif
