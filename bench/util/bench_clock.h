/* The clock that measures. */
#ifndef BENCH_BENCH_CLOCK_H
#define BENCH_BENCH_CLOCK_H

/* Seconds since some fixed moment; never steps back, whatever happens to the date. */
double clock_seconds(void);

/* A clock that a test can turn by hand. */
struct bench_clock {
  double (*now)(void *state);
  void *state;
};
extern const struct bench_clock clock_monotonic;

struct clock_quality {
  double resolution; /* the smallest step that was seen, seconds */
  double cost;       /* of asking once, seconds */
};
/* Takes a few milliseconds. */
struct clock_quality clock_measure(const struct bench_clock *clock);

#endif
