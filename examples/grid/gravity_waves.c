/* Wind of 15 m/s blows through a place that is pushed up and down: gravity waves spread in stratified air.
 *
 * Shows: tutti_atmosphere with a background whose potential temperature grows with height.
 *
 * The case "gravity waves" of the mini-application miniWeather (Norman, Oak Ridge National Laboratory): a
 * Brunt-Vaisala frequency of 0.02 1/s, and a force on the vertical momentum around (2.5 km, 1 km). Waves that
 * stand still against the wind U have the vertical wavelength 2 pi U / N, here 4.7 km.
 *
 * Compile and run, in this folder (needs gnuplot; without netCDF leave out what names it):
 *   cc -O2 -DHAVE_NETCDF gravity_waves.c output.c $(pkg-config --cflags --libs tutti netcdf) -lm \
 *     -o gravity_waves
 *   ./gravity_waves FOLDER [NX [SECONDS [FILE]]]
 * FOLDER: where waves.gif and waves-0001.png, ... are put. NX: cells along x, 400 if it is not given; half as
 * many in height. SECONDS: 1 500. FILE: netCDF.
 */
#define PROGRAM "gravity_waves"
#include "../example.h"

#include "output.h"

enum { FRAMES = 30 };

static bool simulate(tutti_atmosphere *model, double seconds, field_output *out, double *w) {
  const size_t cells = out->about->rows * out->about->cols;
  for (int frame = 0; frame <= FRAMES; frame++) {
    tutti_atmosphere_state now;
    tutti_minmax_t range;
    if (failed(NULL, tutti_atmosphere_run(model, seconds * frame / FRAMES)) ||
        failed(NULL, tutti_atmosphere_get(model, &now)) ||
        failed(NULL, tutti_atmosphere_field(model, TUTTI_ATM_W, w)) ||
        failed(NULL, tutti_minmax(NULL, w, cells, &range)) || !output_add(out, now.time, w))
      return false;
    if (frame % 10 == 0)
      printf("%6.0f s, %6zu steps: vertical velocity from %+.3f to %+.3f m/s\n", now.time, now.steps,
             range.min, range.max);
  }
  return true;
}

int main(int argc, char **argv) {
  uint64_t nx = 400;
  double seconds = 1500;
  check_usage(argc, argv, 1, 4, "FOLDER [NX [SECONDS [FILE]]]");
  if (argc > 2 && !read_count("NX", argv[2], 2, 1 << 14, &nx)) return EXIT_USAGE;
  if (argc > 3 && !read_number("SECONDS", argv[3], 1e-3, 1e6, &seconds)) return EXIT_USAGE;
  const field_about about = {.name = "waves",
                             .title = "vertical velocity",
                             .units = "m s-1",
                             .standard_name = "upward_air_velocity",
                             .up = "z",
                             .cols = nx,
                             .rows = nx / 2,
                             .dx = 20000.0 / (double)nx,
                             .dy = 10000.0 / (double)(nx / 2),
                             .low = -0.1,
                             .high = 0.1};
  double *w = malloc(about.rows * about.cols * sizeof *w);
  tutti_atmosphere *model = NULL;
  field_output out;
  bool good =
      w &&
      !failed(NULL, tutti_atmosphere_create(NULL, TUTTI_GRAVITY_WAVES, about.cols, about.rows, &model)) &&
      output_begin(&out, &about, argv[1], argc > 4 ? argv[4] : NULL);
  if (good) {
    good = simulate(model, seconds, &out, w);
    good = output_end(&out) && good;
  }
  tutti_atmosphere_destroy(model);
  free(w);
  return exit_status(good);
}
