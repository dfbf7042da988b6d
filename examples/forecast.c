/* "What will the temperature be in 10 days?" A million simulated futures, summarised day by day.
 *
 * Shows: tutti_ar1_simulate, which reports quantiles, exceedances and moments without storing the runs.
 *
 * The model: tomorrow's temperature is 72 + 0.5 (T - 72) + 5 Z, in degrees Fahrenheit, where T is today's and
 * Z is a standard normal variate. Today it is 75. Prints a table; writes forecast.dat and forecast.gp, from
 * which gnuplot draws forecast.png: the bands that hold 50 % and 90 % of the runs.
 *
 * Compile and run, in this folder:
 *   cc -O2 forecast.c $(pkg-config --cflags --libs tutti) -lm -o forecast
 *   ./forecast [RUNS] && gnuplot forecast.gp
 */
#define PROGRAM "forecast"
#include "example.h"

enum { DAYS = 10, SHOWN = 5, QUANTILES = 5 };
static const double today = 75;
static const tutti_ar1 weather = {.mean = 72, .phi = 0.5, .sd = 5};

/* What is known of the days; row d of an array is day d + 1. */
typedef struct {
  double quantile[DAYS][QUANTILES]; /* 5, 25, 50, 75, 95 % */
  double above_80[DAYS];            /* the share of runs above 80 degrees */
  double run[SHOWN][DAYS];          /* the first runs in full */
  tutti_moments_t last_day;
} forecast;

static const char script[] =
    "set terminal pngcairo size 900,500\n"
    "set output 'forecast.png'\n"
    "set xlabel 'days from today'\n"
    "set ylabel 'temperature, degrees Fahrenheit'\n"
    "set grid\n"
    "set style fill solid noborder\n"
    "set key outside bottom center horizontal\n"
    "plot 'forecast.dat' using 1:2:6 with filledcurves lc rgb '#c6dbef' title '90 % of the runs', \\\n"
    "  '' using 1:3:5 with filledcurves lc rgb '#9ecae1' title '50 % of the runs', \\\n"
    "  '' using 1:4 with lines lw 2 lc rgb '#1f77b4' title 'median', \\\n"
    "  for [i=7:11] '' using 1:i with lines lc rgb '#999999' title i == 7 ? 'five of the runs' : ''\n";

static void print_table(const forecast *f) {
  puts("day     5 %    25 %    50 %    75 %    95 %   P(T > 80)");
  for (int day = 0; day < DAYS; day++) {
    printf("%3d", day + 1);
    for (int q = 0; q < QUANTILES; q++) printf("  %6.2f", f->quantile[day][q]);
    printf("      %.4f\n", f->above_80[day]);
  }
  printf("mean in %d days %.4f, standard deviation %.4f\n", DAYS, f->last_day.mean,
         sqrt(f->last_day.variance));
}

/* Columns: day, the quantiles, the runs. Today, day 0, they are all the same. */
static void put_data(FILE *file, const forecast *f) {
  for (int day = 0; day <= DAYS; day++) {
    fprintf(file, "%d", day);
    for (int q = 0; q < QUANTILES; q++) fprintf(file, " %.3f", day ? f->quantile[day - 1][q] : today);
    for (int r = 0; r < SHOWN; r++) fprintf(file, " %.3f", day ? f->run[r][day - 1] : today);
    fputs("\n", file);
  }
}

static bool write_picture(const forecast *f) {
  FILE *data = open_output("forecast.dat");
  if (!data) return false;
  put_data(data, f);
  if (!close_output(data, "forecast.dat")) return false;
  FILE *plot = open_output("forecast.gp");
  if (!plot) return false;
  fputs(script, plot);
  return close_output(plot, "forecast.gp");
}

int main(int argc, char **argv) {
  static forecast f;
  uint64_t runs = 1000000;
  check_usage(argc, argv, 0, 1, "[RUNS]");
  if (argc > 1 && !read_count("RUNS", argv[1], 100, UINT64_C(10000000000), &runs)) return EXIT_USAGE;
  const tutti_ar1_report report = {.threshold = 80,
                                   .exceedance = f.above_80,
                                   .fan = f.quantile[0],
                                   .trajectory = f.run[0],
                                   .trajectories = SHOWN};
  if (failed(NULL, tutti_ar1_simulate(NULL, &weather, (tutti_rng){2026, 0}, today, runs, DAYS, &report, NULL,
                                      &f.last_day)))
    return EXIT_FAILURE;
  print_table(&f);
  return exit_status(write_picture(&f));
}
