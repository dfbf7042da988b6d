/* Estimates made of a mean and its error. */
#ifndef TUTTI_MONTECARLO_ESTIMATES_H
#define TUTTI_MONTECARLO_ESTIMATES_H

#include <math.h>
#include <tutti/montecarlo.h>

/* t: the quantile of probability 0.975 of (mean - truth) / std_error. */
static inline tutti_estimate mc_estimate_of(uint64_t samples, double mean, double std_error, double t) {
  return (tutti_estimate){samples, mean, std_error, mean - t * std_error, mean + t * std_error};
}

/* `scale` times the share of hits. */
static inline tutti_estimate mc_estimate_of_share(uint64_t hits, uint64_t samples, double scale) {
  const double share = (double)hits / (double)samples;
  return mc_estimate_of(samples, scale * share, scale * sqrt(share * (1 - share) / (double)samples), 1.96);
}

/* Student's t quantile of probability 0.975; degrees_of_freedom >= 1. */
double mc_student(size_t degrees_of_freedom);

#endif
