/* Measuring one case: its input, its reference, its rounds. */
#include "measure/runner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/sampling.h"
#include "cli/options_json.h"
#include "measure/rounds.h"
#include "util/interrupt.h"
#include "util/xalloc.h"

/* A case while it is measured. */
struct session {
  const struct plan *plan;
  const struct bench_case *bench;
  struct case_results *results;
  const struct config **configs; /* [count]: of results->items */
  size_t count;
  void *state;
  int parts;                       /* of the problem: W in weak scaling, otherwise 1 */
  struct bench_result *references; /* [parts + 1]: serial's results, by the parts they are of */
  double *cpu;                     /* [results->count]: CPU seconds of this round */
};

static double now(const struct session *s) { return s->plan->clock->now(s->plan->clock->state); }

static void fail(struct measurement *item, const tutti_ctx *ctx, tutti_status status) {
  const char *detail = tutti_error_detail(ctx);
  item->failure =
      *detail ? xasprintf("%s: %s", tutti_strerror(status), detail) : xasprintf("%s", tutti_strerror(status));
}

static void compare(struct measurement *item, const struct bench_result *reference,
                    const struct bench_result *result) {
  if (item->compared && !item->same_bits) return; /* keep the first difference */
  item->same_bits =
      result->size == reference->size && memcmp(result->bytes, reference->bytes, result->size) == 0;
  item->compared = true;
  item->result = *result;
}

static struct bench_share share_of(const struct session *s, const struct config *config) {
  return (struct bench_share){s->plan->options->weak ? config->workers : 1, s->parts};
}

static void tell_ranks(const struct session *s, const struct config *config, struct bench_share share) {
  if (config->variant->backend == TUTTI_MPI)
    s->plan->ranks->tell(&(struct rank_order){.what = RANKS_RUN,
                                              .index = (size_t)variant_index(config->variant),
                                              .ranks = config->workers,
                                              .share = share},
                         config->workers);
}

/* Time of a configuration's runs, and what it took of CPUs; NaN: not ours to know. */
struct spent {
  double seconds, cpu;
};

static double cpu_of(const struct config *config) {
  const bool ours = config->variant->backend != TUTTI_MPI; /* and not other processes' */
  return ours ? cpu_seconds_own() : NAN;
}

/* A run by itself, with what is done before and after it. */
static tutti_status run_alone(const struct session *s, const struct config *config, struct bench_share share,
                              struct bench_result *result, struct spent *spent) {
  tell_ranks(s, config, share);
  tutti_status status = s->bench->begin ? s->bench->begin(config->ctx, s->state, share) : TUTTI_OK;
  if (status != TUTTI_OK) return status;
  const double cpu = cpu_of(config), begin = now(s);
  status = s->bench->run(config->ctx, s->state, share, result);
  const double end = now(s);
  spent->cpu += cpu_of(config) - cpu;
  spent->seconds += end - begin;
  if (config->ran) config->ran(config->user, begin, end);
  return status == TUTTI_OK && s->bench->end ? s->bench->end(config->ctx, s->state, share, result) : status;
}

/* Runs a configuration so many times; returns what all of them took. The clock is read before the first
 * and after the last, so that comparing the answers, some nanoseconds a run, is in the time; but each run is
 * timed by itself where something stands between two of them that must not be: an order to other ranks,
 * config->ran, or what the case does before or after a run. An interrupt cuts no run off: only a progress
 * function could, and calling it now and then takes time. */
static struct spent run_batch(const struct session *s, size_t index, size_t runs) {
  struct measurement *item = &s->results->items[index];
  const struct config *config = s->configs[index];
  const struct bench_share share = share_of(s, config);
  const bool each = config->variant->backend == TUTTI_MPI || config->ran || s->bench->begin || s->bench->end;
  struct bench_result result = {0};
  struct spent spent = {0};
  const double cpu = cpu_of(config), begin = now(s);
  for (size_t k = 0; k < runs && !item->failure; k++) {
    const tutti_status status = each ? run_alone(s, config, share, &result, &spent)
                                     : s->bench->run(config->ctx, s->state, share, &result);
    if (status != TUTTI_OK) fail(item, config->ctx, status);
    else compare(item, &s->references[share.part], &result);
  }
  if (each) return spent;
  const double end = now(s);
  return (struct spent){end - begin, cpu_of(config) - cpu};
}

/* ---- before the rounds ---- */

/* The configurations that the case has code for. */
static void select_configs(struct session *s) {
  s->configs = xcalloc(s->plan->count, sizeof *s->configs); /* NOLINT: of pointers */
  for (size_t i = 0; i < s->plan->count; i++)
    if (!s->plan->configs[i].variant->vector || !s->bench->no_vector)
      s->configs[s->count++] = &s->plan->configs[i];
}

static const char *isa_of(const struct config *config) {
  return tutti_isa_name(tutti_context_isa(config->ctx));
}

static void plan_items(const struct session *s) {
  struct case_results *r = s->results;
  if (r->items) return; /* of an interrupted run */
  r->items = xcalloc(s->count, sizeof *r->items);
  r->count = s->count;
  for (size_t i = 0; i < s->count; i++) {
    const struct config *config = s->configs[i];
    struct measurement *item = &r->items[i];
    *item = (struct measurement){
        .variant = config->variant, .workers = config->workers, .batch = 1, .first = NAN};
    snprintf(item->isa, sizeof item->isa, "%s", isa_of(config));
  }
}

/* Serial's result for every share that a configuration does. */
static void find_references(struct session *s) {
  const struct config *serial = s->configs[0];
  struct measurement *item = &s->results->items[0];
  for (size_t i = 0; i < s->results->count && !item->failure; i++) {
    const struct bench_share share = share_of(s, s->configs[i]);
    struct bench_result *reference = &s->references[share.part];
    if (reference->size) continue;
    if (s->plan->progress) s->plan->progress(s->results, 0, serial);
    struct spent spent = {0};
    const tutti_status status = run_alone(s, serial, share, reference, &spent);
    if (i == 0) item->first = spent.seconds;
    if (status != TUTTI_OK) fail(item, serial->ctx, status);
  }
  if (!item->failure && s->bench->describe)
    s->bench->describe(&s->references[share_of(s, serial).part], s->results->answer,
                       sizeof s->results->answer);
}

/* A run shorter than a millisecond is repeated until so many take one. */
static void calibrate(struct session *s, size_t index) {
  struct measurement *item = &s->results->items[index];
  if (s->plan->progress) s->plan->progress(s->results, 0, s->configs[index]);
  double seconds = run_batch(s, index, 1).seconds;
  if (isnan(item->first)) item->first = seconds;
  if (s->plan->single) return;
  for (size_t runs = 1; !item->failure && (runs = sampling_batch(runs, seconds)) > item->batch;) {
    seconds = run_batch(s, index, runs).seconds;
    item->batch = runs;
  }
}

/* ---- the rounds ---- */

static void record(struct measurement *item, double seconds, double cpu) {
  item->seconds = xrealloc(item->seconds, item->count + 1, sizeof *item->seconds);
  item->cpu = xrealloc(item->cpu, item->count + 1, sizeof *item->cpu);
  item->seconds[item->count] = seconds / (double)item->batch;
  item->cpu[item->count++] = cpu / (double)item->batch;
}

static double measure_once(void *session, size_t i) {
  struct session *s = session;
  struct case_results *r = s->results;
  if (r->items[i].failure || r->items[0].failure) return NAN;
  if (s->plan->progress) s->plan->progress(r, r->rounds + 1, s->configs[i]);
  const struct spent spent = run_batch(s, i, r->items[i].batch);
  s->cpu[i] = spent.cpu;
  return spent.seconds;
}

static enum stop end_round(void *session, const double *seconds, double elapsed, size_t rounds) {
  struct session *s = session;
  struct case_results *r = s->results;
  if (r->items[0].failure) return STOP_FAILED;
  for (size_t i = 0; i < r->count; i++)
    if (!r->items[i].failure) record(&r->items[i], seconds[i], s->cpu[i]);
  r->rounds++;
  return sampling_stop(r, s->plan->options, elapsed, rounds);
}

static void run_rounds(struct session *s) {
  struct case_results *r = s->results;
  find_references(s);
  for (size_t i = 0; i < r->count && !interrupt_signal() && !r->items[0].failure; i++) calibrate(s, i);
  s->cpu = xcalloc(r->count, sizeof *s->cpu);
  const enum stop stopped = rounds_run(&(struct rounds){.count = r->count,
                                                        .first = r->rounds,
                                                        .warmup = s->plan->warmup,
                                                        .clock = s->plan->clock,
                                                        .state = s,
                                                        .run = measure_once,
                                                        .end_round = end_round});
  r->stopped = r->items[0].failure ? STOP_FAILED : stopped;
  free(s->cpu);
}

/* ---- the case ---- */

/* The other ranks get the case's input ready, too. */
static bool all_set_up(const struct plan *plan, const struct rank_order *order) {
  if (!plan->ranks) return true;
  plan->ranks->tell(order, plan->ranks->count);
  return plan->ranks->agree(true);
}

/* Rounds of another problem, or of other configurations, must not be mixed: then nothing goes on. */
static void check_resumed(const struct session *s, const json_t *sizes) {
  const struct case_results *r = s->results;
  if (!r->rounds) return;
  bool same = json_equal(r->arguments, sizes) && r->parts == s->parts && r->count == s->count;
  for (size_t i = 0; same && i < s->count; i++) {
    const struct measurement *item = &r->items[i];
    same = item->variant == s->configs[i]->variant && item->workers == s->configs[i]->workers &&
           strcmp(item->isa, isa_of(s->configs[i])) == 0;
  }
  if (same) return;
  fprintf(stderr, "bench_amdahl: %s cannot go on: its rounds were of other sizes or configurations\n",
          r->name);
  exit(2);
}

/* What the results say of the case itself, and whether its input is ready. */
static bool begin_case(struct session *s, const union bench_value *params) {
  struct case_results *r = s->results;
  const struct plan *plan = s->plan;
  struct rank_order order = {.what = RANKS_SETUP, .index = plan->case_index, .share = {1, s->parts}};
  if (params) memcpy(order.params, params, sizeof order.params);
  struct bench_setup setup = {.params = order.params,
                              .seed = plan->options->seed,
                              .ranks = plan->ranks ? plan->ranks->count : 1,
                              .parts = s->parts,
                              .warnings = &r->warnings};
  if (!r->name) {
    r->name = xasprintf("%s", s->bench->name);
    r->description = xasprintf("%s", s->bench->description ? s->bench->description : "");
    r->no_vector = s->bench->no_vector ? xasprintf("%s", s->bench->no_vector) : NULL;
  }
  if (!s->bench->setup(&setup)) {
    r->failure = xasprintf("%s", setup.error);
    return false;
  }
  s->state = setup.state;
  json_t *sizes = about_sizes(s->bench, order.params);
  check_resumed(s, sizes);
  json_decref(r->arguments);
  r->arguments = sizes;
  memcpy(r->size, setup.size, sizeof r->size);
  r->work = setup.work;
  if (all_set_up(plan, &order)) return true;
  r->failure = xasprintf("another rank could not be set up");
  s->bench->teardown(setup.state);
  return false;
}

static int parts_of(const struct plan *plan) {
  int parts = 1;
  for (size_t i = 0; plan->options->weak && i < plan->count; i++)
    if (plan->configs[i].workers > parts) parts = plan->configs[i].workers;
  return parts;
}

void measure_case(const struct bench_case *bench, const union bench_value *params, const struct plan *plan,
                  struct case_results *results) {
  struct session s = {.plan = plan, .bench = bench, .results = results, .parts = parts_of(plan)};
  s.references = xcalloc((size_t)s.parts + 1, sizeof *s.references);
  results->disturbance = (struct disturbance){.others = NAN, .stolen = NAN};
  results->parts = s.parts;
  select_configs(&s);
  if (begin_case(&s, params)) {
    const struct cpu_seconds begin = cpu_seconds_now();
    plan_items(&s);
    run_rounds(&s);
    const struct cpu_seconds end = cpu_seconds_now();
    results->disturbance = disturbance_between(&begin, &end);
    if (plan->ranks && plan->ranks->count > 1)
      results->disturbance.others = NAN; /* other ranks, or others? */
    disturbance_warnings(&results->disturbance, &results->warnings,
                         plan->warnings ? plan->warnings : &results->warnings);
    bench->teardown(s.state);
    if (plan->ranks) plan->ranks->tell(&(struct rank_order){.what = RANKS_TEARDOWN}, plan->ranks->count);
  }
  free(s.references);
  free(s.configs);
}
