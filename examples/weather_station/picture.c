/* The picture of weather_station: above, the highest temperatures of a year, as bands that hold 50 % and 90 %
 * of the runs, and those observed; below, the precipitation of each month. */
#define _GNU_SOURCE
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "station.h"

enum { YEAR = 365, MOST_RUNS = 20000, QUANTILES = 5 };

static const char script[] =
    "set terminal pngcairo size 1000,900\n"
    "set output '%s.png'\n"
    "set multiplot layout 2,1\n"
    "set grid\n"
    "set xdata time\n"
    "set timefmt '%%j'\n"
    "set format x '%%b'\n"
    "set xrange ['1':'365']\n"
    "set ylabel 'highest temperature of the day, degrees Celsius'\n"
    "set style fill solid noborder\n"
    "set key top left\n"
    "plot '%s-fan.dat' using 1:2:6 with filledcurves lc rgb '#c6dbef' title '90 %% of the runs', \\\n"
    "  '' using 1:3:5 with filledcurves lc rgb '#9ecae1' title '50 %% of them', \\\n"
    "  '' using 1:4 with lines lw 2 lc rgb '#1f77b4' title 'median', \\\n"
    "  '' using 1:7 with points pt 7 ps 0.4 lc rgb '#d62728' title 'observed, the last year'\n"
    "unset xdata\n"
    "set format x '%%g'\n"
    "set xrange [0.5:12.5]\n"
    "set xtics 1\n"
    "set xlabel 'month'\n"
    "set ylabel 'precipitation, mm a month'\n"
    "set yrange [0:*]\n"
    "plot '%s-rain.dat' using 1:4:5 with filledcurves lc rgb '#c6dbef' "
    "title '95 %% of runs over as many days', \\\n"
    "  '' using 1:3 with lines lw 2 lc rgb '#1f77b4' title 'simulated', \\\n"
    "  '' using 1:2 with points pt 7 lc rgb '#d62728' title 'observed'\n";

/* Keeps of a run the highest temperatures of its first year. */
static int first_year(size_t run, const tutti_daily *station, const void *args, double *out) {
  (void)run, (void)args;
  memcpy(out, station[0].value[TUTTI_TMAX], YEAR * sizeof *out);
  return 0;
}

/* Their quantiles, day by day: fan[YEAR x QUANTILES]. */
static bool fill_fan(const climate *c, double *fan) {
  static const double levels[QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
  const size_t runs = c->s->runs < MOST_RUNS ? c->s->runs : MOST_RUNS;
  tutti_simulation simulation = whole_days(c, YEAR);
  simulation.observe = first_year;
  simulation.width = YEAR;
  double *rows = tutti_alloc(NULL, runs * YEAR * sizeof *rows), column[MOST_RUNS];
  if (!rows) fprintf(stderr, PROGRAM ": --runs %zu: no memory for so many\n", runs);
  bool good = rows && !failed(NULL, tutti_generator_simulate(NULL, &c->generator, (tutti_rng){c->s->seed, 0},
                                                             &simulation, 0, runs, rows));
  for (size_t day = 0; day < YEAR && good; day++) {
    for (size_t r = 0; r < runs; r++) column[r] = rows[r * YEAR + day];
    good = !failed(NULL, tutti_quantile(NULL, column, runs, levels, QUANTILES, fan + QUANTILES * day));
  }
  tutti_free(NULL, rows);
  return good;
}

/* The observed highest temperatures of the record's last days, each at its day of the year. */
static void fill_observed(const tutti_daily *record, double *seen) {
  for (size_t day = 0; day < YEAR; day++) seen[day] = (double)NAN;
  for (size_t back = YEAR; back > 0; back--) {
    if (back > record->days) continue;
    const size_t at = record->days - back;
    const tutti_date date = tutti_day_date(record->first_day + (int32_t)at);
    const int32_t new_year = tutti_day_number((tutti_date){2001, 1, 1});
    const int32_t place =
        tutti_day_number((tutti_date){2001, date.month, date.day}); /* February 29 has none */
    if (place != INT32_MIN) seen[place - new_year] = record->value[TUTTI_TMAX][at];
  }
}

static bool write_fan(const climate *c, const double *fan) {
  double seen[YEAR];
  char name[NAME_SIZE];
  FILE *file = open_file(c->s, "-fan.dat", name);
  if (!file) return false;
  fill_observed(&c->record[0], seen);
  fputs("# day of the year; quantiles 5, 25, 50, 75, 95 %; observed in the record's last 365 days\n", file);
  for (size_t day = 0; day < YEAR; day++) {
    fprintf(file, "%zu", day + 1);
    for (int q = 0; q < QUANTILES; q++) fprintf(file, " %.3f", fan[QUANTILES * day + (size_t)q]);
    fprintf(file, " %.1f\n", seen[day]);
  }
  return close_output(file, name);
}

static bool write_rain(const climate *c, const summary *of) {
  char name[NAME_SIZE];
  FILE *file = open_file(c->s, "-rain.dat", name);
  if (!file) return false;
  fputs("# month; observed, simulated; 95 % of the runs over as many days\n", file);
  for (int i = 0; i < MONTHLY_MEANS; i += QUANTITIES)
    fprintf(file, "%d %.3f %.3f %.3f %.3f\n", i / QUANTITIES + 1, of->observed[i], of->mean[i],
            of->alike[i][0], of->alike[i][1]);
  return close_output(file, name);
}

static bool write_script(const settings *s, char name[NAME_SIZE]) {
  if (strpbrk(s->prefix, "'\\")) {
    fprintf(stderr, PROGRAM ": --out '%s': gnuplot needs a prefix without ' and \\\n", s->prefix);
    return false;
  }
  FILE *file = open_file(s, ".gp", name);
  if (!file) return false;
  fprintf(file, script, s->prefix, s->prefix, s->prefix);
  return close_output(file, name);
}

static bool run_gnuplot(char *name) {
  char *const command[] = {"gnuplot", name, NULL};
  pid_t child;
  int status = 0;
  if (posix_spawnp(&child, "gnuplot", NULL, NULL, command, environ)) {
    printf("no picture: there is no gnuplot here; gnuplot %s draws it\n", name);
    return true;
  }
  if (waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  fprintf(stderr, PROGRAM ": gnuplot %s failed\n", name);
  return false;
}

bool draw(const climate *c, const summary *of_first) {
  double fan[YEAR * QUANTILES];
  char name[NAME_SIZE];
  return fill_fan(c, fan) && write_fan(c, fan) && write_rain(c, of_first) && write_script(c->s, name) &&
         run_gnuplot(name);
}
