/* What a run has found, as plain data: as it was measured, or as a results.json has it. All that is made of
 * it (tables, laws, pictures, pages, comparisons) is made of this alone. */
#ifndef BENCH_RESULTS_H
#define BENCH_RESULTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "cases/case.h"
#include "cases/variants.h"
#include "cli/run_options.h"
#include "machine/disturbance.h"
#include "machine/machine.h"
#include "util/bench_clock.h"

/* A variant on a number of workers. */
struct measurement {
  const struct variant *variant;
  size_t batch;          /* runs that one time is the mean of */
  double first;          /* seconds of the very first run, which is not among the times */
  double *seconds, *cpu; /* [count]: one a round; a run's time, and the CPU seconds it took (NaN: unknown) */
  size_t count;          /* as many as there were rounds, unless it failed meanwhile */
  char *failure;         /* why it could not run, or NULL */
  struct bench_result result; /* of the first run that differed, otherwise of the last */
  int workers;
  bool compared, same_bits; /* every run, with serial's result for the same share */
  char isa[16];
};

enum stop {
  STOP_NOT,
  STOP_PRECISION,
  STOP_MAX_TIME,
  STOP_REPETITIONS,
  STOP_INTERRUPTED,
  STOP_FAILED,
  STOP_KINDS
};
extern const char *const stop_names[STOP_KINDS];

struct case_results {
  char *name, *description;
  json_t *arguments; /* the sizes: {"rows": 20000, ...} */
  char size[160];    /* the problem in words */
  char answer[128];  /* the reference's, in words */
  struct bench_work work;
  char *no_vector; /* why there are no vector variants, or NULL */
  struct text_list warnings;
  char *failure;             /* why the case could not be set up, or NULL */
  struct measurement *items; /* [count]; the first is the reference, serial */
  size_t count;
  int parts;         /* W of weak scaling, of which a run on w workers does w; otherwise 1 */
  size_t rounds;     /* completed */
  enum stop stopped; /* why there were no more */
  struct disturbance disturbance;
};

/* What this machine can do at most, measured in the same session. */
struct ceiling {
  char what[32], isa[16];
  int workers;
  double rate;
  char unit[8]; /* "B/s" or "flop/s" */
};

struct run {
  struct run_options options;
  struct machine machine;
  json_t *about_machine, *build, *environment, *findings; /* kept as they were found */
  struct clock_quality clock;
  struct ceiling *ceilings;
  size_t ceiling_count;
  char vector_isa[16];
  bool isa_from_user, passive_openmp;
  struct text_list warnings; /* about the whole run */
  struct case_results *cases;
  size_t count;
  char program[32]; /* the version of bench_amdahl */
  char version[32]; /* of the library */
  char started[32]; /* UTC, ISO 8601 */
  double seconds;   /* that the run took */
  bool complete;    /* no case is left */
  int interrupted;  /* the signal, or 0 */
};

void case_results_free(struct case_results *results);
void run_free(struct run *run);

/* Whether all that ran gave the reference's bits, and nothing failed. */
bool case_results_good(const struct case_results *results);

/* The measurement of a variant on a number of workers (0: any), or NULL if there are no times of it. */
const struct measurement *find_measurement(const struct case_results *results, const struct variant *variant,
                                           int workers);

/* The case of that name, or NULL. */
struct case_results *find_case(const struct run *run, const char *name);

/* Results are named by their file or its folder. The file, and the folder, of either name; to be freed. */
char *results_file(const char *path);
char *results_folder(const char *path);

/* Reads a results.json; all of run is the caller's to free. False, and in *error which file, where and why,
 * if it is none. path may be a folder with a results.json, or - for standard input. */
bool results_read(const char *path, struct run *run, char **error);

/* The same from a text, which `name` stands for in messages. */
bool results_parse(const char *text, size_t length, const char *name, struct run *run, char **error);

#endif
