/* Workers and times or throughputs, read from a table or from a results.json. */
#ifndef BENCH_POINTS_H
#define BENCH_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum points_kind { POINTS_UNKNOWN, POINTS_SECONDS, POINTS_THROUGHPUT };

/* What to read; NULL and POINTS_UNKNOWN: what the file suggests. */
struct points_choice {
  enum points_kind kind;       /* of the second column */
  const char *x, *y;           /* columns of the table: a name of its header, or a number from 1 */
  const char *bench, *variant; /* of a results.json, or of the table's columns "case" and "variant" */
};

enum { MOST_POINTS = 10000 };

struct points {
  size_t n;
  double *workers, *values; /* [n]; seconds or throughputs */
  enum points_kind kind;
  char label[64]; /* the name of the column */
  bool grows;     /* the file says that the problem grows with the workers */
  size_t rounds;  /* of a results.json: seconds[i][r] is round r of values[i], the median; 0: not known */
  double **seconds;
};

/* Reads a results.json of bench_amdahl if the first character is '{', otherwise a table: columns with
 * semicolons, tabs, commas or blanks between them, of which the first line decides, quoted or not; empty
 * lines and those that begin with # are skipped. A header names the columns. On failure returns false, with
 * the file's name, the line and the reason in error, of `size` bytes. */
bool points_read(FILE *file, const char *name, const struct points_choice *choice, struct points *points,
                 char *error, size_t size);

/* The same from text of `length` bytes. */
bool points_parse(const char *text, size_t length, const char *name, const struct points_choice *choice,
                  struct points *points, char *error, size_t size);

void points_free(struct points *points);

#endif
