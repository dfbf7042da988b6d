/* The simulation of a study on a number of workers. */
#ifndef BENCH_PREDICTION_H
#define BENCH_PREDICTION_H

#include "commands/simulate/study.h"

struct prediction {
  int workers;
  tutti_schedule schedule;
  struct sim_result run;
  struct sim_bounds bounds;
  double speedup;     /* against one core */
  double most, least; /* speedups: what no schedule can exceed, and what list scheduling reaches at least */
  const struct observed *observed; /* or NULL */
  double measured;                 /* speedup, of medians; NAN */
  double difference;               /* of predicted and measured time, relative to the latter; NAN */
};

struct prediction predict(const struct study *study, int workers, tutti_schedule schedule);

/* What workers lose time to: one of these for each member of struct sim_time after `work`. */
enum { LOSSES = 5 };
struct loss {
  const char *name; /* "the serial part" */
  double share;     /* of workers x time */
};
void prediction_losses(const struct prediction *prediction, struct loss losses[LOSSES]);

#endif
