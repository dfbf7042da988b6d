/* Vortices in shallow water on a torus: the vorticity as pictures, an animation and a netCDF file.
 *
 * Shows: tutti_shallow_water, a model that is bound by the bandwidth of memory.
 *
 * The scheme of Sadourny (1975) with the initial state of the benchmark "swim" (Swarztrauber, NCAR, 1984).
 *
 * Compile and run, in this folder (needs gnuplot; without netCDF leave out what names it):
 *   cc -O2 -DHAVE_NETCDF shallow_water.c output.c $(pkg-config --cflags --libs tutti netcdf) -lm \
 *     -o shallow_water
 *   ./shallow_water FOLDER [N [STEPS [FILE]]]
 * FOLDER: where vorticity.gif and vorticity-0001.png, ... are put. N x N points, 128 x 128 if it is not
 * given. STEPS: of 90 s, 4 000. FILE: netCDF.
 */
#define PROGRAM "shallow_water"
#include "../example.h"

#include "output.h"

enum { FRAMES = 40 };

/* The library's rows are along x, a picture's along y. */
static void transpose(size_t n, const double *from, double *to) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) to[j * n + i] = from[i * n + j];
}

static bool simulate(tutti_shallow_water *model, size_t steps, double dt, field_output *out, double *field,
                     double *picture) {
  const size_t n = out->about->cols;
  for (size_t frame = 0, done = 0; frame <= FRAMES; frame++) {
    const size_t until = steps * frame / FRAMES;
    double p;
    if (failed(NULL, tutti_shallow_water_step(model, until - done)) ||
        failed(NULL, tutti_shallow_water_field(model, TUTTI_SW_P, field)) ||
        failed(NULL, tutti_sum(NULL, field, n * n, &p)) ||
        failed(NULL, tutti_shallow_water_field(model, TUTTI_SW_VORTICITY, field)))
      return false;
    transpose(n, field, picture);
    if (!output_add(out, (double)until * dt, picture)) return false;
    if (frame % 10 == 0) printf("%6zu steps: the sum of p is %.17g\n", until, p);
    done = until;
  }
  return true;
}

int main(int argc, char **argv) {
  uint64_t n = 128, steps = 4000;
  tutti_shallow_water_grid grid;
  check_usage(argc, argv, 1, 4, "FOLDER [N [STEPS [FILE]]]");
  if (argc > 2 && !read_count("N", argv[2], 1, 1 << 13, &n)) return EXIT_USAGE;
  if (argc > 3 && !read_count("STEPS", argv[3], 1, 100000000, &steps)) return EXIT_USAGE;
  tutti_shallow_water_grid_default(&grid);
  grid.nx = grid.ny = n;
  const field_about about = {.name = "vorticity",
                             .title = "potential vorticity",
                             .units = "s m-2",
                             .up = "y",
                             .cols = n,
                             .rows = n,
                             .dx = grid.dx,
                             .dy = grid.dy,
                             .low = -4e-11,
                             .high = 4e-11};
  double *field = malloc(n * n * sizeof *field), *picture = malloc(n * n * sizeof *picture);
  tutti_shallow_water *model = NULL;
  field_output out;
  bool good = field && picture && !failed(NULL, tutti_shallow_water_create(NULL, &grid, &model)) &&
              output_begin(&out, &about, argv[1], argc > 4 ? argv[4] : NULL);
  if (good) {
    good = simulate(model, steps, grid.dt, &out, field, picture);
    good = output_end(&out) && good;
  }
  tutti_shallow_water_destroy(model);
  free(field);
  free(picture);
  return exit_status(good);
}
