/* Who else used the cores while we measured. */
#ifndef BENCH_DISTURBANCE_H
#define BENCH_DISTURBANCE_H

struct cpu_seconds {
  double wall, own, busy, stolen; /* of all cores together; own: this program and its children that ended */
  int cores;                      /* 0: the system does not tell */
};
struct cpu_seconds cpu_seconds_now(void);

struct disturbance {
  double others; /* cores that other programs kept busy, on average; NaN: not known */
  double stolen; /* cores that the hypervisor gave to other machines */
  int cores;
};
/* CPU seconds of this process and its children, as far as they are known. */
double cpu_seconds_own(void);

struct disturbance disturbance_between(const struct cpu_seconds *begin, const struct cpu_seconds *end);

#include "notes.h"

/* What of it disturbs times. */
void disturbance_notes(const struct disturbance *d, struct notes *notes);

#endif
