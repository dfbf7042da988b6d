/* The simulation of a study on a number of workers. */
#include "commands/simulate/prediction.h"

#include <math.h>

const char *const sim_time_names[SIM_TIMES] = {
    [SIM_WORK] = "work",
    [SIM_SERIAL] = "serial part",
    [SIM_START] = "starting workers",
    [SIM_DISPATCH] = "handing out chunks",
    [SIM_MEMORY] = "memory bandwidth",
    [SIM_WAIT] = "last chunks",
};

/* The times on that many workers, or NULL. */
static const struct observed *find_observed(const struct study *study, int workers, tutti_schedule schedule) {
  for (size_t i = 0; i < study->observed_count; i++)
    if (study->observed[i].workers == workers && study->observed[i].schedule == schedule)
      return &study->observed[i];
  return NULL;
}

struct prediction predict(const struct study *study, int workers, tutti_schedule schedule) {
  struct prediction p = {
      .workers = workers,
      .schedule = schedule,
      .run = simulate_run(study->calls, study->count, &study->machine, schedule, workers),
      .bounds = simulate_bounds(study->calls, study->count, study->machine.bandwidth, workers),
      .observed = find_observed(study, workers, schedule),
      .measured = NAN,
      .difference = NAN,
  };
  for (int k = 0; k < SIM_TIMES; k++) p.shares[k] = p.run.time[k] / (workers * p.run.seconds);
  p.speedup = p.bounds.work / p.run.seconds;
  p.most = p.bounds.work / p.bounds.least;
  p.least = p.bounds.work / p.bounds.most;
  if (p.observed) {
    p.measured = study->one_core.median / p.observed->time.median;
    p.difference = p.run.seconds / p.observed->time.median - 1;
  }
  return p;
}
