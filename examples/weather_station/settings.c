/* The command line of weather_station, and the names of the files it writes. */
#define _GNU_SOURCE
#include <getopt.h>
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

static bool set_option(int option, settings *s) {
  switch (option) {
  case 'r':
    return read_count("--runs", optarg, 1, 100000000, &s->runs);
  case 'y':
    return read_count("--years", optarg, 1, 1000, &s->years);
  case 'k':
    return read_count("--keep", optarg, 0, 100000, &s->keep);
  case 'c':
    return read_count("--chances", optarg, 0, 1000, &s->chances);
  case 's':
    return read_count("--seed", optarg, 0, INT64_MAX, &s->seed);
  case 'o':
    s->prefix = optarg;
    return true;
  case 'h':
    fputs(usage, stdout);
    exit(exit_status(true));
  default:
    return false; /* getopt has said what is wrong */
  }
}

bool read_settings(int argc, char **argv, settings *s) {
  static const struct option options[] = {
      {"runs", 1, NULL, 'r'}, {"years", 1, NULL, 'y'}, {"keep", 1, NULL, 'k'}, {"chances", 1, NULL, 'c'},
      {"seed", 1, NULL, 's'}, {"out", 1, NULL, 'o'},   {"help", 0, NULL, 'h'}, {NULL, 0, NULL, 0}};
  *s = (settings){.runs = 10000, .years = 30, .keep = 10, .chances = 50, .seed = 1, .prefix = "weather"};
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;)
    if (!set_option(option, s)) return false;
  s->path = argv + optind;
  s->stations = (size_t)(argc - optind);
  if (s->keep > s->runs) s->keep = s->runs;
  if (s->stations >= 1 && s->stations <= MOST_STATIONS) return true;
  fprintf(stderr, PROGRAM ": %zu records, 1 to %d are needed\n%s", s->stations, MOST_STATIONS, usage);
  return false;
}

static bool is_a_record(const settings *s, const char *name) {
  struct stat mine, record;
  if (stat(name, &mine)) return false;
  for (size_t i = 0; i < s->stations; i++)
    if (stat(s->path[i], &record) == 0 && mine.st_dev == record.st_dev && mine.st_ino == record.st_ino)
      return true;
  return false;
}

bool output_name(const settings *s, const char *ending, char name[NAME_SIZE]) {
  if (snprintf(name, NAME_SIZE, "%s%s", s->prefix, ending) >= NAME_SIZE) errno = ENAMETOOLONG;
  else if (is_a_record(s, name)) errno = EEXIST; /* it is not to be overwritten */
  else return true;
  fprintf(stderr, PROGRAM ": %s%s: %s\n", s->prefix, ending, strerror(errno));
  return false;
}

FILE *open_file(const settings *s, const char *ending, char name[NAME_SIZE]) {
  return output_name(s, ending, name) ? open_output(name) : NULL;
}
