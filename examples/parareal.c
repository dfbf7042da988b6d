/* Parallel in time: parareal (Lions, Maday and Turinici, 2001) on y' = -y + sin 3 t. "Each day depends on the
 * day before", and yet: a coarse solution guesses where every slice of time begins, the slices are solved
 * finely side by side, and their errors are carried on coarsely, again and again. After k iterations the
 * first k slices are exact, so that as many iterations as slices always do; the speed-up is at most slices /
 * iterations.
 *
 *   cc -O2 parareal.c $(pkg-config --cflags --libs tutti) -lm -o parareal && ./parareal */
#include <math.h>
#include <stdio.h>
#include <tutti/tutti.h>

enum { SLICES = 32, FINE_STEPS = 100000 };
static const double END = 8;

static double slope(double t, double y) { return sin(3 * t) - y; }

/* y at the end of a slice, by Runge and Kutta in so many steps. */
static double propagate(size_t slice, double y, int steps) {
  const double length = END / SLICES, h = length / steps;
  for (int s = 0; s < steps; s++) {
    const double t = (double)slice * length + s * h;
    const double a = slope(t, y), b = slope(t + h / 2, y + h / 2 * a), c = slope(t + h / 2, y + h / 2 * b);
    y += h / 6 * (a + 2 * b + 2 * c + slope(t + h, y + h * c));
  }
  return y;
}

/* The same in one of Euler's steps. */
static double guess(size_t slice, double y) {
  const double length = END / SLICES;
  return y + length * slope((double)slice * length, y);
}

/* The fine solution of one slice, from where it is thought to begin. */
static int solve_slice(size_t slice, const void *begins, void *end) {
  *(double *)end = propagate(slice, ((const double *)begins)[slice], FINE_STEPS);
  return 0;
}

int main(void) {
  double begins[SLICES + 1] = {1}, coarse[SLICES], fine[SLICES], truth[SLICES + 1] = {1};
  for (size_t s = 0; s < SLICES; s++) {
    truth[s + 1] = propagate(s, truth[s], FINE_STEPS);
    begins[s + 1] = coarse[s] = guess(s, begins[s]);
  }
  puts("iteration   largest error   speed-up at most");
  for (int iteration = 1; iteration <= SLICES; iteration++) {
    const tutti_status status = tutti_map(NULL, SLICES, solve_slice, begins, fine, sizeof *fine);
    if (status) {
      fprintf(stderr, "parareal: %s: %s\n", tutti_strerror(status), tutti_error_detail(NULL));
      return 1;
    }
    double error = 0;
    for (size_t s = 0; s < SLICES; s++) {
      const double again = guess(s, begins[s]);
      begins[s + 1] = fine[s] + (again - coarse[s]);
      coarse[s] = again;
      error = fmax(error, fabs(begins[s + 1] - truth[s + 1]));
    }
    printf("%9d   %13.2e   %16.1f\n", iteration, error, (double)SLICES / iteration);
    if (error < 1e-12) return 0;
  }
  return 0;
}
