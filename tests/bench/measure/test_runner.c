/* Measuring made-up cases: what is recorded, compared and concluded. */
#include "../fake.h"

#include "analysis/diagnostics.h"

static double by_workers(bool vector, int workers, int run) {
  (void)run;
  return (vector ? 0.5 : 2) / workers;
}

static struct case_results measure(const struct bench_case *bench, int rounds) {
  fake_takes = by_workers;
  return fake_measure(bench, &(struct run_options){.repetitions = rounds});
}

Test(runner, every_configuration_once_a_round) {
  struct case_results r = measure(&fake_case, 3);
  cr_assert_eq(r.count, 6);
  cr_assert_eq(r.rounds, 3);
  cr_assert_eq(r.stopped, STOP_REPETITIONS);
  cr_assert_eq(runs, 6 * (3 + 1) + 1); /* a first run each, and the reference */
  for (size_t i = 0; i < r.count; i++) {
    const struct measurement *item = &r.items[i];
    const double expected = by_workers(item->variant->vector, item->workers, 0);
    cr_assert_eq(item->count, 3);
    cr_assert_eq(item->batch, 1);
    cr_assert(item->compared && item->same_bits);
    cr_assert_float_eq(item->first, expected, 1e-12);
    for (size_t k = 0; k < 3; k++) cr_assert_float_eq(item->seconds[k], expected, 1e-12);
  }
  cr_assert(case_results_good(&r));
  case_results_free(&r);
}

Test(runner, vector_variants_are_left_out) {
  struct bench_case bench = fake_case;
  bench.no_vector = "none";
  struct case_results r = measure(&bench, 1);
  cr_assert_eq(r.count, 3);
  cr_assert_str_eq(r.no_vector, "none");
  case_results_free(&r);
}

Test(runner, a_difference_is_found) {
  lying = true;
  struct case_results r = measure(&fake_case, 1);
  cr_assert(!case_results_good(&r));
  for (size_t i = 0; i < r.count; i++) {
    const bool liar = r.items[i].workers == 2;
    cr_assert_eq(r.items[i].same_bits, !liar);
    cr_assert_eq(r.items[i].result.bytes[0], liar ? 5 : 1);
    cr_assert_eq(r.items[i].count, 1); /* measured all the same */
  }
  case_results_free(&r);
}

Test(runner, a_failure_is_kept_and_not_repeated) {
  failing = true;
  struct case_results r = measure(&fake_case, 3);
  cr_assert(!case_results_good(&r));
  for (size_t i = 0; i < r.count; i++) {
    const bool failed = r.items[i].workers == 2;
    cr_assert_eq(r.items[i].failure != NULL, failed);
    cr_assert_eq(r.items[i].count, failed ? 0 : 3);
    if (failed) cr_assert(strstr(r.items[i].failure, tutti_strerror(TUTTI_EINVAL)));
  }
  case_results_free(&r);
}

/* On w of 2 workers w halves: every share has a reference of its own, and the answer is the share's. */
Test(runner, weak_scaling_runs_shares) {
  fake_takes = by_workers;
  struct case_results r = fake_measure(&fake_case, &(struct run_options){.repetitions = 2, .weak = true});
  cr_assert_eq(runs, 6 * (2 + 1) + 2);
  cr_assert(case_results_good(&r));
  for (size_t i = 0; i < r.count; i++) cr_assert_eq(r.items[i].result.bytes[3], r.items[i].workers);
  /* twice the work in half the time: scaled speedup 4, on two workers */
  conclude(&r, true);
  cr_assert_float_eq(analysis.rows[r.count - 1].gain.value, 4, 1e-12);
  cr_assert_float_eq(analysis.rows[r.count - 1].efficiency, 2, 1e-12);
  cr_assert_float_eq(analysis.rows[r.count - 1].rate, 1000 / 0.25, 1e-6);
  cr_assert_float_eq(analysis.rows[0].rate, 500 / 2., 1e-6);
  case_results_free(&r);
}

/* ---- runs that somebody watches ---- */

static double told_seconds;
static int told_runs;

static void told(void *user, double begin, double end) {
  cr_assert(user == &told_runs);
  cr_assert(end == fake_now && end > begin);
  told_seconds += end - begin;
  told_runs++;
}

static double ten_microseconds(bool vector, int workers, int run) {
  (void)vector, (void)workers, (void)run;
  return 10e-6;
}

/* A first run, one more to warm up, three rounds: each is one run, though short, and told with its times. */
Test(runner, single_runs_are_told_one_by_one) {
  static int workers[] = {1};
  struct options options = {.workers = workers, .worker_count = 1};
  const struct run_options run = {.repetitions = 3};
  struct configs configs;
  struct case_results r = {0};
  options.run.variants[VARIANT_SERIAL] = options.run.variants[VARIANT_THREADS] = true;
  unsetenv("TUTTI_ISA");
  cr_assert(configs_open(&configs, &options, TUTTI_ISA_PORTABLE, NULL) && configs.count == 2);
  configs.list[1].ran = told;
  configs.list[1].user = &told_runs;
  fake_takes = ten_microseconds;
  measure_case(&fake_case, NULL,
               &(struct plan){.configs = configs.list,
                              .count = configs.count,
                              .options = &run,
                              .clock = &fake_clock,
                              .single = true,
                              .warmup = 1},
               &r);
  configs_close(&configs);
  cr_assert(case_results_good(&r) && r.rounds == 3);
  cr_assert(told_runs == 1 + 1 + 3, "%d", told_runs);
  cr_assert_float_eq(told_seconds, told_runs * 10e-6, 1e-12);
  cr_assert(runs == 1 + 2 * (1 + 1 + 3), "%d", runs); /* and the reference */
  for (size_t i = 0; i < r.count; i++) {
    cr_assert(r.items[i].batch == 1 && r.items[i].count == 3);
    for (size_t k = 0; k < 3; k++) cr_assert_float_eq(r.items[i].seconds[k], 10e-6, 1e-12);
  }
  case_results_free(&r);
}

/* ---- conclusions ---- */

/* Sets the times of a configuration: `seconds` times these of seven rounds. */
static void set_times(struct measurement *item, double seconds, const double factors[7]) {
  for (int k = 0; k < 7; k++) item->seconds[k] = seconds * factors[k];
}
static const double steady[7] = {1, 1, 1, 1, 1, 1, 1};

/* Times set by hand: serial 8 s; vector 2 s; threads 8 s, then 5 s on two. */
Test(analysis, speedups_are_against_the_right_reference) {
  struct case_results r = measure(&fake_case, 7);
  for (size_t i = 0; i < r.count; i++)
    set_times(&r.items[i], (r.items[i].variant->vector ? 2 : 8) * (r.items[i].workers == 2 ? 5.0 / 8 : 1),
              steady);
  conclude(&r, false);
  for (size_t i = 0; i < r.count; i++) {
    const struct measurement *item = &r.items[i];
    const struct analysis_row *row = &analysis.rows[i];
    const double gain = item->workers == 2 ? 1.6 : 1;
    cr_assert_float_eq(row->gain.value, gain, 1e-12);
    cr_assert_float_eq(row->gain.low, gain, 1e-12);
    cr_assert_float_eq(row->gain.high, gain, 1e-12);
    cr_assert_float_eq(row->speedup.value, gain * (item->variant->vector ? 4 : 1), 1e-12);
    cr_assert_float_eq(row->efficiency, gain / item->workers, 1e-12);
    cr_assert_float_eq(row->rate, 1000 / row->time.median, 1e-9);
    cr_assert_float_eq(row->flops, 3000 / row->time.median, 1e-9);
    /* (1/1.6 - 1/2) / (1 - 1/2) = 1/4 */
    if (item->workers == 2) cr_assert_float_eq(row->karp_flatt, 0.25, 1e-12);
  }
  case_results_free(&r);
}

/* Of 2 x 5 s on two workers, with 8 s of one core's CPU time and 9 s of CPU time altogether: 8 computing, 1
 * overhead, 1 waiting. */
Test(analysis, where_the_time_goes) {
  struct case_results r = measure(&fake_case, 7);
  for (size_t i = 0; i < r.count; i++) {
    const bool two = r.items[i].workers == 2;
    set_times(&r.items[i], two ? 5 : 8, steady);
    for (int k = 0; k < 7; k++) r.items[i].cpu[k] = two ? 9 : 8;
  }
  conclude(&r, false);
  for (size_t i = 0; i < r.count; i++) {
    const struct time_breakdown *breakdown = &analysis.rows[i].breakdown;
    const bool two = r.items[i].workers == 2;
    cr_assert_float_eq(breakdown->compute, two ? 0.8 : 1, 1e-12);
    cr_assert_float_eq(breakdown->overhead, two ? 0.1 : 0, 1e-12);
    cr_assert_float_eq(breakdown->wait, two ? 0.1 : 0, 1e-12);
  }
  r.items[0].cpu[0] = NAN; /* one unknown makes the median unknown */
  conclude(&r, false);
  cr_assert(isnan(analysis.rows[0].breakdown.compute));
  cr_assert(isnan(analysis.rows[2].breakdown.compute)); /* it is the reference of threads */
  case_results_free(&r);
}

/* ---- diagnostics ---- */

static bool noted(const struct case_results *r, const char *text) {
  for (size_t i = 0; i < r->warnings.count; i++)
    if (strstr(r->warnings.text[i], text)) return true;
  return false;
}

Test(diagnostics, none_where_nothing_is_odd) {
  struct case_results r = measure(&fake_case, 7);
  conclude(&r, false);
  diagnose_case(&analysis, false, &r.warnings);
  cr_assert(!noted(&r, "first runs") && !noted(&r, "superlinear") && !noted(&r, "far from the rest"));
  case_results_free(&r);
}

Test(diagnostics, are_named) {
  static const double disturbed[7] = {1, 1.01, 0.99, 1, 1, 1.01, 4};
  struct case_results r = measure(&fake_case, 7);
  for (size_t i = 0; i < r.count; i++) set_times(&r.items[i], 2, disturbed);
  set_times(&r.items[3], 0.9, steady); /* 2.2 times as fast on two workers */
  r.items[2].first = 7;                /* 3.5 times the median */
  conclude(&r, false);
  diagnose_case(&analysis, false, &r.warnings);
  cr_assert(noted(&r, "that of threads on 1 worker by 3.5 times"), "%s", r.warnings.text[0]);
  cr_assert(noted(&r, "5 of 42 times lie far"));
  cr_assert(noted(&r, "threads on 2 workers is 2.2"));
  case_results_free(&r);
}

Test(result, long_answers_are_hashed) {
  /* FNV-1a, 64 bits, of 300 zero bytes: (((basis * prime) * prime) ...), worked out here step by step */
  static const unsigned char zeros[300];
  struct bench_result r = {0};
  uint64_t expected = UINT64_C(14695981039346656037), stored;
  for (int i = 0; i < 300; i++) expected *= UINT64_C(1099511628211);
  bench_result_set(&r, zeros, sizeof zeros);
  cr_assert_eq(r.size, 8);
  memcpy(&stored, r.bytes, sizeof stored);
  cr_assert_eq(stored, expected);
  bench_result_set(&r, zeros, 256);
  cr_assert_eq(r.size, 256);
}

/* What a case does before and after a run is not timed, and is done for every run. */
static int begun, ended, begin_fails_at;

static tutti_status slow_begin(tutti_ctx *ctx, void *state, struct bench_share share) {
  (void)state;
  (void)share;
  fake_now += 100;
  return ++begun == begin_fails_at ? tutti_map(ctx, 1, NULL, NULL, NULL, 1) : TUTTI_OK;
}

static tutti_status slow_end(tutti_ctx *ctx, void *state, struct bench_share share,
                             struct bench_result *result) {
  (void)ctx;
  (void)state;
  (void)share;
  fake_now += 100;
  ended++;
  cr_assert_eq(result->bytes[0], 1); /* what run has left */
  bench_result_set(result, "after", 6);
  return TUTTI_OK;
}

Test(runner, what_is_before_and_after_a_run_is_not_timed) {
  struct bench_case bench = fake_case;
  bench.begin = slow_begin;
  bench.end = slow_end;
  begin_fails_at = begun = ended = 0;
  struct case_results r = measure(&bench, 3);
  cr_assert(case_results_good(&r));
  cr_assert_eq(begun, runs);
  cr_assert_eq(ended, runs);
  for (size_t i = 0; i < r.count; i++) {
    const double expected = by_workers(r.items[i].variant->vector, r.items[i].workers, 0);
    cr_assert_float_eq(r.items[i].first, expected, 1e-9);
    for (size_t k = 0; k < 3; k++) cr_assert_float_eq(r.items[i].seconds[k], expected, 1e-9);
    cr_assert_str_eq((const char *)r.items[i].result.bytes, "after");
  }
  case_results_free(&r);
}

Test(runner, a_run_that_cannot_begin_is_not_made) {
  struct bench_case bench = fake_case;
  bench.begin = slow_begin;
  bench.end = slow_end;
  begun = ended = 0;
  begin_fails_at = 1;
  struct case_results r = measure(&bench, 3);
  cr_assert(!case_results_good(&r));
  cr_assert_eq(runs, 0);
  cr_assert_eq(ended, 0);
  cr_assert_eq(r.stopped, STOP_FAILED);
  case_results_free(&r);
}
