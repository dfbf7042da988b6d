/* "What will it be like in 10 days?" The lecture's weather as a picture: a million runs of an AR(1) model
 * from today's 75 degrees, none of which is stored; the fan holds half, and nine tenths, of them.
 *
 *   cc -O2 forecast.c $(pkg-config --cflags --libs tutti) -lm -o forecast && ./forecast && gnuplot
 * forecast.gp
 *
 * Prints a table, writes forecast.dat and forecast.gp; gnuplot draws forecast.png. */
#include <math.h>
#include <stdio.h>
#include <tutti/tutti.h>

enum { RUNS = 1000000, DAYS = 10, SHOWN = 5 };

static const char script[] =
    "set terminal pngcairo size 900,500\n"
    "set output 'forecast.png'\n"
    "set xlabel 'days from today'\n"
    "set ylabel 'temperature, degrees Fahrenheit'\n"
    "set grid\n"
    "set style fill solid noborder\n"
    "set key outside bottom center horizontal\n"
    "plot 'forecast.dat' using 1:2:6 with filledcurves lc rgb '#c6dbef' title '90 % of the runs', \\\n"
    "  '' using 1:3:5 with filledcurves lc rgb '#9ecae1' title '50 % of them', \\\n"
    "  '' using 1:4 with lines lw 2 lc rgb '#1f77b4' title 'median', \\\n"
    "  for [i=7:11] '' using 1:i with lines lc rgb '#999999' title i == 7 ? 'five of the runs' : ''\n";

static void put_line(FILE *file, int day, const double *fan, double run[][DAYS]) {
  fprintf(file, "%d", day);
  for (int i = 0; i < 5; i++) fprintf(file, " %.3f", day ? fan[i] : 75);
  for (int r = 0; r < SHOWN; r++) fprintf(file, " %.3f", day ? run[r][day - 1] : 75);
  fputs("\n", file);
}

static int write_picture(double fan[][5], double run[][DAYS]) {
  FILE *data = fopen("forecast.dat", "w"), *plot = fopen("forecast.gp", "w");
  int bad = !data || !plot;
  for (int day = 0; day <= DAYS && data; day++) put_line(data, day, fan[day ? day - 1 : 0], run);
  if (plot) fputs(script, plot);
  if (data) bad |= fclose(data) != 0;
  if (plot) bad |= fclose(plot) != 0;
  if (bad) perror("forecast: the picture's files");
  return bad;
}

int main(void) {
  static double fan[DAYS][5], above[DAYS], run[SHOWN][DAYS];
  const tutti_ar1 weather = {.mean = 72, .phi = 0.5, .sd = 5};
  const tutti_ar1_report report = {
      .threshold = 80, .exceedance = above, .fan = fan[0], .trajectory = run[0], .trajectories = SHOWN};
  tutti_moments_t last;
  const tutti_status status =
      tutti_ar1_simulate(NULL, &weather, (tutti_rng){2026, 0}, 75, RUNS, DAYS, &report, NULL, &last);
  if (status) {
    fprintf(stderr, "forecast: %s: %s\n", tutti_strerror(status), tutti_error_detail(NULL));
    return 1;
  }
  puts("day     5 %    25 %    50 %    75 %    95 %   P(T > 80)");
  for (int day = 0; day < DAYS; day++)
    printf("%3d  %6.2f  %6.2f  %6.2f  %6.2f  %6.2f      %.4f\n", day + 1, fan[day][0], fan[day][1],
           fan[day][2], fan[day][3], fan[day][4], above[day]);
  printf("mean in %d days %.4f, standard deviation %.4f\n", DAYS, last.mean, sqrt(last.variance));
  return write_picture(fan, run);
}
