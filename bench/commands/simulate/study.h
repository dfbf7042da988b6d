/* All that is known of one workload: its chunks, what the machine's calls cost, what was measured. */
#ifndef BENCH_STUDY_H
#define BENCH_STUDY_H

#include "analysis/statistics.h"
#include "cases/case.h"
#include "cases/variants.h"
#include "commands/simulate/simulation.h"

/* Times of the workload on workers that exist. */
struct observed {
  int workers;
  tutti_schedule schedule;
  struct summary time;
};

enum { SCHEDULES = 3 };
extern const char *const schedule_names[SCHEDULES]; /* by tutti_schedule */

struct study {
  char *name;                    /* of the case; or "trace" */
  char *size;                    /* the problem in words; or the file */
  const struct variant *variant; /* NULL: chunk times from a file */
  tutti_isa isa;
  int cores;
  size_t rounds;
  struct sim_call *calls; /* [count] */
  size_t count;
  struct sim_machine machine;
  double one_core_bandwidth; /* measured, B/s; NAN: unknown */
  struct summary one_core;   /* n = 0: not measured */
  struct observed *observed; /* [observed_count] */
  size_t observed_count;
  struct text_list warnings;
};

struct study_plan {
  const struct variant *variant;
  tutti_isa isa;
  const bool *schedules; /* [SCHEDULES]: to measure */
  const int *workers;    /* [worker_count]: of these, those that exist are measured */
  size_t worker_count, rounds;
  uint64_t seed;
  double serial;    /* of a trace: seconds the caller works alone */
  bool ideal;       /* the machine costs nothing and its memory has no limit */
  double bandwidth; /* B/s instead of the measured ceiling; 0: that */
};

/* Measures a case. False, with a message on stderr: it could not be. Free with study_free in any case. */
bool study_case(struct study *study, const struct bench_case *bench, const union bench_value *params,
                const struct study_plan *plan);
/* The same for chunk times from a file, on threads. */
bool study_trace(struct study *study, const char *file, const struct study_plan *plan);
void study_free(struct study *study);

/* The time on that many workers, or NULL. */
const struct observed *study_observed(const struct study *study, int workers, tutti_schedule schedule);

/* Bytes that all chunks together move. */
double study_bytes(const struct study *study);

#endif
