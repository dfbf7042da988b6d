/* What this machine can do at most, measured. */
#ifndef BENCH_CEILINGS_H
#define BENCH_CEILINGS_H

#include "results/results.h"

/* Bytes a second that so many threads together read from an array larger than any cache, each in 1, 2, 4 or
 * 8 streams side by side: the best of twelve times. NAN: there is no memory for such an array. */
double ceiling_read_bandwidth(int workers);

/* Floating point operations a second, a fused multiply-add being two, that so many threads together do in
 * registers with the instructions of a level, which the machine must have: the best of seven times. NAN: the
 * level has no such instruction of its own, or OpenMP gave fewer threads. */
double ceiling_multiply_add(tutti_isa isa, int workers);

/* All of these on one core and on so many, of multiply-adds at the levels scalar and isa; free() the list. */
struct ceiling *ceilings_measure(int cores, tutti_isa isa, size_t *count);

#endif
