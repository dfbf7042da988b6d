/* What is known of one workload: measured, or read from a file. */
#include "commands/simulate/study.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands/simulate/call_costs.h"
#include "commands/simulate/chunk_profile.h"
#include "commands/simulate/trace.h"
#include "measure/ceilings.h"
#include "measure/configs.h"
#include "util/xalloc.h"

const char *const schedule_names[SCHEDULES] = {
    [TUTTI_STATIC] = "static", [TUTTI_DYNAMIC] = "dynamic", [TUTTI_GUIDED] = "guided"};

static bool complain(const struct study *study, const char *what, const char *why) {
  fprintf(stderr, "bench_amdahl simulate: %s: %s%s%s\n", study->name, what, *why ? ": " : "", why);
  return false;
}

/* ---- measuring a case: one core plain, one core watched, then the configurations of `observed` ---- */

enum { PLAIN, WATCHED, FIRST_OBSERVED };

/* What the progress function of a serial context has seen of the runs. */
struct watched {
  struct recording current;
  struct recording *runs; /* [count]: a copy of each */
  size_t count;
};

/* The first stamps of all found new memory for themselves: so the buffer stays, and a run's are copied. */
static void watched_ran(void *watched, double begin, double end) {
  struct watched *w = watched;
  struct recording copy = {begin, end, NULL, w->current.count, w->current.count};
  copy.stamps = xcalloc(copy.count, sizeof *copy.stamps);
  if (copy.count) memcpy(copy.stamps, w->current.stamps, copy.count * sizeof *copy.stamps);
  w->runs = xrealloc(w->runs, w->count + 1, sizeof *w->runs);
  w->runs[w->count++] = copy;
  w->current.count = 0;
}

static void watched_free(struct watched *w) {
  for (size_t i = 0; i < w->count; i++) recording_free(&w->runs[i]);
  recording_free(&w->current);
  free(w->runs);
}

static bool add_config(const struct study *study, struct configs *configs, const struct variant *variant,
                       int workers, tutti_schedule schedule, struct watched *watched) {
  struct config *c = &configs->list[configs->count++];
  tutti_config settings = config_settings(variant, workers, study->options->isa);
  settings.schedule = schedule;
  *c = (struct config){.variant = variant, .workers = workers};
  if (watched) {
    settings.progress = recording_stamp;
    settings.progress_user = &watched->current;
    c->ran = watched_ran;
    c->user = watched;
  }
  return tutti_open(&settings, &c->ctx) == TUTTI_OK ||
         complain(study, "cannot be run", tutti_error_detail(NULL));
}

static bool open_configs(struct study *study, struct configs *configs, struct watched *watched) {
  const struct variant *one_core = variant_one_core(study->variant);
  const struct sweep *sweep = &study->options->sweep;
  configs->list = xcalloc(FIRST_OBSERVED + SCHEDULES * sweep->worker_count, sizeof *configs->list);
  study->observed = xcalloc(SCHEDULES * sweep->worker_count, sizeof *study->observed);
  bool good = add_config(study, configs, one_core, 1, TUTTI_DYNAMIC, NULL) &&
              add_config(study, configs, one_core, 1, TUTTI_DYNAMIC, watched);
  for (int s = 0; s < sweep->schedule_count; s++)
    for (size_t w = 0; good && w < sweep->worker_count && sweep->workers[w] <= study->cores; w++) {
      const struct observed o = {.workers = sweep->workers[w], .schedule = sweep->schedules[s]};
      good = add_config(study, configs, study->variant, o.workers, o.schedule, NULL);
      study->observed[study->observed_count++] = o;
    }
  return good;
}

/* Whether all went well; the times are the study's then. */
static bool take_results(struct study *study, const struct case_results *r) {
  if (r->failure) return complain(study, r->failure, "");
  for (size_t i = 0; i < r->count; i++) {
    if (r->items[i].failure) return complain(study, r->items[i].failure, "");
    if (!r->items[i].same_bits) return complain(study, "two runs gave different bits", "");
  }
  study->size = xasprintf("%s", r->size);
  study->one_core = summarize(r->items[PLAIN].seconds, r->rounds);
  for (size_t i = 0; i < study->observed_count; i++)
    study->observed[i].time = summarize(r->items[FIRST_OBSERVED + i].seconds, r->rounds);
  return true;
}

/* Twice to warm up: workers that stand by start with the second call. *bytes: that a run moves. */
static bool measure(struct study *study, const struct bench_case *bench, const union bench_value *params,
                    const struct configs *configs, double *bytes) {
  const struct run_options options = {.repetitions = (int)study->options->rounds,
                                      .seed = study->options->seed};
  struct case_results results = {.warnings = study->warnings};
  measure_case(bench, params,
               &(struct plan){.configs = configs->list,
                              .count = configs->count,
                              .options = &options,
                              .clock = &clock_monotonic,
                              .single = true,
                              .warmup = 1},
               &results);
  const bool good = take_results(study, &results);
  *bytes = results.work.bytes;
  study->warnings = results.warnings;
  results.warnings = (struct text_list){0};
  case_results_free(&results);
  return good;
}

/* ---- what follows from them ---- */

/* Whether a worker process waits for the next call: then this process has children. */
static bool workers_stand_by(void) {
  siginfo_t info;
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

static bool learn_machine(struct study *study, double *observing) {
  const tutti_backend backend = study->variant ? study->variant->backend : TUTTI_THREADS;
  const bool standing = backend == TUTTI_PROCESSES && workers_stand_by();
  struct costs costs;
  if (!costs_measure(backend, study->cores, standing, &costs, &study->warnings))
    return complain(study, "what calls cost could not be measured", "");
  *observing = costs.observing;
  study->machine.caller_works = backend == TUTTI_THREADS;
  if (study->options->ideal) return true;
  study->machine.start = costs.start;
  study->machine.dispatch = costs.dispatch;
  /* FEW_CHUNKS of src/backends/processes/processes.c, which holds for what the library itself calls */
  study->machine.short_chunks = standing ? 2 : 0;
  return true;
}

/* The most that memory was seen to give: the largest bytes / seconds of a chunk. */
static double fastest_chunk(const struct study *study) {
  double most = 0;
  for (size_t i = 0; i < study->count; i++) {
    const struct sim_call *call = &study->calls[i];
    for (size_t c = 0; call->bytes && c < call->n; c++)
      if (call->seconds[c] > 0) most = fmax(most, call->bytes[c] / call->seconds[c]);
  }
  return most;
}

double study_bytes(const struct study *study) {
  double sum = 0;
  for (size_t i = 0; i < study->count; i++)
    for (size_t c = 0; study->calls[i].bytes && c < study->calls[i].n; c++) sum += study->calls[i].bytes[c];
  return sum;
}

static void learn_bandwidth(struct study *study) {
  const double bytes = study_bytes(study), cache = (double)sysconf(_SC_LEVEL3_CACHE_SIZE);
  study->machine.bandwidth = INFINITY;
  study->one_core_bandwidth = NAN;
  if (bytes <= 0 || study->options->ideal) return;
  if (study->options->bandwidth > 0) {
    study->machine.bandwidth = study->options->bandwidth;
    return;
  }
  if (bytes <= cache) {
    text_list_add(&study->warnings, "its %.3g MB fit in the cache of %.3g MB: no limit of memory is assumed",
                  1e-6 * bytes, 1e-6 * cache);
    return;
  }
  const double one = ceiling_read_bandwidth(1), all = ceiling_read_bandwidth(study->cores);
  study->one_core_bandwidth = one;
  if (isnan(all)) {
    text_list_add(&study->warnings,
                  "the memory's bandwidth is unknown, for lack of memory: no limit is assumed");
    return;
  }
  study->machine.bandwidth = fmax(all, fastest_chunk(study));
  if (all > 0.75 * study->cores * one)
    text_list_add(
        &study->warnings,
        "%d core%s read %.3g GB/s, one core %.3g: this does not reach the memory's ceiling, which is "
        "unknown. "
        "The limit assumed is the least it can be; --bandwidth sets another",
        study->cores, study->cores == 1 ? "" : "s", 1e-9 * all, 1e-9 * one);
}

/* From the runs of the rounds, which are the last ones: those before warmed up. */
static bool learn(struct study *study, const struct watched *watched, double bytes) {
  double observing;
  if (!learn_machine(study, &observing)) return false;
  if (!calls_from_recordings(&watched->runs[watched->count - study->options->rounds], study->options->rounds,
                             observing, bytes, &study->calls, &study->count))
    return complain(study, "its chunks differ from run to run", "");
  learn_bandwidth(study);
  return true;
}

/* ---- a case, a file ---- */

static const struct variant *variant_for(struct study *study, const struct bench_case *bench,
                                         const struct variant *wanted) {
  if (!bench->no_vector || !wanted->vector) return wanted;
  const struct variant *scalar =
      &variants[wanted->backend == TUTTI_THREADS ? VARIANT_THREADS : VARIANT_PROCESSES];
  text_list_add(&study->warnings, "%s: %s is simulated instead of %s", bench->no_vector, scalar->name,
                wanted->name);
  return scalar;
}

bool study_case(struct study *study, const struct bench_case *bench, const union bench_value *params,
                const struct simulate_options *options) {
  *study =
      (struct study){.name = xasprintf("%s", bench->name), .options = options, .cores = tutti_usable_cores()};
  if (bench->no_chunks) return complain(study, "cannot be simulated", bench->no_chunks);
  study->variant = variant_for(study, bench, options->variant);
  struct configs configs = {0};
  struct watched watched = {0};
  double bytes;
  const bool good = open_configs(study, &configs, &watched) &&
                    measure(study, bench, params, &configs, &bytes) && learn(study, &watched, bytes);
  configs_close(&configs);
  watched_free(&watched);
  return good;
}

bool study_trace(struct study *study, const char *file, const struct simulate_options *options) {
  *study = (struct study){.name = xasprintf("trace"),
                          .options = options,
                          .size = xasprintf("%s", file),
                          .cores = tutti_usable_cores()};
  char error[512];
  const bool standard = strcmp(file, "-") == 0;
  FILE *stream = standard ? stdin : fopen(file, "r");
  if (!stream) return complain(study, file, strerror(errno));
  study->calls = xcalloc(1, sizeof *study->calls);
  study->count = 1;
  const bool read = trace_read(stream, standard ? "standard input" : file, &study->calls->seconds,
                               &study->calls->n, error, sizeof error);
  if (!standard) fclose(stream);
  if (!read) return complain(study, error, "");
  double observing;
  study->machine.bandwidth = INFINITY;
  study->one_core_bandwidth = NAN;
  study->calls->before = options->serial;
  study->machine.caller_works = true;
  return options->ideal || learn_machine(study, &observing);
}

void study_free(struct study *study) {
  calls_free(study->calls, study->count);
  text_list_free(&study->warnings);
  free(study->observed);
  free(study->name);
  free(study->size);
}

const char *study_isa(const struct study *study) {
  if (!study->variant) return NULL;
  return tutti_isa_name(study->variant->vector ? study->options->isa : TUTTI_ISA_SCALAR);
}
