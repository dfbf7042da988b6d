/* Estimates an integral of your own. Here: the mean distance of two random points of the unit cube, a number
 * known as Robbins' constant, (4 + 17 sqrt 2 - 6 sqrt 3 + 21 ln(1 + sqrt 2) + 42 ln(2 + sqrt 3) - 7 pi) /
 * 105. Six dimensions: two points of three coordinates.
 *
 *   cc -O2 own_integral.c $(pkg-config --cflags --libs tutti) -lm -o own_integral && ./own_integral */
#include <math.h>
#include <stdio.h>
#include <tutti/tutti.h>

/* The distance for each of `points` pairs of points; u[6 p] ... u[6 p + 5] are the coordinates of pair p. */
static int distance(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) {
    const double *a = u + p * dims, *b = a + 3;
    const double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    f[p] = sqrt(x * x + y * y + z * z);
  }
  return 0;
}

int main(void) {
  const double truth = 0.66170718226717623515;
  static const char *const names[] = {"independent points", "antithetic pairs", "3^6 strata", "Sobol points"};
  for (int sampling = TUTTI_MC_PLAIN; sampling <= TUTTI_MC_SOBOL; sampling++) {
    const tutti_mc_problem problem = {
        .f = distance, .dims = 6, .sampling = (tutti_mc_sampling)sampling, .samples = 1 << 22, .strata = 3};
    tutti_estimate e;
    const tutti_status status = tutti_mc_run(NULL, (tutti_rng){2026, 0}, &problem, &e);
    if (status) {
      fprintf(stderr, "own_integral: %s: %s\n", tutti_strerror(status), tutti_error_detail(NULL));
      return 1;
    }
    printf("%-18s %.8f +- %.8f, off by %4.1f standard errors\n", names[sampling], e.mean, e.std_error,
           (e.mean - truth) / e.std_error);
  }
  return 0;
}
