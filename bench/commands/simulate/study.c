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
#include "machine/disturbance.h"
#include "measure/ceilings.h"
#include "measure/order.h"
#include "util/bench_clock.h"
#include "util/xalloc.h"

const char *const schedule_names[SCHEDULES] = {
    [TUTTI_STATIC] = "static", [TUTTI_DYNAMIC] = "dynamic", [TUTTI_GUIDED] = "guided"};

static bool complain(const struct study *study, const char *what, const char *why) {
  fprintf(stderr, "bench_amdahl simulate: %s: %s%s%s\n", study->name, what, *why ? ": " : "", why);
  return false;
}

/* ---- rounds: every configuration once, in an order that changes ---- */

struct config {
  tutti_config config;
  tutti_ctx *ctx;
  double *seconds;          /* [rounds] */
  struct recording watched; /* by the progress function, where there is one */
  struct recording *kept;   /* [rounds]: a copy of each; or NULL */
};

struct rounds {
  const struct bench_case *bench;
  void *state;
  struct config *configs; /* [count]: watched on one core, plain on one core, those of `observed` */
  size_t count, rounds;
  struct bench_result answer;
  bool answered;
};

static bool add_config(struct study *study, struct rounds *rounds, tutti_backend backend, int workers,
                       tutti_schedule schedule) {
  struct config *c = &rounds->configs[rounds->count++];
  tutti_config_default(&c->config);
  c->config.backend = backend;
  c->config.workers = workers;
  c->config.schedule = schedule;
  c->config.isa = study->variant->vector ? study->isa : TUTTI_ISA_SCALAR;
  c->seconds = xcalloc(rounds->rounds, sizeof *c->seconds);
  if (rounds->count == 1) {
    c->kept = xcalloc(rounds->rounds, sizeof *c->kept);
    c->config.progress = recording_stamp;
    c->config.progress_user = &c->watched;
  }
  return tutti_open(&c->config, &c->ctx) == TUTTI_OK ||
         complain(study, "cannot be run", tutti_error_detail(NULL));
}

static bool open_configs(struct study *study, struct rounds *rounds, const struct study_plan *plan) {
  rounds->configs = xcalloc(2 + SCHEDULES * plan->worker_count, sizeof *rounds->configs);
  study->observed = xcalloc(SCHEDULES * plan->worker_count, sizeof *study->observed);
  bool good = add_config(study, rounds, TUTTI_SERIAL, 1, TUTTI_DYNAMIC) &&
              add_config(study, rounds, TUTTI_SERIAL, 1, TUTTI_DYNAMIC);
  for (int s = 0; s < SCHEDULES; s++)
    for (size_t w = 0; good && plan->schedules[s] && w < plan->worker_count; w++) {
      if (plan->workers[w] > study->cores) continue;
      good = add_config(study, rounds, study->variant->backend, plan->workers[w], (tutti_schedule)s);
      study->observed[study->observed_count++] =
          (struct observed){.workers = plan->workers[w], .schedule = (tutti_schedule)s};
    }
  return good;
}

static void close_configs(struct rounds *rounds) {
  for (size_t i = 0; i < rounds->count; i++) {
    struct config *c = &rounds->configs[i];
    for (size_t r = 0; c->kept && r < rounds->rounds; r++) recording_free(&c->kept[r]);
    recording_free(&c->watched);
    free(c->kept);
    free(c->seconds);
    tutti_close(c->ctx);
  }
  free(rounds->configs);
}

/* The first stamps of all found new memory for themselves: so the buffer stays, and a run's are copied. */
static void keep(struct config *c, size_t round) {
  struct recording copy = c->watched;
  copy.stamps = xcalloc(copy.count, sizeof *copy.stamps);
  if (copy.count) memcpy(copy.stamps, c->watched.stamps, copy.count * sizeof *copy.stamps);
  recording_free(&c->kept[round]);
  c->kept[round] = copy;
}

static bool run_once(const struct study *study, struct rounds *rounds, struct config *c, size_t round) {
  struct bench_result result = {0};
  c->watched.count = 0;
  c->watched.begin = clock_seconds();
  const tutti_status status = rounds->bench->run(c->ctx, rounds->state, (struct bench_share){1, 1}, &result);
  c->watched.end = clock_seconds();
  c->seconds[round] = c->watched.end - c->watched.begin;
  if (c->kept) keep(c, round);
  if (status != TUTTI_OK) return complain(study, tutti_strerror(status), tutti_error_detail(c->ctx));
  if (!rounds->answered) rounds->answer = result;
  rounds->answered = true;
  return (result.size == rounds->answer.size &&
          memcmp(result.bytes, rounds->answer.bytes, result.size) == 0) ||
         complain(study, "two runs gave different bits", "");
}

/* Twice to warm up: workers that stand by start with the second call. */
static bool run_rounds(struct study *study, struct rounds *rounds) {
  size_t *order = xcalloc(rounds->count, sizeof *order);
  const struct cpu_seconds begin = cpu_seconds_now();
  bool good = true;
  for (size_t round = 0; round < rounds->rounds + 2; round++) {
    order_round(rounds->count, round, order);
    for (size_t i = 0; good && i < rounds->count; i++)
      good = run_once(study, rounds, &rounds->configs[order[i]], round < 2 ? 0 : round - 2);
  }
  free(order);
  const struct cpu_seconds end = cpu_seconds_now();
  const struct disturbance d = disturbance_between(&begin, &end);
  disturbance_warnings(&d, &study->warnings, &study->warnings);
  return good;
}

/* ---- what follows from them ---- */

/* Whether a worker process waits for the next call: then this process has children. */
static bool workers_stand_by(void) {
  siginfo_t info;
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

static void summarize_rounds(struct study *study, const struct rounds *rounds) {
  study->one_core = summarize(rounds->configs[1].seconds, rounds->rounds);
  for (size_t i = 0; i < study->observed_count; i++)
    study->observed[i].time = summarize(rounds->configs[2 + i].seconds, rounds->rounds);
}

static bool learn_machine(struct study *study, const struct study_plan *plan, double *observing) {
  const tutti_backend backend = study->variant ? study->variant->backend : TUTTI_THREADS;
  const bool standing = backend == TUTTI_PROCESSES && workers_stand_by();
  struct costs costs;
  if (!costs_measure(backend, study->cores, standing, &costs, &study->warnings))
    return complain(study, "what calls cost could not be measured", "");
  *observing = costs.observing;
  study->machine.caller_works = backend == TUTTI_THREADS;
  if (plan->ideal) return true;
  study->machine.start = costs.start;
  study->machine.dispatch = costs.dispatch;
  study->machine.few_chunks = standing ? 2 : 0; /* FEW_CHUNKS of src/backends/processes/processes.c */
  return true;
}

/* What memory was seen to give: bytes a second that the fastest chunk got alone. */
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

static void learn_bandwidth(struct study *study, const struct study_plan *plan) {
  const double bytes = study_bytes(study), cache = (double)sysconf(_SC_LEVEL3_CACHE_SIZE);
  study->machine.bandwidth = INFINITY;
  study->one_core_bandwidth = NAN;
  if (bytes <= 0 || plan->ideal) return;
  if (plan->bandwidth > 0) {
    study->machine.bandwidth = plan->bandwidth;
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

static bool learn(struct study *study, const struct study_plan *plan, const struct rounds *rounds,
                  double bytes) {
  double observing;
  if (!learn_machine(study, plan, &observing)) return false;
  if (!calls_from_recordings(rounds->configs[0].kept, rounds->rounds, observing, bytes, &study->calls,
                             &study->count))
    return complain(study, "its chunks differ from run to run", "");
  summarize_rounds(study, rounds);
  learn_bandwidth(study, plan);
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
                const struct study_plan *plan) {
  *study = (struct study){.name = xasprintf("%s", bench->name),
                          .isa = plan->isa,
                          .cores = tutti_usable_cores(),
                          .rounds = plan->rounds};
  study->variant = variant_for(study, bench, plan->variant);
  union bench_value values[BENCH_PARAMS_MAX];
  memcpy(values, params, sizeof values);
  struct bench_setup setup = {.params = values, .seed = plan->seed, .ranks = 1, .warnings = &study->warnings};
  if (!bench->setup(&setup)) return complain(study, setup.error, "");
  study->size = xasprintf("%s", setup.size);
  struct rounds rounds = {.bench = bench, .state = setup.state, .rounds = plan->rounds};
  const bool good = open_configs(study, &rounds, plan) && run_rounds(study, &rounds) &&
                    learn(study, plan, &rounds, setup.work.bytes);
  close_configs(&rounds);
  bench->teardown(setup.state);
  return good;
}

bool study_trace(struct study *study, const char *file, const struct study_plan *plan) {
  *study = (struct study){
      .name = xasprintf("trace"), .size = xasprintf("%s", file), .cores = tutti_usable_cores()};
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
  study->calls->before = plan->serial;
  study->machine.caller_works = true;
  return plan->ideal || learn_machine(study, plan, &observing);
}

void study_free(struct study *study) {
  calls_free(study->calls, study->count);
  text_list_free(&study->warnings);
  free(study->observed);
  free(study->name);
  free(study->size);
}

const struct observed *study_observed(const struct study *study, int workers, tutti_schedule schedule) {
  for (size_t i = 0; i < study->observed_count; i++)
    if (study->observed[i].workers == workers && study->observed[i].schedule == schedule)
      return &study->observed[i];
  return NULL;
}
