/* What the parts of weather_station share: the command line, the fitted stations, what the runs were like. */
#ifndef STATION_H
#define STATION_H

#include <stdio.h>

#include <tutti/tutti.h>

enum { MOST_STATIONS = 16, NUMBERS = 4, MONTH_NUMBERS = 12 * NUMBERS, QUANTILES = 5 };

/* The numbers of a month: mm, share of wet days, mean tmax, mean tmin. */
static const char *const number_names[NUMBERS] = {"precipitation", "wet_share", "tmax", "tmin"};

typedef struct {
  long runs, years, keep; /* keep: runs that go to the netCDF file */
  long chances, seed;     /* chances: simulated records that are fitted anew */
  const char *prefix;     /* of the files written */
  size_t stations;
  char *const *path; /* [stations] */
} settings;

typedef struct {
  const settings *s;
  tutti_daily record[MOST_STATIONS];
  tutti_generator generator;
  int first_year; /* that is simulated: the one after the records' last */
  size_t days;    /* of all years */
  size_t longest; /* days of a run: the years, or more where a record needs it */
} climate;

/* Monthly means of a station: the record's, and of the runs the mean and the middle 95 %, over all years and
 * over days like the record's: as many, from the same day of the year on, unknown where it does not know
 * them. NaN where there are none. */
typedef struct {
  double observed[MONTH_NUMBERS], mean[MONTH_NUMBERS];
  double whole[MONTH_NUMBERS][2], alike[MONTH_NUMBERS][2];
} summary;

void months_of(const tutti_daily *daily, double *numbers);
/* Reports a failed call of the library, and returns whether it failed. */
int failed(tutti_status status);
/* A file PREFIX ENDING for writing, none of the records; ended with close_file, which tells whether
 * everything arrived. */
FILE *open_file(const settings *s, const char *ending);
int close_file(const settings *s, const char *ending, FILE *file);

/* PREFIX-fan.dat, PREFIX-rain.dat and PREFIX.gp of the first station; runs gnuplot for PREFIX.png. */
int draw(const climate *c, const summary *of_first);
/* PREFIX.nc: `keep` runs in full, by the CF conventions. */
int write_netcdf(const climate *c);

#endif
