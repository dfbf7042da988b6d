/* gnuplot reads a picture's numbers as plain doubles behind the command that draws it. */
#define _GNU_SOURCE
#include "output.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#ifdef HAVE_NETCDF
#include <netcdf.h>
#endif

/* -- pictures -- */

static const char palette[] = "set palette defined (0 '#08306b', 1 '#4292c6', 2 '#c6dbef', 3 '#f7f7f7', "
                              "4 '#fcbba1', 5 '#ef3b2c', 6 '#67000d')\n";

static FILE *start_gnuplot(const field_about *a) {
  FILE *gnuplot = popen("gnuplot", "w");
  if (!gnuplot) return NULL;
  fprintf(gnuplot,
          "%sunset key\nset xlabel 'x, km'\nset ylabel '%s, km'\nset tics out nomirror\nset format cb "
          "'%%g'\nset cblabel '%s, %s'\n",
          palette, a->up, a->title, a->units);
  fprintf(gnuplot, "set xrange [0:%.17g]\nset yrange [0:%.17g]\n", (double)a->cols * a->dx / 1000,
          (double)a->rows * a->dy / 1000);
  if (a->low < a->high) fprintf(gnuplot, "set cbrange [%.17g:%.17g]\n", a->low, a->high);
  return gnuplot;
}

static void draw(FILE *gnuplot, const field_about *a, double time, const double *field) {
  fprintf(gnuplot, "set title 'after %g s'\n", time);
  fprintf(
      gnuplot,
      "plot '-' binary array=(%zu,%zu) format='%%double' origin=(%.17g,%.17g) dx=%.17g dy=%.17g with image\n",
      a->cols, a->rows, a->dx / 2000, a->dy / 2000, a->dx / 1000, a->dy / 1000);
  fwrite(field, sizeof *field, a->rows * a->cols, gnuplot);
  fputc('\n', gnuplot);
}

static bool start_pictures(field_output *o) {
  enum { WIDTH = 900, MARGIN = 130 };
  const field_about *a = o->about;
  const double tall = (double)a->rows * a->dy / ((double)a->cols * a->dx);
  const int height = (int)(WIDTH * 0.78 * tall) + MARGIN;
  signal(SIGPIPE, SIG_IGN); /* gnuplot that ends early is seen at its end */
  o->gif = start_gnuplot(a);
  o->png = start_gnuplot(a);
  if (!o->gif || !o->png) {
    fprintf(stderr, "gnuplot: %s\n", strerror(errno));
    return false;
  }
  fprintf(o->gif, "set terminal gif animate delay 10 loop 0 optimize size %d,%d\nset output '%s/%s.gif'\n",
          WIDTH, height, o->folder, a->name);
  fprintf(o->png, "set terminal pngcairo size %d,%d\n", WIDTH, height);
  return true;
}

static bool end_gnuplot(FILE *gnuplot) {
  if (!gnuplot) return true;
  const bool lost = fflush(gnuplot) != 0 || ferror(gnuplot);
  const int status = pclose(gnuplot);
  if (!lost && status == 0) return true;
  fprintf(stderr, "gnuplot could not draw: status %d\n", status);
  return false;
}

/* -- netCDF -- */

#ifdef HAVE_NETCDF
static void note(field_output *o, int error) {
  if (!o->error) o->error = error;
}

static void put_text(field_output *o, int variable, const char *name, const char *text) {
  note(o, nc_put_att_text(o->file, variable, name, strlen(text), text));
}

/* A dimension with its coordinate: the centres of n cells. */
static int put_axis(field_output *o, const char *name, const char *axis, size_t n, int *coordinate) {
  int dim = 0;
  note(o, nc_def_dim(o->file, name, n, &dim));
  note(o, nc_def_var(o->file, name, NC_DOUBLE, 1, &dim, coordinate));
  put_text(o, *coordinate, "axis", axis);
  put_text(o, *coordinate, "units", "m");
  put_text(o, *coordinate, "long_name", "centre of the cell");
  return dim;
}

static void put_centres(field_output *o, int coordinate, size_t n, double step) {
  for (size_t i = 0; i < n; i++) {
    const double centre = ((double)i + 0.5) * step;
    note(o, nc_put_var1_double(o->file, coordinate, &i, &centre));
  }
}

static bool start_netcdf(field_output *o, const char *path) {
  const field_about *a = o->about;
  int time = 0, x = 0, up = 0;
  note(o, nc_create(path, NC_CLOBBER | NC_64BIT_OFFSET, &o->file));
  if (o->error) o->file = -1;
  note(o, nc_def_dim(o->file, "time", NC_UNLIMITED, &time));
  note(o, nc_def_var(o->file, "time", NC_DOUBLE, 1, &time, &o->of_time));
  put_text(o, o->of_time, "standard_name", "time");
  put_text(o, o->of_time, "units", "seconds since 2000-01-01 00:00:00");
  put_text(o, o->of_time, "axis", "T");
  const int row = put_axis(o, a->up, strcmp(a->up, "z") == 0 ? "Z" : "Y", a->rows, &up);
  if (strcmp(a->up, "z") == 0) put_text(o, up, "positive", "up");
  const int col = put_axis(o, "x", "X", a->cols, &x);
  note(o, nc_def_var(o->file, a->name, NC_DOUBLE, 3, (const int[]){time, row, col}, &o->of_field));
  put_text(o, o->of_field, "long_name", a->title);
  put_text(o, o->of_field, "units", a->units);
  if (a->standard_name) put_text(o, o->of_field, "standard_name", a->standard_name);
  put_text(o, NC_GLOBAL, "Conventions", "CF-1.8");
  put_text(o, NC_GLOBAL, "title", a->title);
  note(o, nc_enddef(o->file));
  put_centres(o, up, a->rows, a->dy);
  put_centres(o, x, a->cols, a->dx);
  return o->error == 0;
}

static void add_to_netcdf(field_output *o, double time, const double *field) {
  const size_t at = (size_t)o->frames, begin[] = {at, 0, 0}, count[] = {1, o->about->rows, o->about->cols};
  note(o, nc_put_var1_double(o->file, o->of_time, &at, &time));
  note(o, nc_put_vara_double(o->file, o->of_field, begin, count, field));
}

static bool end_netcdf(field_output *o) {
  if (o->file >= 0) note(o, nc_close(o->file));
  if (o->error) fprintf(stderr, "netCDF: %s\n", nc_strerror(o->error));
  return o->error == 0;
}
#else
static bool start_netcdf(field_output *o, const char *path) {
  (void)o;
  fprintf(stderr, "%s: built without netCDF (Debian: libnetcdf-dev)\n", path);
  return false;
}
static void add_to_netcdf(field_output *o, double time, const double *field) {
  (void)o, (void)time, (void)field;
}
static bool end_netcdf(field_output *o) {
  (void)o;
  return true;
}
#endif

/* -- all of them -- */

bool output_begin(field_output *o, const field_about *about, const char *folder, const char *file) {
  *o = (field_output){.about = about, .folder = folder, .file = -1};
  if ((!file || start_netcdf(o, file)) && start_pictures(o)) return true;
  (void)output_end(o);
  return false;
}

bool output_add(field_output *o, double time, const double *field) {
  const field_about *a = o->about;
  if (o->file >= 0) add_to_netcdf(o, time, field);
  o->frames++;
  draw(o->gif, a, time, field);
  fprintf(o->png, "set output '%s/%s-%04d.png'\n", o->folder, a->name, o->frames);
  draw(o->png, a, time, field);
  return o->error == 0 && !ferror(o->gif) && !ferror(o->png);
}

bool output_end(field_output *o) {
  const bool gif = end_gnuplot(o->gif), png = end_gnuplot(o->png), netcdf = end_netcdf(o);
  return gif && png && netcdf;
}
