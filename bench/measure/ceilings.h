/* What this machine can do at most, measured. */
#ifndef BENCH_CEILINGS_H
#define BENCH_CEILINGS_H

/* Bytes a second at which so many threads together read an array that no cache holds: the best of a few
 * times. NAN where there is no memory for such an array. */
double ceiling_read_bandwidth(int workers);

#endif
