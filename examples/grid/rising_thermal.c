/* A bubble of warm air rises: the potential temperature as pictures, an animation and a netCDF file.
 *
 * Shows: tutti_atmosphere, a model on a grid that runs on all cores and gives the same bits on any number.
 *
 * The case "thermal" of the mini-application miniWeather (Norman, Oak Ridge National Laboratory): air of 300
 * K potential temperature, 20 km wide and 10 km high; in it, at 2 km, a bubble that is up to 3 K warmer.
 *
 * Compile and run, in this folder (needs gnuplot; without netCDF leave out what names it):
 *   cc -O2 -DHAVE_NETCDF rising_thermal.c output.c $(pkg-config --cflags --libs tutti netcdf) -lm \
 *     -o rising_thermal
 *   ./rising_thermal FOLDER [NX [SECONDS [FILE]]]
 * FOLDER: where thermal.gif and thermal-0001.png, ... are put. NX: cells along x, 400 if it is not given;
 * half as many in height. SECONDS: 1 000. FILE: netCDF.
 */
#define PROGRAM "rising_thermal"
#include "../example.h"

#include "output.h"

enum { FRAMES = 50 };

static bool get(tutti_atmosphere *model, tutti_atmosphere_state *state, double *theta) {
  return !failed(NULL, tutti_atmosphere_get(model, state)) &&
         !failed(NULL, tutti_atmosphere_field(model, TUTTI_ATM_THETA, theta));
}

/* The height of the warmest cell, in m. */
static double height(const field_about *a, const double *theta) {
  size_t warmest = 0;
  for (size_t i = 1; i < a->rows * a->cols; i++)
    if (theta[i] > theta[warmest]) warmest = i;
  return ((double)(warmest / a->cols) + 0.5) * a->dy;
}

static bool simulate(tutti_atmosphere *model, double seconds, field_output *out, double *theta) {
  tutti_atmosphere_state first, now;
  if (!get(model, &first, theta)) return false;
  for (int frame = 0; frame <= FRAMES; frame++) {
    if (failed(NULL, tutti_atmosphere_run(model, seconds * frame / FRAMES)) || !get(model, &now, theta) ||
        !output_add(out, now.time, theta))
      return false;
    if (frame % 10 == 0)
      printf("%6.0f s, %6zu steps: the warmest air is at %5.0f m; mass %+.1e, energy %+.6e\n", now.time,
             now.steps, height(out->about, theta), (now.mass - first.mass) / first.mass,
             (now.reference_energy - first.reference_energy) / first.reference_energy);
  }
  return true;
}

int main(int argc, char **argv) {
  uint64_t nx = 400;
  double seconds = 1000;
  check_usage(argc, argv, 1, 4, "FOLDER [NX [SECONDS [FILE]]]");
  if (argc > 2 && !read_count("NX", argv[2], 2, 1 << 14, &nx)) return EXIT_USAGE;
  if (argc > 3 && !read_number("SECONDS", argv[3], 1e-3, 1e6, &seconds)) return EXIT_USAGE;
  const field_about about = {.name = "thermal",
                             .title = "potential temperature",
                             .units = "K",
                             .standard_name = "air_potential_temperature",
                             .up = "z",
                             .cols = nx,
                             .rows = nx / 2,
                             .dx = 20000.0 / (double)nx,
                             .dy = 10000.0 / (double)(nx / 2),
                             .low = 297,
                             .high = 303};
  double *theta = malloc(about.rows * about.cols * sizeof *theta);
  tutti_atmosphere *model = NULL;
  field_output out;
  bool good = theta &&
              !failed(NULL, tutti_atmosphere_create(NULL, TUTTI_THERMAL, about.cols, about.rows, &model)) &&
              output_begin(&out, &about, argv[1], argc > 4 ? argv[4] : NULL);
  if (good) {
    good = simulate(model, seconds, &out, theta);
    good = output_end(&out) && good;
  }
  tutti_atmosphere_destroy(model);
  free(theta);
  return exit_status(good);
}
