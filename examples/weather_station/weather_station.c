/* Weather as a station might have had it: fits a stochastic generator to daily records and simulates it, by
 * default 10 000 runs of 30 years. Prints the months beside the observed ones; writes them as PREFIX.csv, a
 * picture as PREFIX.png (if there is gnuplot), and some runs in full as PREFIX.nc (netCDF, CF conventions).
 *
 *   cc -O2 *.c $(pkg-config --cflags --libs tutti netcdf) -lm -o weather_station
 *   ./weather_station ../data/seattle-weather.csv */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "station.h"

static const char usage[] =
    "usage: weather_station [OPTION]... RECORD.csv...\n"
    "  --runs N    simulated runs (10000)\n"
    "  --years N   of each (30)\n"
    "  --keep N    runs that PREFIX.nc holds in full (10)\n"
    "  --chances N simulated records that tell how many months lie outside by chance (50)\n"
    "  --seed N    of the random numbers (1)\n"
    "  --out P     prefix of the files written, over older ones: P-months.csv, "
    "P-fan.dat, P-rain.dat, P.gp, P.png, P.nc (weather)\n"
    "Several records are several stations, simulated together with their "
    "correlations; the records must share days.\n";

int failed(tutti_status status) {
  if (status) fprintf(stderr, "weather_station: %s: %s\n", tutti_strerror(status), tutti_error_detail(NULL));
  return status != TUTTI_OK;
}

static int is_a_record(const settings *s, const char *name) {
  struct stat mine, record;
  if (stat(name, &mine)) return 0;
  for (size_t i = 0; i < s->stations; i++)
    if (stat(s->path[i], &record) == 0 && mine.st_dev == record.st_dev && mine.st_ino == record.st_ino)
      return 1;
  return 0;
}

FILE *open_file(const settings *s, const char *ending) {
  char name[4096];
  FILE *file = NULL;
  if (snprintf(name, sizeof name, "%s%s", s->prefix, ending) >= (int)sizeof name) errno = ENAMETOOLONG;
  else if (is_a_record(s, name)) errno = EEXIST; /* it is not to be overwritten */
  else file = fopen(name, "w");
  if (!file) fprintf(stderr, "weather_station: %s%s: %s\n", s->prefix, ending, strerror(errno));
  return file;
}

int close_file(const settings *s, const char *ending, FILE *file) {
  const int lost = ferror(file);
  if (fclose(file) == 0 && !lost) return 0;
  fprintf(stderr, "weather_station: %s%s: %s\n", s->prefix, ending, strerror(errno));
  return 1;
}

/* -- the command line -- */

static int read_count(const char *name, const char *text, long least, long most, long *value) {
  char *end;
  errno = 0;
  *value = strtol(text, &end, 10);
  if (*text && !*end && !errno && *value >= least && *value <= most) return 1;
  fprintf(stderr, "weather_station: --%s %s: a number from %ld to %ld is needed\n", name, text, least, most);
  return 0;
}

static int read_settings(int argc, char **argv, settings *s) {
  static const struct option options[] = {
      {"runs", 1, NULL, 'r'}, {"years", 1, NULL, 'y'}, {"keep", 1, NULL, 'k'}, {"chances", 1, NULL, 'c'},
      {"seed", 1, NULL, 's'}, {"out", 1, NULL, 'o'},   {"help", 0, NULL, 'h'}, {NULL, 0, NULL, 0}};
  *s = (settings){10000, 30, 10, 50, 1, "weather", 0, NULL};
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    int good = option != '?';
    if (option == 'h') {
      fputs(usage, stdout);
      exit(0);
    }
    if (option == 'r') good = read_count("runs", optarg, 1, 100000000, &s->runs);
    if (option == 'y') good = read_count("years", optarg, 1, 1000, &s->years);
    if (option == 'k') good = read_count("keep", optarg, 0, 100000, &s->keep);
    if (option == 'c') good = read_count("chances", optarg, 0, 1000, &s->chances);
    if (option == 's') good = read_count("seed", optarg, 0, LONG_MAX, &s->seed);
    if (option == 'o') s->prefix = optarg;
    if (!good) return 0;
  }
  s->path = argv + optind;
  s->stations = (size_t)(argc - optind);
  if (s->keep > s->runs) s->keep = s->runs;
  if (s->stations >= 1 && s->stations <= MOST_STATIONS) return 1;
  fprintf(stderr, "weather_station: %zu records, 1 to %d are needed\n%s", s->stations, MOST_STATIONS, usage);
  return 0;
}

/* -- fit and simulation -- */

/* Days from January 1 of the first simulated year to the day of the year the record begins on. */
static size_t offset_of(const climate *c, const tutti_daily *record) {
  tutti_date date = tutti_day_date(record->first_day);
  date.year = c->first_year;
  if (date.month == 2 && date.day == 29) date = (tutti_date){c->first_year, 3, 1};
  return (size_t)(tutti_day_number(date) - tutti_day_number((tutti_date){c->first_year, 1, 1}));
}

static int fit(climate *c) {
  int last_year = 0;
  for (size_t i = 0; i < c->s->stations; i++) {
    if (failed(tutti_daily_read(NULL, c->s->path[i], &c->record[i]))) return 0;
    const int32_t last = c->record[i].first_day + (int32_t)c->record[i].days - 1;
    const int year = tutti_day_date(last).year;
    if (year > last_year) last_year = year;
  }
  c->first_year = last_year + 1;
  const int32_t first = tutti_day_number((tutti_date){c->first_year, 1, 1});
  const int32_t end = tutti_day_number((tutti_date){c->first_year + (int)c->s->years, 1, 1});
  if (first == INT32_MIN || end == INT32_MIN) {
    fprintf(stderr, "weather_station: the years after %d are too many\n", last_year);
    return 0;
  }
  c->days = (size_t)(end - first);
  c->longest = c->days;
  for (size_t i = 0; i < c->s->stations; i++) {
    const size_t needed = offset_of(c, &c->record[i]) + c->record[i].days;
    if (needed > c->longest) c->longest = needed;
  }
  return !failed(tutti_generator_fit(NULL, c->record, c->s->stations, NULL, &c->generator));
}

void months_of(const tutti_daily *daily, double *numbers) {
  tutti_month month[12];
  tutti_daily_months(daily, 0, month);
  for (int m = 0; m < 12; m++) {
    const double of_month[NUMBERS] = {month[m].precipitation, month[m].wet_share, month[m].tmax,
                                      month[m].tmin};
    memcpy(numbers + NUMBERS * m, of_month, sizeof of_month);
  }
}

/* The days of a run that stand for the record's: as many, from the same day of the year on, and unknown where
 * that one's are. To be freed with tutti_daily_free; returns 0 without memory. */
static int days_like(const climate *c, const tutti_daily *record, const tutti_daily *run, tutti_daily *part) {
  const size_t offset = offset_of(c, record);
  int good = 1;
  *part = (tutti_daily){run->first_day + (int32_t)offset, record->days, {NULL, NULL, NULL}};
  for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++) {
    double *values = part->value[v] = malloc(record->days * sizeof *values);
    if (!values) good = 0;
    for (size_t t = 0; t < record->days && values; t++)
      values[t] = isnan(record->value[v][t]) ? (double)NAN : run->value[v][offset + t];
  }
  if (!good) tutti_daily_free(part);
  return good;
}

/* Of a run: for each station the months of all its years, then those of days like the record's. */
static int observe(size_t run, const tutti_daily *station, const void *args, double *out) {
  const climate *c = args;
  (void)run;
  for (size_t i = 0; i < c->s->stations; i++, out += 2 * MONTH_NUMBERS) {
    tutti_daily part = station[i];
    part.days = c->days;
    months_of(&part, out);
    if (!days_like(c, &c->record[i], &station[i], &part)) return 1;
    months_of(&part, out + MONTH_NUMBERS);
    tutti_daily_free(&part);
  }
  return 0;
}

/* The mean of column `number` of the runs' rows, and its middle 95 %. */
static int summarise(const double *rows, size_t runs, size_t width, size_t number, double *column,
                     double *mean, double *band) {
  static const double levels[2] = {0.025, 0.975};
  double sum;
  for (size_t r = 0; r < runs; r++) column[r] = rows[r * width + number];
  if (failed(tutti_sum(NULL, column, runs, &sum)) ||
      failed(tutti_quantile(NULL, column, runs, levels, 2, band)))
    return 0;
  *mean = sum / (double)runs;
  return 1;
}

static int simulate(const climate *c, summary *of) {
  const size_t runs = (size_t)c->s->runs, width = 2 * MONTH_NUMBERS * c->s->stations;
  const tutti_simulation simulation = {tutti_day_number((tutti_date){c->first_year, 1, 1}), c->longest,
                                       observe, c, width};
  double *rows = tutti_alloc(NULL, runs * width * sizeof *rows), *column = malloc(runs * sizeof *column),
         unused;
  int good = rows && column;
  if (!good) fprintf(stderr, "weather_station: no memory for %zu runs\n", runs);
  good = good && !failed(tutti_generator_simulate(NULL, &c->generator, (tutti_rng){(uint64_t)c->s->seed, 0},
                                                  &simulation, 0, runs, rows));
  for (size_t i = 0; i < c->s->stations && good; i++) {
    months_of(&c->record[i], of[i].observed);
    for (size_t k = 0; k < MONTH_NUMBERS && good; k++) {
      const size_t whole = 2 * MONTH_NUMBERS * i + k;
      good = summarise(rows, runs, width, whole, column, &of[i].mean[k], of[i].whole[k]) &&
             summarise(rows, runs, width, whole + MONTH_NUMBERS, column, &unused, of[i].alike[k]);
    }
  }
  tutti_free(NULL, rows);
  free(column);
  return good;
}

/* -- what chance does -- */

static int is_outside(const summary *of, int i) {
  return of->observed[i] < of->alike[i][0] || of->observed[i] > of->alike[i][1];
}

/* How many means of a simulated record lie outside of the band that its own fit and simulation give. A fit is
 * drawn to its record, so that they are fewer than the band's 5 %. -1: it cannot be told. */
static int outside_of_own(const climate *c, size_t station, const tutti_daily *run, int number) {
  enum { RUNS = 400 };
  settings s = *c->s;
  summary of;
  climate one = {.s = &s, .first_year = c->first_year};
  int outside = -1;
  if (!days_like(c, &c->record[station], run, &one.record[0])) return -1;
  s.stations = 1;
  s.runs = RUNS;
  s.seed = c->s->seed / 2 + number + 1;
  one.days = one.longest = offset_of(&one, &one.record[0]) + one.record[0].days;
  if (tutti_generator_fit(NULL, one.record, 1, NULL, &one.generator) == TUTTI_OK && simulate(&one, &of)) {
    outside = 0;
    for (int i = 0; i < MONTH_NUMBERS; i++) outside += is_outside(&of, i);
  }
  tutti_generator_free(&one.generator);
  tutti_daily_free(&one.record[0]);
  return outside;
}

/* The mean of that over simulated records: what is to be expected of the observed one (Efron, "Bootstrap
 * methods: another look at the jackknife", 1979). *records: how many of them there were. */
static double outside_by_chance(const climate *c, size_t station, int *records) {
  const tutti_simulation simulation = {tutti_day_number((tutti_date){c->first_year, 1, 1}), c->longest, NULL,
                                       NULL, 0};
  const size_t series = TUTTI_DAILY_VARIABLES * c->longest;
  double *value = malloc(c->s->stations * series * sizeof *value), sum = 0;
  *records = 0;
  for (int k = 0; k < c->s->chances && value; k++) { /* runs no table is made of */
    if (failed(tutti_generator_simulate(NULL, &c->generator, (tutti_rng){(uint64_t)c->s->seed, 1},
                                        &simulation, (size_t)k, 1, value)))
      break;
    double *x = value + station * series;
    const tutti_daily run = {simulation.first_day, c->longest, {x, x + c->longest, x + 2 * c->longest}};
    const int outside = outside_of_own(c, station, &run, k);
    if (outside < 0) continue;
    sum += outside;
    ++*records;
  }
  free(value);
  return sum / *records;
}

/* -- what is printed -- */

static size_t days_observed(const tutti_daily *record) {
  size_t n = 0;
  for (size_t t = 0; t < record->days; t++) {
    int known = 0;
    for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++) known |= !isnan(record->value[v][t]);
    n += (size_t)known;
  }
  return n;
}

static void print_table(const climate *c, size_t station, const summary *of) {
  static const char *const headings[NUMBERS] = {"precipitation, mm a month", "share of wet days",
                                                "mean of the days' highest temperature, degrees Celsius",
                                                "mean of the days' lowest temperature, degrees Celsius"};
  static const int digits[NUMBERS] = {1, 3, 2, 2};
  int outside = 0, observed = 0, records;
  printf("\n%s: %zu days observed; %ld runs of %ld years\n", c->s->path[station],
         days_observed(&c->record[station]), c->s->runs, c->s->years);
  for (int k = 0; k < NUMBERS; k++) {
    printf("\n%s\nmonth  observed  simulated   95 %% of the runs     95 %% of runs over the record's days\n",
           headings[k]);
    for (int m = 0; m < 12; m++) {
      const int i = NUMBERS * m + k, d = digits[k];
      const int out = is_outside(of, i);
      outside += out;
      observed += !isnan(of->observed[i]);
      printf("%5d  %8.*f  %9.*f   %7.*f %8.*f   %7.*f %8.*f%s\n", m + 1, d, of->observed[i], d, of->mean[i],
             d, of->whole[i][0], d, of->whole[i][1], d, of->alike[i][0], d, of->alike[i][1], out ? " *" : "");
    }
  }
  const double chance = outside_by_chance(c, station, &records);
  printf("\n* %d of %d observed means lie outside of the last band", outside, observed);
  if (records)
    printf(
        "; about %.1f would by chance\n  (so many of %d simulated records like this one, each fitted anew)",
        chance, records);
  puts("");
}

static void put_quoted(FILE *file, const char *text) {
  putc('"', file);
  for (; *text; text++) fputs(*text == '"' ? "\"\"" : (const char[]){*text, 0}, file);
  putc('"', file);
}

static int write_csv(const climate *c, const summary *of) {
  FILE *file = open_file(c->s, "-months.csv");
  if (!file) return 0;
  fputs("record,month,number,observed,simulated,low,high,low_of_days,high_of_days\n", file);
  for (size_t s = 0; s < c->s->stations; s++)
    for (int i = 0; i < MONTH_NUMBERS; i++) {
      put_quoted(file, c->s->path[s]);
      fprintf(file, ",%d,%s,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g\n", i / NUMBERS + 1, number_names[i % NUMBERS],
              of[s].observed[i], of[s].mean[i], of[s].whole[i][0], of[s].whole[i][1], of[s].alike[i][0],
              of[s].alike[i][1]);
    }
  return !close_file(c->s, "-months.csv", file);
}

int main(int argc, char **argv) {
  settings s;
  static summary of[MOST_STATIONS];
  if (!read_settings(argc, argv, &s)) return 2;
  climate c = {.s = &s};
  int good = fit(&c) && simulate(&c, of);
  for (size_t i = 0; i < s.stations && good; i++) print_table(&c, i, &of[i]);
  good = good && write_csv(&c, of) && draw(&c, of) && write_netcdf(&c);
  tutti_generator_free(&c.generator);
  for (size_t i = 0; i < s.stations; i++) tutti_daily_free(&c.record[i]);
  if (fflush(stdout) || ferror(stdout)) {
    perror("weather_station: the table");
    good = 0;
  }
  return !good;
}
