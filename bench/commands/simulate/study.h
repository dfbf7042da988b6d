/* What is known of one workload: its chunks, what calls cost on this machine, and the times measured here. */
#ifndef BENCH_STUDY_H
#define BENCH_STUDY_H

#include "analysis/statistics.h"
#include "cases/case.h"
#include "cases/variants.h"
#include "commands/simulate/simulation.h"

enum { SCHEDULES = 3 };
extern const char *const schedule_names[SCHEDULES]; /* by tutti_schedule */

/* What is asked for: each schedule on each number of workers. */
struct sweep {
  int *workers; /* [worker_count], ascending */
  size_t worker_count;
  tutti_schedule schedules[SCHEDULES]; /* [schedule_count], ascending */
  int schedule_count;
};

/* What the command line asks for. */
struct simulate_options {
  struct sweep sweep;
  const struct variant *variant;
  tutti_isa isa; /* of the vector variants */
  size_t rounds; /* to be measured on the workers of the sweep that exist */
  uint64_t seed;
  double serial;    /* of a trace: seconds the caller works alone */
  bool ideal;       /* starting and handing out cost nothing, and memory has no limit */
  double bandwidth; /* of the memory, in bytes a second; 0: to be measured */
  int gantt;        /* workers of the Gantt chart */
  const char *folder;
};

/* Times of the workload on workers that exist. */
struct observed {
  int workers;
  tutti_schedule schedule;
  struct summary time;
};

struct study {
  const struct simulate_options *options;
  char *name;                    /* of the case; or "trace" */
  char *size;                    /* the problem in words; or the file */
  const struct variant *variant; /* NULL: chunk times from a file */
  int cores;                     /* that exist */
  struct sim_call *calls;        /* [count] */
  size_t count;
  struct sim_machine machine;
  double one_core_bandwidth; /* measured, B/s; NAN: unknown */
  struct summary one_core;   /* n = 0: not measured */
  struct observed *observed; /* [observed_count] */
  size_t observed_count;
  struct text_list warnings;
};

/* Measures a case. False, with a message on stderr: it could not be. Free with study_free in any case. */
bool study_case(struct study *study, const struct bench_case *bench, const union bench_value *params,
                const struct simulate_options *options);
/* The same for chunk times from a file, on threads. */
bool study_trace(struct study *study, const char *file, const struct simulate_options *options);
void study_free(struct study *study);

/* The name of the instruction set level of its variant, or NULL. */
const char *study_isa(const struct study *study);

/* Bytes that all chunks together move. */
double study_bytes(const struct study *study);

#endif
