/* What the programs of this folder share: a field over time as pictures (PNG), as an animation (GIF), both by
 * gnuplot, and as a netCDF file by the CF conventions. */
#ifndef EXAMPLES_GRID_OUTPUT_H
#define EXAMPLES_GRID_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A field on a grid of rows x cols numbers, [row * cols + col]; cells of dx x dy m, the first around
 * (dx / 2, dy / 2). */
typedef struct {
  const char *name;          /* of the files, and of the netCDF variable */
  const char *title, *units; /* of the field */
  const char *standard_name; /* of the CF conventions; NULL: it has none there */
  const char *up;            /* what the rows are: "z" (upwards) or "y" */
  size_t cols, rows;
  double dx, dy;
  double low, high; /* the colours' range; both 0: that of each field */
} field_about;

typedef struct {
  const field_about *about;
  const char *folder;
  FILE *gif, *png; /* what gnuplot reads; NULL: no pictures */
  int frames;
  int file, error;       /* the netCDF file, -1: none; the first error of it */
  int of_time, of_field; /* its variables */
} field_output;

/* Begins FOLDER/NAME.gif and FOLDER/NAME-0001.png, ...; and, if file is not NULL, a netCDF file. false: it
 * cannot be done, and standard error says why. */
bool output_begin(field_output *o, const field_about *about, const char *folder, const char *file);

/* Adds the field at `time`, in s. */
bool output_add(field_output *o, double time, const double *field);

/* Ends the files. false: something did not arrive in them. */
bool output_end(field_output *o);

#endif
