/* What the tests of fits share: closeness, noise, and points that every fit has to refuse. */
#ifndef TUTTI_TESTS_FITS_H
#define TUTTI_TESTS_FITS_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <tutti/scaling.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static inline void is_close(double actual, double expected, double relative) {
  cr_assert(fabs(actual - expected) <= relative * fabs(expected), "%.17g is not %.17g", actual, expected);
}

/* A standard normal variate, nearly: the sum of 12 uniform ones (Knuth's LCG), the same on every machine. */
static inline double noise(uint64_t *state) {
  double sum = -6;
  for (int i = 0; i < 12; i++) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    sum += (double)(*state >> 11) * 0x1p-53;
  }
  return sum;
}

/* A fit of any type. */
typedef tutti_status (*fit_function)(const double *workers, const double *measured, size_t n, void *fit);

/* Nothing is written: every byte of the result stays as it was. */
static inline void refuses(fit_function fit, const double *workers, const double *measured, size_t n,
                           const char *why) {
  _Alignas(double) unsigned char result[256], before[256];
  memset(result, 0x5a, sizeof result);
  memset(before, 0x5a, sizeof before);
  cr_assert(fit(workers, measured, n, result) == TUTTI_EINVAL, "accepted %s", why);
  cr_assert(memcmp(result, before, sizeof result) == 0, "wrote a result for %s", why);
}

/* Takes four points of 1, 2, 4 and 8 workers, but none of what can be wrong with them. least: how many
 * different worker counts the fit needs, 2 or 3. */
static inline void refuses_invalid_points(fit_function fit, const double measured[4], size_t least) {
  static const double bad[] = {0, -0.0, -1, NAN, INFINITY, -INFINITY};
  const double workers[] = {1, 2, 4, 8};
  _Alignas(double) unsigned char result[256];
  refuses(fit, NULL, measured, 4, "workers = NULL");
  refuses(fit, workers, NULL, 4, "measured = NULL");
  refuses(fit, NULL, NULL, 0, "nothing at all");
  cr_assert(fit(workers, measured, 4, NULL) == TUTTI_EINVAL, "accepted fit = NULL");
  for (size_t n = 0; n < least; n++) refuses(fit, workers, measured, n, "too few points");
  refuses(fit, (double[]){3, 3, 3, 3}, measured, 4, "one worker count");
  if (least > 2) refuses(fit, (double[]){1, 2, 2, 1}, measured, 4, "two worker counts");
  for (size_t k = 0; k < COUNT(bad); k++)
    for (int i = 0; i < 4; i++) {
      double of_workers[4], of_measured[4];
      memcpy(of_workers, workers, sizeof of_workers);
      memcpy(of_measured, measured, sizeof of_measured);
      of_workers[i] = of_measured[i] = bad[k];
      refuses(fit, of_workers, measured, 4, "a worker count that is not positive and finite");
      refuses(fit, workers, of_measured, 4, "a measurement that is not positive and finite");
    }
  cr_assert(fit(workers, measured, 4, result) == TUTTI_OK, "and what is left is valid");
}

#endif
