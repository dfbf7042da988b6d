/* What this machine can do at most, measured. */
#ifndef BENCH_CEILINGS_H
#define BENCH_CEILINGS_H

#include "results/results.h"

/* Bytes a second at which so many threads together read an array that no cache holds: the best of a few
 * times. NAN where there is no memory for such an array. */
double ceiling_read_bandwidth(int workers);

/* Floating point operations a second, two a fused multiply-add, that so many threads do in registers at an
 * instruction set level: the best of a few times. The caller knows that the machine has it. NAN where the
 * level has no such instruction of its own. */
double ceiling_multiply_add(tutti_isa isa, int workers);

/* Both, on one core and on so many, at levels scalar and isa; free() the list. */
struct ceiling *ceilings_measure(int cores, tutti_isa isa, size_t *count);

#endif
