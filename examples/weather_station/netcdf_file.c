/* Simulated runs as a netCDF file by the CF conventions (version 1.8): dimensions realization, station, time.
 * The classic format, which every reader knows, in its widest form for variables of 2 GiB and more;
 * compressing random numbers would save little. */
#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "station.h"

enum { AT_ONCE = 16, NAME_SIZE = 64 };

typedef struct {
  int file, realization, station, time, name_size, bounds; /* identifiers of the file and its dimensions */
  int of_realization, of_name, of_time, of_bounds, of_value[TUTTI_DAILY_VARIABLES];
  int error; /* the first that was met */
} output;

static void note(output *o, int error) {
  if (!o->error) o->error = error;
}

static void put_text(output *o, int variable, const char *name, const char *text) {
  note(o, nc_put_att_text(o->file, variable, name, strlen(text), text));
}

static int define(output *o, const char *name, nc_type type, int dims, const int *dim) {
  int variable = 0;
  note(o, nc_def_var(o->file, name, type, dims, dim, &variable));
  return variable;
}

/* A daily quantity: [realization, station, time]. */
static void define_value(output *o, tutti_daily_variable v, const char *name, const char *standard_name,
                         const char *long_name, const char *units, const char *methods) {
  const int dim[] = {o->realization, o->station, o->time};
  const int variable = o->of_value[v] = define(o, name, NC_FLOAT, 3, dim);
  put_text(o, variable, "standard_name", standard_name);
  put_text(o, variable, "long_name", long_name);
  put_text(o, variable, "units", units);
  put_text(o, variable, "cell_methods", methods);
  put_text(o, variable, "coordinates", "station_name");
}

static void define_all(output *o, const climate *c) {
  char text[160];
  note(o, nc_def_dim(o->file, "realization", (size_t)c->s->keep, &o->realization));
  note(o, nc_def_dim(o->file, "station", c->s->stations, &o->station));
  note(o, nc_def_dim(o->file, "time", c->days, &o->time));
  note(o, nc_def_dim(o->file, "name_size", NAME_SIZE, &o->name_size));
  note(o, nc_def_dim(o->file, "bounds", 2, &o->bounds));
  o->of_realization = define(o, "realization", NC_INT, 1, &o->realization);
  put_text(o, o->of_realization, "standard_name", "realization");
  put_text(o, o->of_realization, "units", "1");
  o->of_name = define(o, "station_name", NC_CHAR, 2, (const int[]){o->station, o->name_size});
  put_text(o, o->of_name, "standard_name", "platform_name");
  put_text(o, o->of_name, "long_name", "file of the record the station was fitted to");
  o->of_time = define(o, "time", NC_DOUBLE, 1, &o->time);
  put_text(o, o->of_time, "standard_name", "time");
  snprintf(text, sizeof text, "days since %04d-01-01 00:00:00", c->first_year);
  put_text(o, o->of_time, "units", text);
  put_text(o, o->of_time, "calendar", "proleptic_gregorian");
  put_text(o, o->of_time, "axis", "T");
  put_text(o, o->of_time, "bounds", "time_bounds");
  o->of_bounds = define(o, "time_bounds", NC_DOUBLE, 2, (const int[]){o->time, o->bounds});
  define_value(o, TUTTI_PRECIPITATION, "precipitation", "lwe_thickness_of_precipitation_amount",
               "precipitation of the day", "mm", "time: sum");
  define_value(o, TUTTI_TMAX, "tmax", "air_temperature", "highest temperature of the day", "degC",
               "time: maximum");
  define_value(o, TUTTI_TMIN, "tmin", "air_temperature", "lowest temperature of the day", "degC",
               "time: minimum");
  put_text(o, NC_GLOBAL, "Conventions", "CF-1.8");
  put_text(o, NC_GLOBAL, "title",
           "Daily weather simulated by a stochastic generator fitted to station records");
  snprintf(text, sizeof text, "tutti %s, tutti_generator_simulate, seed %ld, runs 0 to %ld", tutti_version(),
           c->s->seed, c->s->keep - 1);
  put_text(o, NC_GLOBAL, "source", text);
  put_text(o, NC_GLOBAL, "references", "Richardson, C. W. (1981), Water Resources Research 17, 182-190");
  note(o, nc_enddef(o->file));
}

static void put_coordinates(output *o, const climate *c) {
  for (size_t r = 0; r < (size_t)c->s->keep; r++)
    note(o, nc_put_var1_int(o->file, o->of_realization, &r, &(int){(int)r}));
  for (size_t s = 0; s < c->s->stations; s++) {
    const char *slash = strrchr(c->s->path[s], '/'), *name = slash ? slash + 1 : c->s->path[s];
    const size_t length = strlen(name) < NAME_SIZE ? strlen(name) : NAME_SIZE;
    note(o, nc_put_vara_text(o->file, o->of_name, (const size_t[]){s, 0}, (const size_t[]){1, length}, name));
  }
  for (size_t t = 0; t < c->days; t++) { /* a day's time is its noon */
    note(o, nc_put_var1_double(o->file, o->of_time, &t, &(double){(double)t + 0.5}));
    note(o, nc_put_vara_double(o->file, o->of_bounds, (const size_t[]){t, 0}, (const size_t[]){1, 2},
                               (const double[]){(double)t, (double)t + 1}));
  }
}

/* A few runs at a time: values[runs x stations x variables x days]. */
static int put_runs(output *o, const climate *c, double *values) {
  const tutti_simulation simulation = {tutti_day_number((tutti_date){c->first_year, 1, 1}), c->days, NULL,
                                       NULL, 0};
  const size_t keep = (size_t)c->s->keep, stations = c->s->stations;
  for (size_t first = 0, runs; first < keep && !o->error; first += runs) {
    runs = keep - first < AT_ONCE ? keep - first : AT_ONCE;
    if (failed(tutti_generator_simulate(NULL, &c->generator, (tutti_rng){(uint64_t)c->s->seed, 0},
                                        &simulation, first, runs, values)))
      return 0;
    for (size_t series = 0; series < runs * stations * TUTTI_DAILY_VARIABLES; series++) {
      const size_t v = series % TUTTI_DAILY_VARIABLES, s = series / TUTTI_DAILY_VARIABLES;
      const size_t begin[] = {first + s / stations, s % stations, 0}, count[] = {1, 1, c->days};
      note(o, nc_put_vara_double(o->file, o->of_value[v], begin, count, values + series * c->days));
    }
  }
  return 1;
}

/* The file is complete, or it has not the name it was promised under. */
int write_netcdf(const climate *c) {
  char name[4096], part[4104];
  output o = {0};
  if (c->s->keep == 0) return 1;
  snprintf(name, sizeof name, "%s.nc", c->s->prefix);
  snprintf(part, sizeof part, "%s.part", name);
  double *values = malloc(AT_ONCE * c->s->stations * TUTTI_DAILY_VARIABLES * c->days * sizeof *values);
  if (!values) fprintf(stderr, "weather_station: no memory for %d runs of %zu days\n", AT_ONCE, c->days);
  int good = values != NULL;
  const double bytes = (double)sizeof(float) * (double)c->s->keep * (double)c->s->stations * (double)c->days;
  const int format = bytes < 0x1p31 ? NC_64BIT_OFFSET : NC_64BIT_DATA; /* of a variable */
  if (good) note(&o, nc_create(part, NC_CLOBBER | format, &o.file));
  const int created = good && !o.error;
  if (created) {
    define_all(&o, c);
    put_coordinates(&o, c);
    good = put_runs(&o, c, values);
    note(&o, nc_close(o.file));
  }
  free(values);
  if (o.error) fprintf(stderr, "weather_station: %s: %s\n", name, nc_strerror(o.error));
  else if (good && rename(part, name)) perror("weather_station: the netCDF file"), o.error = 1;
  if (created && (o.error || !good)) remove(part);
  return good && !o.error;
}
