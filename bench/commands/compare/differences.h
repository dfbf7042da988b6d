/* What differs between two runs besides their times. */
#ifndef BENCH_DIFFERENCES_H
#define BENCH_DIFFERENCES_H

#include "results/results.h"

/* "CPU: A -> B", and so on. Returns whether they are of two machines. */
bool find_differences(const struct run *old, const struct run *new, struct text_list *differences);

/* "rows is 2 in the old run, 3 in the new one": the first difference between two objects, or NULL if they are
 * equal. The caller frees it. */
char *describe_difference(const json_t *old, const json_t *new);

#endif
