/* The picture of weather_station: how the year may go, and what it was like. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "station.h"

enum { YEAR = 365, MOST_RUNS = 20000 };

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

/* The highest temperatures of the first year. */
static int first_year(size_t run, const tutti_daily *station, const void *args, double *out) {
  (void)run, (void)args;
  memcpy(out, station[0].value[TUTTI_TMAX], YEAR * sizeof *out);
  return 0;
}

/* Their quantiles, day by day: fan[YEAR x QUANTILES]. */
static int fill_fan(const climate *c, double *fan) {
  static const double levels[QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
  const size_t runs = c->s->runs < MOST_RUNS ? (size_t)c->s->runs : MOST_RUNS;
  const tutti_simulation simulation = {tutti_day_number((tutti_date){c->first_year, 1, 1}), YEAR, first_year,
                                       NULL, YEAR};
  double *rows = tutti_alloc(NULL, runs * YEAR * sizeof *rows), column[MOST_RUNS];
  if (!rows) fprintf(stderr, "weather_station: no memory for %zu years\n", runs);
  int good =
      rows && !failed(tutti_generator_simulate(NULL, &c->generator, (tutti_rng){(uint64_t)c->s->seed, 0},
                                               &simulation, 0, runs, rows));
  for (size_t day = 0; day < YEAR && good; day++) {
    for (size_t r = 0; r < runs; r++) column[r] = rows[r * YEAR + day];
    good = !failed(tutti_quantile(NULL, column, runs, levels, QUANTILES, fan + QUANTILES * day));
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

static int write_fan(const climate *c, const double *fan) {
  double seen[YEAR];
  FILE *file = open_file(c->s, "-fan.dat");
  if (!file) return 0;
  fill_observed(&c->record[0], seen);
  fputs("# day of the year; quantiles 5, 25, 50, 75, 95 %; observed in the record's last 365 days\n", file);
  for (size_t day = 0; day < YEAR; day++) {
    const double *q = fan + QUANTILES * day;
    fprintf(file, "%zu %.3f %.3f %.3f %.3f %.3f %.1f\n", day + 1, q[0], q[1], q[2], q[3], q[4], seen[day]);
  }
  return !close_file(c->s, "-fan.dat", file);
}

static int write_rain(const climate *c, const summary *of) {
  FILE *file = open_file(c->s, "-rain.dat");
  if (!file) return 0;
  fputs("# month; observed, simulated; 95 % of the runs over as many days\n", file);
  for (int i = 0; i < MONTH_NUMBERS; i += NUMBERS)
    fprintf(file, "%d %.3f %.3f %.3f %.3f\n", i / NUMBERS + 1, of->observed[i], of->mean[i], of->alike[i][0],
            of->alike[i][1]);
  return !close_file(c->s, "-rain.dat", file);
}

static int write_script(const settings *s) {
  if (strpbrk(s->prefix, "'\\")) {
    fprintf(stderr, "weather_station: --out %s: gnuplot needs a prefix without ' and \\\n", s->prefix);
    return 0;
  }
  FILE *file = open_file(s, ".gp");
  if (!file) return 0;
  fprintf(file, script, s->prefix, s->prefix, s->prefix);
  return !close_file(s, ".gp", file);
}

static int run_gnuplot(const settings *s) {
  extern char **environ;
  char name[4096];
  char *const command[] = {"gnuplot", name, NULL};
  pid_t child;
  int status = 0;
  snprintf(name, sizeof name, "%s.gp", s->prefix);
  if (posix_spawnp(&child, "gnuplot", NULL, NULL, command, environ)) {
    printf("no picture: there is no gnuplot here; gnuplot %s draws it\n", name);
    return 1;
  }
  if (waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0) return 1;
  fprintf(stderr, "weather_station: gnuplot %s failed\n", name);
  return 0;
}

int draw(const climate *c, const summary *of_first) {
  double fan[YEAR * QUANTILES];
  return fill_fan(c, fan) && write_fan(c, fan) && write_rain(c, of_first) && write_script(c->s) &&
         run_gnuplot(c->s);
}
