/* Weather as a station might have had it: fits a stochastic weather generator to daily records and simulates
 * it, by default 10 000 runs of 30 years.
 *
 * Shows: tutti_daily_read, tutti_generator_fit and tutti_generator_simulate, with a function that looks at
 * each run while it is made, so that no run has to be stored.
 *
 * Prints monthly means of the runs beside those of the record. Writes them as PREFIX-months.csv, a picture as
 * PREFIX.png (if there is gnuplot), and some runs in full as PREFIX.nc (netCDF, CF conventions).
 *
 * Compile and run, in this folder:
 *   cc -O2 *.c $(pkg-config --cflags --libs tutti netcdf) -lm -o weather_station
 *   ./weather_station ../data/seattle-weather.csv
 *
 * In settings.c the command line, in climate.c the fit and the simulation, in chance.c what is to be expected
 * of chance, in tables.c, picture.c and netcdf_file.c what is written.
 */
#include "station.h"

int main(int argc, char **argv) {
  settings s;
  static summary of[MOST_STATIONS];
  if (!read_settings(argc, argv, &s)) return EXIT_USAGE;
  climate c = {.s = &s};
  bool good = fit(&c) && simulate(&c, of);
  for (size_t i = 0; i < s.stations && good; i++) print_table(&c, i, &of[i]);
  good = good && write_csv(&c, of) && draw(&c, of) && write_netcdf(&c);
  free_climate(&c);
  return exit_status(good);
}
