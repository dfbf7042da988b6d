/* The simulation of a study on a number of workers, beside its bounds and what was measured. */
#ifndef BENCH_PREDICTION_H
#define BENCH_PREDICTION_H

#include "commands/simulate/study.h"

struct prediction {
  int workers;
  tutti_schedule schedule;
  struct sim_result run;
  struct sim_bounds bounds;
  double shares[SIM_TIMES]; /* of workers x seconds */
  double speedup;           /* against one core */
  double most, least; /* speedups: what no schedule can exceed, and what the dynamic one reaches at least */
  const struct observed *observed; /* or NULL */
  double measured;                 /* speedup, of medians; NAN */
  double difference;               /* (predicted - measured) / measured time; NAN */
};

struct prediction predict(const struct study *study, int workers, tutti_schedule schedule);

/* What shares are of, in words: "serial part". */
extern const char *const sim_time_names[SIM_TIMES];

#endif
