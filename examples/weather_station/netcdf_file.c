/* Simulated runs as a netCDF file by the CF conventions (version 1.8), with the dimensions realization,
 * station and time. In the classic format, which every reader knows; with 64-bit sizes if a variable has 2
 * GiB or more. Not compressed: random numbers hardly get smaller. */
#include <netcdf.h>

#include "station.h"

enum { AT_ONCE = 16 /* runs */, STATION_NAME = 64 /* characters */ };

typedef struct {
  int file, realization, station, time, name_size, bounds; /* identifiers of the file and its dimensions */
  int of_realization, of_name, of_time, of_bounds, of_value[TUTTI_DAILY_VARIABLES]; /* of its variables */
  int error; /* the first that was met, 0: none */
} output;

static void note(output *o, int error) {
  if (!o->error) o->error = error;
}

/* -- the header -- */

static void put_text(output *o, int variable, const char *name, const char *text) {
  note(o, nc_put_att_text(o->file, variable, name, strlen(text), text));
}

static int define(output *o, const char *name, nc_type type, int dims, const int *dim) {
  int variable = 0;
  note(o, nc_def_var(o->file, name, type, dims, dim, &variable));
  return variable;
}

static void define_dimensions(output *o, const climate *c) {
  note(o, nc_def_dim(o->file, "realization", c->s->keep, &o->realization));
  note(o, nc_def_dim(o->file, "station", c->s->stations, &o->station));
  note(o, nc_def_dim(o->file, "time", c->days, &o->time));
  note(o, nc_def_dim(o->file, "name_size", STATION_NAME, &o->name_size));
  note(o, nc_def_dim(o->file, "bounds", 2, &o->bounds));
}

static void define_coordinates(output *o, const climate *c) {
  char since[64];
  o->of_realization = define(o, "realization", NC_INT, 1, &o->realization);
  put_text(o, o->of_realization, "standard_name", "realization");
  put_text(o, o->of_realization, "units", "1");
  o->of_name = define(o, "station_name", NC_CHAR, 2, (const int[]){o->station, o->name_size});
  put_text(o, o->of_name, "standard_name", "platform_name");
  put_text(o, o->of_name, "long_name", "file of the record the station was fitted to");
  o->of_time = define(o, "time", NC_DOUBLE, 1, &o->time);
  put_text(o, o->of_time, "standard_name", "time");
  snprintf(since, sizeof since, "days since %04d-01-01 00:00:00", c->first_year);
  put_text(o, o->of_time, "units", since);
  put_text(o, o->of_time, "calendar", "proleptic_gregorian");
  put_text(o, o->of_time, "axis", "T");
  put_text(o, o->of_time, "bounds", "time_bounds");
  o->of_bounds = define(o, "time_bounds", NC_DOUBLE, 2, (const int[]){o->time, o->bounds});
}

/* The daily values: [realization, station, time]. */
static void define_values(output *o) {
  static const struct {
    const char *name, *standard_name, *long_name, *units, *methods;
  } texts[TUTTI_DAILY_VARIABLES] = {
      [TUTTI_PRECIPITATION] = {"precipitation", "lwe_thickness_of_precipitation_amount",
                               "precipitation of the day", "mm", "time: sum"},
      [TUTTI_TMAX] = {"tmax", "air_temperature", "highest temperature of the day", "degC", "time: maximum"},
      [TUTTI_TMIN] = {"tmin", "air_temperature", "lowest temperature of the day", "degC", "time: minimum"}};
  for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++) {
    const int dim[] = {o->realization, o->station, o->time};
    const int variable = o->of_value[v] = define(o, texts[v].name, NC_FLOAT, 3, dim);
    put_text(o, variable, "standard_name", texts[v].standard_name);
    put_text(o, variable, "long_name", texts[v].long_name);
    put_text(o, variable, "units", texts[v].units);
    put_text(o, variable, "cell_methods", texts[v].methods);
    put_text(o, variable, "coordinates", "station_name");
  }
}

static void define_file(output *o, const climate *c) {
  char source[160];
  snprintf(source, sizeof source, "tutti %s, tutti_generator_simulate, seed %" PRIu64 ", runs 0 to %" PRIu64,
           tutti_version(), c->s->seed, c->s->keep - 1);
  put_text(o, NC_GLOBAL, "Conventions", "CF-1.8");
  put_text(o, NC_GLOBAL, "title",
           "Daily weather simulated by a stochastic generator fitted to station records");
  put_text(o, NC_GLOBAL, "source", source);
  put_text(o, NC_GLOBAL, "references", "Richardson, C. W. (1981), Water Resources Research 17, 182-190");
}

/* -- the data -- */

static void put_coordinates(output *o, const climate *c) {
  for (size_t r = 0; r < c->s->keep; r++)
    note(o, nc_put_var1_int(o->file, o->of_realization, &r, &(int){(int)r}));
  for (size_t s = 0; s < c->s->stations; s++) {
    const char *slash = strrchr(c->s->path[s], '/'), *name = slash ? slash + 1 : c->s->path[s];
    const size_t length = strlen(name) < STATION_NAME ? strlen(name) : STATION_NAME;
    note(o, nc_put_vara_text(o->file, o->of_name, (const size_t[]){s, 0}, (const size_t[]){1, length}, name));
  }
  for (size_t t = 0; t < c->days; t++) { /* a day's time is its noon */
    note(o, nc_put_var1_double(o->file, o->of_time, &t, &(double){(double)t + 0.5}));
    note(o, nc_put_vara_double(o->file, o->of_bounds, (const size_t[]){t, 0}, (const size_t[]){1, 2},
                               (const double[]){(double)t, (double)t + 1}));
  }
}

/* Simulates a few runs at a time, values[runs x stations x variables x days], and writes them. */
static bool put_runs(output *o, const climate *c, double *values) {
  const tutti_simulation simulation = whole_days(c, c->days);
  const size_t keep = c->s->keep, stations = c->s->stations;
  for (size_t first = 0, runs; first < keep && !o->error; first += runs) {
    runs = keep - first < AT_ONCE ? keep - first : AT_ONCE;
    if (failed(NULL, tutti_generator_simulate(NULL, &c->generator, (tutti_rng){c->s->seed, 0}, &simulation,
                                              first, runs, values)))
      return false;
    for (size_t series = 0; series < runs * stations * TUTTI_DAILY_VARIABLES; series++) {
      const size_t v = series % TUTTI_DAILY_VARIABLES, s = series / TUTTI_DAILY_VARIABLES;
      const size_t begin[] = {first + s / stations, s % stations, 0}, count[] = {1, 1, c->days};
      note(o, nc_put_vara_double(o->file, o->of_value[v], begin, count, values + series * c->days));
    }
  }
  return true;
}

/* -- the file -- */

/* The status of netCDF; -1: something else failed, and was reported. What failed is removed. */
static int write_file(const climate *c, const char *name, double *values) {
  const double bytes = (double)sizeof(float) * (double)c->s->keep * (double)c->s->stations * (double)c->days;
  output o = {0};
  note(&o, nc_create(name, NC_CLOBBER | (bytes < 0x1p31 ? NC_64BIT_OFFSET : NC_64BIT_DATA), &o.file));
  if (o.error) return o.error;
  define_dimensions(&o, c);
  define_coordinates(&o, c);
  define_values(&o);
  define_file(&o, c);
  note(&o, nc_enddef(o.file));
  put_coordinates(&o, c);
  const bool good = put_runs(&o, c, values);
  note(&o, nc_close(o.file));
  if (!good || o.error) remove(name);
  return good ? o.error : -1;
}

/* The file is written under another name and renamed when it is complete: half a file is never left. */
bool write_netcdf(const climate *c) {
  char name[NAME_SIZE], part[NAME_SIZE + 8];
  if (c->s->keep == 0) return true;
  if (!output_name(c->s, ".nc", name)) return false;
  snprintf(part, sizeof part, "%s.part", name);
  double *values = malloc(AT_ONCE * c->s->stations * TUTTI_DAILY_VARIABLES * c->days * sizeof *values);
  if (!values) {
    fprintf(stderr, PROGRAM ": no memory for %d runs of %zu days\n", AT_ONCE, c->days);
    return false;
  }
  const int error = write_file(c, part, values);
  free(values);
  if (error == 0 && rename(part, name) == 0) return true;
  if (error >= 0) fprintf(stderr, PROGRAM ": %s: %s\n", name, error ? nc_strerror(error) : strerror(errno));
  if (error == 0) remove(part);
  return false;
}
