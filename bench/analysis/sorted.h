/* Values in ascending order, with the places they had before. */
#ifndef BENCH_SORTED_H
#define BENCH_SORTED_H

#include <stddef.h>

/* A value and the place it had before sorting. */
struct sorted {
  double value;
  size_t place;
};

/* [n], ascending; the caller frees it. */
struct sorted *sort_values(const double *values, size_t n);

#endif
