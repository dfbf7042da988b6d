/* Which measurements of two runs can be compared. */
#ifndef BENCH_PAIRS_H
#define BENCH_PAIRS_H

#include "commands/compare/comparison.h"

/* Finds the pairs, and says in alarms and left_out what is with the others. */
void find_pairs(const struct run *old, const struct run *new, struct comparison *comparison);

#endif
