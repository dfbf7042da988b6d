#include "commands/simulate/prediction.h"

#include <math.h>

struct prediction predict(const struct study *study, int workers, tutti_schedule schedule) {
  struct prediction p = {
      .workers = workers,
      .schedule = schedule,
      .run = simulate_run(study->calls, study->count, &study->machine, schedule, workers),
      .bounds = simulate_bounds(study->calls, study->count, study->machine.bandwidth, workers),
      .observed = study_observed(study, workers, schedule),
      .measured = NAN,
      .difference = NAN,
  };
  p.speedup = p.bounds.work / p.run.seconds;
  p.most = p.bounds.work / p.bounds.least;
  p.least = p.bounds.work / p.bounds.most;
  if (p.observed) {
    p.measured = study->one_core.median / p.observed->time.median;
    p.difference = p.run.seconds / p.observed->time.median - 1;
  }
  return p;
}

void prediction_losses(const struct prediction *prediction, struct loss losses[LOSSES]) {
  const struct sim_time *t = &prediction->run.time;
  const double all = prediction->workers * prediction->run.seconds;
  const struct loss list[LOSSES] = {{"serial part", t->serial / all},
                                    {"starting workers", t->start / all},
                                    {"handing out chunks", t->dispatch / all},
                                    {"memory bandwidth", t->memory / all},
                                    {"last chunks", t->wait / all}};
  for (int i = 0; i < LOSSES; i++) losses[i] = list[i];
}
