/* Solves one differential equation in parallel, although every moment depends on the one before.
 *
 * Shows: tutti_map, which applies a function to 0, 1, ..., n - 1 and collects the results.
 *
 * The method: parareal (Lions, Maday and Turinici, 2001). Time is cut into slices. A coarse solution guesses
 * where each slice begins; then all slices are solved finely, side by side; their errors correct the guesses,
 * and so on. In iteration k, with F the fine solution over a slice and G the coarse one,
 *   y(k)[s + 1] = G(y(k)[s]) + F(y(k-1)[s]) - G(y(k-1)[s]).
 * After k iterations the first k slices are exact. So many iterations allow a speedup of slices / k at most.
 *
 * The equation: y' = sin 3t - y, y(0) = 1, until t = 8. Its solution is (sin 3t - 3 cos 3t + 13 exp(-t))
 * / 10.
 *
 * Compile and run, in this folder:
 *   cc -O2 parareal.c $(pkg-config --cflags --libs tutti) -lm -o parareal
 *   ./parareal [STEPS]
 * STEPS: of the fine solution, in each of the 32 slices.
 */
#define PROGRAM "parareal"
#include "example.h"

enum { SLICES = 32 };
static const double end = 8;

/* Where each slice is thought to begin, and how finely it is solved. */
typedef struct {
  double begin[SLICES + 1];
  uint64_t steps;
} guesses;

static double slope(double t, double y) { return sin(3 * t) - y; }

/* y at the end of a slice: so many steps of the classical Runge-Kutta method. */
static double solve_finely(size_t slice, double y, uint64_t steps) {
  const double length = end / SLICES, h = length / (double)steps;
  for (uint64_t s = 0; s < steps; s++) {
    const double t = (double)slice * length + (double)s * h;
    const double a = slope(t, y), b = slope(t + h / 2, y + h / 2 * a), c = slope(t + h / 2, y + h / 2 * b);
    y += h / 6 * (a + 2 * b + 2 * c + slope(t + h, y + h * c));
  }
  return y;
}

/* The same by a single step of Euler's method: cheap and inaccurate. */
static double solve_coarsely(size_t slice, double y) {
  const double length = end / SLICES;
  return y + length * slope((double)slice * length, y);
}

/* What tutti_map runs for every slice. */
static int solve_slice(size_t slice, const void *args, void *result) {
  const guesses *g = args;
  *(double *)result = solve_finely(slice, g->begin[slice], g->steps);
  return 0;
}

/* Corrects the guesses by the fine solutions. coarse: what the coarse ones were; they are replaced. */
static void correct(guesses *g, const double *fine, double *coarse) {
  for (size_t s = 0; s < SLICES; s++) {
    const double again = solve_coarsely(s, g->begin[s]);
    g->begin[s + 1] = again + (fine[s] - coarse[s]);
    coarse[s] = again;
  }
}

static double largest_error(const guesses *g, const double *truth) {
  double error = 0;
  for (size_t s = 0; s <= SLICES; s++) error = fmax(error, fabs(g->begin[s] - truth[s]));
  return error;
}

int main(int argc, char **argv) {
  guesses g = {.begin = {1}, .steps = 100000};
  double coarse[SLICES], fine[SLICES], serial[SLICES + 1] = {1};
  check_usage(argc, argv, 0, 1, "[STEPS]");
  if (argc > 1 && !read_count("STEPS", argv[1], 1, 100000000, &g.steps)) return EXIT_USAGE;
  for (size_t s = 0; s < SLICES; s++) {
    serial[s + 1] = solve_finely(s, serial[s], g.steps); /* slice after slice, to compare with */
    g.begin[s + 1] = coarse[s] = solve_coarsely(s, g.begin[s]);
  }
  puts("iteration   largest error   speedup at most");
  double error = INFINITY;
  for (int iteration = 1; iteration <= SLICES && error >= 1e-12; iteration++) {
    if (failed(NULL, tutti_map(NULL, SLICES, solve_slice, &g, fine, sizeof *fine))) return EXIT_FAILURE;
    correct(&g, fine, coarse);
    error = largest_error(&g, serial);
    printf("%9d   %13.2e   %15.1f\n", iteration, error, (double)SLICES / iteration);
  }
  printf("y(8) = %.12f\n", g.begin[SLICES]);
  return exit_status(true);
}
