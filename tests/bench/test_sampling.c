/* The sampling plan, by a made-up clock: batches, warm-up, precision, time. */
#include "fake.h"

/* ---- batches ---- */

Test(sampling, a_batch_takes_a_millisecond) {
  cr_assert_eq(sampling_batch(1, 1e-3), 1);
  cr_assert_eq(sampling_batch(1, 5), 1);
  cr_assert_eq(sampling_batch(1, 0.5e-3), 3); /* 1.2 ms / 0.5 ms */
  cr_assert_eq(sampling_batch(1, 1e-7), 10);  /* in steps, since the first run may have been slow */
  cr_assert_eq(sampling_batch(10, 1e-6), 100);
  cr_assert_eq(sampling_batch(10000, 0.9e-3), 13334); /* 1.2 / 0.9 of them */
  cr_assert_eq(sampling_batch(1, 0), 10);             /* a clock that did not move */
  cr_assert_eq(sampling_batch(1000000, 0), 1000000);
}

static double short_runs(bool vector, int workers, int run) {
  (void)workers;
  return (vector ? 20e-6 : 0.4e-3) * (run == 0 ? 30 : 1); /* the very first is cold */
}

Test(sampling, short_runs_are_batched) {
  fake_takes = short_runs;
  struct case_results r = fake_measure(&fake_case, &(struct asked){.repetitions = 4});
  for (size_t i = 0; i < r.count; i++) {
    const struct measurement *item = &r.items[i];
    const double run = short_runs(item->variant->vector, 1, 1);
    for (size_t k = 0; k < item->count; k++)
      cr_assert_float_eq(item->seconds[k], run, 1e-9, "%s %zu: %g", item->variant->name, k, item->seconds[k]);
    cr_assert((double)item->batch * run >= 1e-3 || item->first >= 1e-3, "%zu", item->batch);
  }
  case_results_free(&r);
}

/* ---- when it is enough ---- */

/* +- noise, in turns, and the same for all configurations of a round. */
static double noise;
static double noisy(bool vector, int workers, int run) {
  (void)vector;
  return (1 + noise * ((run % 3) - 1)) / workers;
}

Test(sampling, precise_times_take_ten_rounds) {
  fake_takes = noisy;
  noise = 0.001;
  struct case_results r = fake_measure(&fake_case, &(struct asked){.precision = 0.02, .max_time = 1000});
  cr_assert_eq(r.stopped, STOP_PRECISION);
  cr_assert_eq(r.rounds, 10);
  cr_assert(sampling_reached(&r) < 0.0021 && sampling_reached(&r) > 0.0019, "%g", sampling_reached(&r));
  case_results_free(&r);
}

/* A tenth either way: six rounds span 20 %; the interval of a median among -, 0, + stays that wide. */
Test(sampling, noise_goes_on_until_the_time_is_up) {
  fake_takes = noisy;
  noise = 0.1;
  struct case_results r = fake_measure(&fake_case, &(struct asked){.precision = 0.02, .max_time = 100});
  cr_assert_eq(r.stopped, STOP_MAX_TIME);
  cr_assert(sampling_reached(&r) > 0.02);
  /* a round takes about 2 (1 + 1 + 1/2) = 5 s, and the last one ends in time */
  cr_assert(r.rounds >= 18 && r.rounds <= 20, "%zu", r.rounds);
  case_results_free(&r);
}

/* A round takes 5 s: six rounds may take up to twice the 20 s asked for, and more may not. */
Test(sampling, an_interval_may_take_twice_the_time) {
  fake_takes = noisy;
  noise = 0.1;
  struct case_results r = fake_measure(&fake_case, &(struct asked){.precision = 0.02, .max_time = 20});
  cr_assert_eq(r.stopped, STOP_MAX_TIME);
  cr_assert_eq(r.rounds, 6);
  cr_assert(isfinite(sampling_reached(&r)));
  case_results_free(&r);
}

Test(sampling, one_round_there_is_however_long) {
  fake_takes = noisy;
  struct case_results r = fake_measure(&fake_case, &(struct asked){.precision = 0.02, .max_time = 0.1});
  cr_assert_eq(r.rounds, 1);
  cr_assert_eq(r.stopped, STOP_MAX_TIME);
  cr_assert(isnan(sampling_reached(&r)));
  case_results_free(&r);
}

Test(sampling, a_reference_that_fails_ends_it) {
  struct bench_case bench = fake_case;
  fake_takes = noisy;
  lying = false;
  failing = true;
  struct case_results r = fake_measure(&bench, &(struct asked){.precision = 0.02, .max_time = 1000});
  cr_assert_eq(r.stopped, STOP_PRECISION); /* two workers fail: the others are measured */
  case_results_free(&r);
}

/* ---- warm-up ---- */

static struct case_results with_rounds(const double *times, size_t n) {
  static struct measurement items[2];
  for (int i = 0; i < 2; i++) {
    double *seconds = malloc(n * sizeof *seconds);
    for (size_t k = 0; k < n; k++) seconds[k] = (i + 1) * times[k];
    items[i] = (struct measurement){.variant = &variants[i], .workers = 1, .seconds = seconds, .count = n};
  }
  return (struct case_results){.items = items, .count = 2, .rounds = n};
}
#define WARMUP(...)                                                                                          \
  sampling_warmup(&(struct case_results[]){                                                                  \
      with_rounds((double[]){__VA_ARGS__}, sizeof(double[]){__VA_ARGS__} / sizeof(double))}[0])

Test(warmup, a_slow_start_is_found) {
  cr_assert_eq(WARMUP(1.5, 1.01, 1, 1.02, 1, 1.01, 1), 1);
  cr_assert_eq(WARMUP(3, 1.8, 1.01, 1, 1.02, 1, 1.01, 1, 1.01, 1), 2);
  cr_assert_eq(WARMUP(2, 1.6, 1.3, 1.01, 1, 1.02, 1, 1.01, 1, 1.01, 1), 3);
}

Test(warmup, noise_is_none) {
  cr_assert_eq(WARMUP(1, 1, 1, 1, 1, 1), 0);
  cr_assert_eq(WARMUP(1.02, 1.01, 1, 1.02, 1, 1.01, 1), 0);
  cr_assert_eq(WARMUP(1.01, 1, 1.5, 1.02, 1, 1.01, 1), 0); /* a disturbance later on */
  cr_assert_eq(WARMUP(1, 1.01, 1, 1.02, 1, 1.01, 1.5), 0);
  cr_assert_eq(WARMUP(0.5, 1, 1.01, 1, 1.02, 1, 1.01), 0); /* a fast start is no warm-up */
  cr_assert_eq(WARMUP(1.5, 1, 1), 0);                      /* too few to say */
}

/* Rounds that differ by chance alone are rarely taken for warm-up. */
Test(warmup, chance_is_rarely_mistaken) {
  int mistaken = 0;
  for (uint64_t trial = 0; trial < 1000; trial++) {
    double times[10];
    for (uint64_t k = 0; k < 10; k++) times[k] = 1 + 0.02 * tutti_normal_at((tutti_rng){7, trial}, k);
    struct case_results r = with_rounds(times, 10);
    mistaken += sampling_warmup(&r) > 0;
    for (size_t i = 0; i < r.count; i++) free(r.items[i].seconds);
  }
  cr_assert(mistaken < 30, "%d of 1000", mistaken);
}

/* It is left out of all that is concluded, and stays among the raw times. */
static double cold(bool vector, int workers, int run) {
  (void)vector;
  return (run < 3 ? 5 : 1) / (double)workers; /* the reference, the first run and the first round, at least */
}

Test(warmup, is_left_out) {
  fake_takes = cold;
  struct case_results r = fake_measure(&fake_case, &(struct asked){.precision = 0.02, .max_time = 1000});
  analyse(&r, false);
  cr_assert_eq(r.stopped, STOP_PRECISION);
  cr_assert(r.analysis->warmup >= 1);
  for (size_t i = 0; i < r.count; i++) {
    cr_assert_float_eq(r.analysis->rows[i].time.median, 1. / r.items[i].workers, 1e-12);
    cr_assert_float_eq(r.analysis->rows[i].time.max, 1. / r.items[i].workers, 1e-12);
    cr_assert_eq(r.items[i].count, r.rounds);
  }
  case_results_free(&r);
}
