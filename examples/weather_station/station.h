/* What the parts of weather_station share: the command line, the fitted stations, what the runs were like. */
#ifndef STATION_H
#define STATION_H

#define PROGRAM "weather_station"
#include "../example.h"

enum { MOST_STATIONS = 16, QUANTITIES = 4, MONTHLY_MEANS = 12 * QUANTITIES, NAME_SIZE = 4096 };

/* -- settings.c -- */

typedef struct {
  uint64_t runs, years;
  uint64_t keep;    /* runs that go to the netCDF file */
  uint64_t chances; /* simulated records that are fitted anew */
  uint64_t seed;
  const char *prefix; /* of the files written */
  size_t stations;
  char *const *path; /* [stations]: their records */
} settings;

/* Reads the command line; says what is wrong with it and returns false. Ends the program for --help. */
bool read_settings(int argc, char **argv, settings *s);
/* The name PREFIX ENDING of a file to be written. False, with a message, if it is too long or a record. */
bool output_name(const settings *s, const char *ending, char name[NAME_SIZE]);
/* Opens it; to be closed with close_output. NULL: that failed, and a message was printed. */
FILE *open_file(const settings *s, const char *ending, char name[NAME_SIZE]);

/* -- climate.c -- */

typedef struct {
  const settings *s;
  tutti_daily record[MOST_STATIONS];
  tutti_generator generator; /* fitted to the records */
  int first_year;            /* of the simulation: the one after the records' last */
  size_t days;               /* of all simulated years */
  size_t longest;            /* days of a run: `days`, or more where a record is longer */
} climate;

/* Monthly means of a station: element QUANTITIES m + q is quantity q in month m. NaN where there is none.
 * A run is compared with the record over `alike` days: as many days as the record has, beginning on the same
 * day of the year, without those on which the record has no value. */
typedef struct {
  double observed[MONTHLY_MEANS];
  double mean[MONTHLY_MEANS];     /* of the runs, over all years */
  double whole[MONTHLY_MEANS][2]; /* the middle 95 % of the runs, over all years */
  double alike[MONTHLY_MEANS][2]; /* the same over days like the record's */
} summary;

/* Reads the records and fits the generator to them. */
bool fit(climate *c);
void free_climate(climate *c);
/* Runs the generator: of[stations]. */
bool simulate(const climate *c, summary *of);
/* The days of `run` that are like those of the record. To be freed with tutti_daily_free. */
bool days_like(const climate *c, const tutti_daily *record, const tutti_daily *run, tutti_daily *part);
/* Days from January 1 of the first simulated year to the day of the year on which the record begins. */
size_t offset_of(const climate *c, const tutti_daily *record);
/* The simulation that begins on January 1 of the first simulated year and keeps all days. */
tutti_simulation whole_days(const climate *c, size_t days);

/* -- chance.c -- */

/* Is observed mean i outside of the middle 95 % of the runs over days like the record's? */
bool is_outside(const summary *of, int i);
/* How many means are outside by chance: the average over simulated records, of which there were *records. */
double outside_by_chance(const climate *c, size_t station, int *records);

/* -- output: false if it failed, after a message -- */

/* tables.c: prints the months of a station; writes PREFIX-months.csv of all. */
void print_table(const climate *c, size_t station, const summary *of);
bool write_csv(const climate *c, const summary *of);
/* picture.c: PREFIX-fan.dat, PREFIX-rain.dat and PREFIX.gp of the first station; runs gnuplot for PREFIX.png.
 */
bool draw(const climate *c, const summary *of_first);
/* netcdf_file.c: PREFIX.nc, with `keep` runs in full, by the CF conventions. */
bool write_netcdf(const climate *c);

#endif
