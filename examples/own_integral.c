/* Estimates an integral of your own by Monte Carlo, with an error bar.
 *
 * Shows: tutti_mc_run with a function of yours, and what its four ways to choose points gain.
 *
 * The integral: the mean distance of two random points of the unit cube. It has six dimensions, three
 * coordinates for each point, and its value is known (Robbins' constant):
 *   (4 + 17 sqrt 2 - 6 sqrt 3 + 21 ln(1 + sqrt 2) + 42 ln(2 + sqrt 3) - 7 pi) / 105 = 0.66170718...
 *
 * Compile and run, in this folder:
 *   cc -O2 own_integral.c $(pkg-config --cflags --libs tutti) -lm -o own_integral
 *   ./own_integral [SAMPLES]
 */
#define PROGRAM "own_integral"
#include "example.h"

static const double truth = 0.66170718226717623515;

/* The distance for each of `points` pairs of points: u[6 p] ... u[6 p + 5] are the coordinates of pair p. It
 * is handed many points at once so that the compiler can make a fast loop of it. */
static int distance(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) {
    const double *a = u + p * dims, *b = a + 3;
    const double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    f[p] = sqrt(x * x + y * y + z * z);
  }
  return 0;
}

int main(int argc, char **argv) {
  static const char *const names[] = {"independent points", "antithetic pairs", "3^6 strata", "Sobol points"};
  uint64_t samples = 1 << 22;
  check_usage(argc, argv, 0, 1, "[SAMPLES]");
  if (argc > 1 && !read_count("SAMPLES", argv[1], 4096, UINT64_C(1) << 32, &samples)) return EXIT_USAGE;
  bool good = true;
  for (int sampling = TUTTI_MC_PLAIN; sampling <= TUTTI_MC_SOBOL && good; sampling++) {
    const tutti_mc_problem problem = {
        .f = distance, .dims = 6, .sampling = (tutti_mc_sampling)sampling, .samples = samples, .strata = 3};
    tutti_estimate e;
    good = !failed(NULL, tutti_mc_run(NULL, (tutti_rng){2026, 0}, &problem, &e));
    if (good)
      printf("%-18s %.8f +- %.8f, off by %4.1f standard errors\n", names[sampling], e.mean, e.std_error,
             (e.mean - truth) / e.std_error);
  }
  return exit_status(good);
}
