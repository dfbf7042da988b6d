#include "measure/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/clock.h"
#include "measure/interrupt.h"
#include "measure/order.h"
#include "memory.h"

static void fail(struct measurement *item, tutti_status status) {
  const char *detail = tutti_error_detail(item->config->ctx);
  item->failure =
      *detail ? xasprintf("%s: %s", tutti_strerror(status), detail) : xasprintf("%s", tutti_strerror(status));
}

static void compare(struct measurement *item, const struct bench_result *reference,
                    const struct bench_result *result) {
  const bool same =
      result->size == reference->size && memcmp(result->bytes, reference->bytes, result->size) == 0;
  if (item->compared && !item->same_bits) return; /* keep the first difference */
  item->compared = true;
  item->same_bits = same;
  item->result = *result;
}

/* Runs one configuration once. False if an interrupt came meanwhile. It is not cut off: a context with a
 * progress function, which could, asks it now and then, and that takes time. */
static bool run_once(const struct case_results *results, const struct plan *plan, struct measurement *item,
                     void *state, double *seconds) {
  const struct bench_share whole = {1, 1};
  struct bench_result result = {0};
  if (item->config->variant->backend == TUTTI_MPI)
    plan->ranks->tell(&(struct rank_order){.what = RANKS_RUN,
                                           .index = (size_t)variant_index(item->config->variant),
                                           .ranks = item->config->workers,
                                           .share = whole},
                      item->config->workers);
  const double begin = clock_seconds();
  const tutti_status status = results->bench->run(item->config->ctx, state, whole, &result);
  *seconds = clock_seconds() - begin;
  if (status != TUTTI_OK) fail(item, status);
  else compare(item, item == results->items ? &result : &results->items[0].result, &result);
  return !interrupt_signal();
}

/* Round 0 warms up and gives the reference result; only later ones are recorded. */
static bool run_round(struct case_results *results, const struct plan *plan, void *state, size_t round) {
  size_t *order = xcalloc(results->count, sizeof *order);
  double *seconds = xcalloc(results->count, sizeof *seconds);
  if (round) order_round(results->count, round - 1, order);
  else
    for (size_t i = 0; i < results->count; i++) order[i] = i; /* the reference first */
  bool completed = true;
  for (size_t i = 0; completed && i < results->count; i++) {
    struct measurement *item = &results->items[order[i]];
    if (item->failure || results->items[0].failure) continue;
    if (plan->progress) plan->progress(results->bench, round, plan->rounds, item->config);
    completed = run_once(results, plan, item, state, &seconds[order[i]]);
  }
  for (size_t i = 0; completed && round && i < results->count; i++) {
    struct measurement *item = &results->items[i];
    if (!item->failure) item->seconds[item->count++] = seconds[i];
  }
  free(seconds);
  free(order);
  return completed;
}

static void plan_items(struct case_results *results, const struct plan *plan) {
  results->items = xcalloc(plan->count, sizeof *results->items);
  for (size_t i = 0; i < plan->count; i++) {
    const struct config *config = &plan->configs[i];
    if (config->variant->vector && results->bench->no_vector) continue;
    struct measurement *item = &results->items[results->count++];
    item->config = config;
    item->seconds = xcalloc(plan->rounds, sizeof *item->seconds);
  }
}

/* The other ranks get the case's input ready, too. */
static bool all_set_up(const struct plan *plan, const struct rank_order *order) {
  if (!plan->ranks) return true;
  plan->ranks->tell(order, plan->ranks->count);
  return plan->ranks->agree(true);
}

struct case_results measure_case(const struct bench_case *bench, const union bench_value *params,
                                 const struct plan *plan) {
  struct case_results results = {
      .bench = bench, .params = params, .disturbance = {.others = NAN, .stolen = NAN}};
  struct rank_order order = {.what = RANKS_SETUP, .index = plan->case_index};
  if (params) memcpy(order.params, params, sizeof order.params);
  struct bench_setup setup = {.params = order.params,
                              .seed = plan->seed,
                              .ranks = plan->ranks ? plan->ranks->count : 1,
                              .notes = &results.notes};
  if (!bench->setup(&setup)) {
    results.failure = xasprintf("%s", setup.error);
    return results;
  }
  if (!all_set_up(plan, &order)) {
    results.failure = xasprintf("another rank could not be set up");
    bench->teardown(setup.state);
    return results;
  }
  memcpy(results.size, setup.size, sizeof results.size);
  results.work = setup.work;
  plan_items(&results, plan);
  const struct cpu_seconds begin = cpu_seconds_now();
  for (size_t round = 0; round <= plan->rounds && !interrupt_signal(); round++) {
    if (run_round(&results, plan, setup.state, round)) results.rounds = round;
  }
  const struct cpu_seconds end = cpu_seconds_now();
  results.disturbance = disturbance_between(&begin, &end);
  if (plan->ranks && plan->ranks->count > 1) results.disturbance.others = NAN; /* other ranks, or others? */
  disturbance_notes(&results.disturbance, &results.notes);
  bench->teardown(setup.state);
  if (plan->ranks) plan->ranks->tell(&(struct rank_order){.what = RANKS_TEARDOWN}, plan->ranks->count);
  return results;
}

void case_results_free(struct case_results *results) {
  for (size_t i = 0; i < results->count; i++) {
    free(results->items[i].seconds);
    free(results->items[i].failure);
  }
  free(results->items);
  free(results->failure);
  notes_free(&results->notes);
}

bool case_results_good(const struct case_results *results) {
  if (results->failure) return false;
  for (size_t i = 0; i < results->count; i++) {
    const struct measurement *item = &results->items[i];
    if (item->failure || (item->compared && !item->same_bits)) return false;
  }
  return true;
}

const struct measurement *find_measurement(const struct case_results *results, const struct variant *variant,
                                           int workers) {
  for (size_t i = 0; i < results->count; i++) {
    const struct measurement *item = &results->items[i];
    if (item->config->variant == variant && item->count && (!workers || item->config->workers == workers))
      return item;
  }
  return NULL;
}
