#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

/* Seconds since some fixed moment; never steps back, whatever happens to the date. */
double clock_seconds(void);

#endif
