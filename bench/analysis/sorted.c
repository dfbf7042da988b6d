/* Sorts values, and remembers where they were. */
#include "analysis/sorted.h"

#include <stdlib.h>

#include "util/xalloc.h"

/* Equal values stay as they were. */
static int ascending(const void *a, const void *b) {
  const struct sorted *x = a, *y = b;
  if (x->value != y->value) return x->value > y->value ? 1 : -1;
  return (x->place > y->place) - (x->place < y->place);
}

struct sorted *sort_values(const double *values, size_t n) {
  struct sorted *list = xcalloc(n, sizeof *list);
  for (size_t i = 0; i < n; i++) list[i] = (struct sorted){values[i], i};
  qsort(list, n, sizeof *list, ascending);
  return list;
}
