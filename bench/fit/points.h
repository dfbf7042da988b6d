/* A table of workers and times or throughputs, read from a file. */
#ifndef BENCH_POINTS_H
#define BENCH_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum points_kind { POINTS_UNKNOWN, POINTS_SECONDS, POINTS_THROUGHPUT };

struct points {
  size_t n;
  double *workers, *seconds, *throughput; /* [n]; seconds are 1 / throughput */
  enum points_kind kind;                  /* of the second column */
};

/* Reads two columns with commas, semicolons, tabs or blanks between them; further columns, empty lines and
 * those that begin with # are skipped. A header line says what the second column is, unless kind does. On
 * failure returns false, with the file's name, the line and the reason in error, of `size` bytes. */
bool points_read(FILE *file, const char *name, enum points_kind kind, struct points *points, char *error,
                 size_t size);
void points_free(struct points *points);

#endif
