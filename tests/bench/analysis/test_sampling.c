/* The sampling plan, by a made-up clock: batches, warm-up, precision, time. */
#include "../fake.h"

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
  struct case_results r = fake_measure(&fake_case, &(struct run_options){.repetitions = 4});
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
  struct case_results r =
      fake_measure(&fake_case, &(struct run_options){.precision = 0.02, .max_time = 1000});
  cr_assert_eq(r.stopped, STOP_PRECISION);
  cr_assert_eq(r.rounds, 10);
  cr_assert(sampling_reached(&r) < 0.0021 && sampling_reached(&r) > 0.0019, "%g", sampling_reached(&r));
  case_results_free(&r);
}

/* A tenth either way: six rounds span 20 %; the interval of a median among -, 0, + stays that wide. */
Test(sampling, noise_goes_on_until_the_time_is_up) {
  fake_takes = noisy;
  noise = 0.1;
  struct case_results r = fake_measure(&fake_case, &(struct run_options){.precision = 0.02, .max_time = 100});
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
  struct case_results r = fake_measure(&fake_case, &(struct run_options){.precision = 0.02, .max_time = 20});
  cr_assert_eq(r.stopped, STOP_MAX_TIME);
  cr_assert_eq(r.rounds, 6);
  cr_assert(isfinite(sampling_reached(&r)));
  case_results_free(&r);
}

Test(sampling, one_round_there_is_however_long) {
  fake_takes = noisy;
  struct case_results r = fake_measure(&fake_case, &(struct run_options){.precision = 0.02, .max_time = 0.1});
  cr_assert_eq(r.rounds, 1);
  cr_assert_eq(r.stopped, STOP_MAX_TIME);
  cr_assert(isnan(sampling_reached(&r)));
  case_results_free(&r);
}

Test(sampling, workers_that_fail_do_not_end_it) {
  fake_takes = noisy;
  failing = true;
  struct case_results r =
      fake_measure(&fake_case, &(struct run_options){.precision = 0.02, .max_time = 1000});
  cr_assert_eq(r.stopped, STOP_PRECISION);
  case_results_free(&r);
}

/* Serial fails at its first run, or in the third round: what others took in that round does not count. */
Test(sampling, a_reference_that_fails_ends_it) {
  for (int at = 0; at <= 4; at += 4) {
    fake_takes = noisy;
    serial_fails_at = at;
    struct case_results r = fake_measure(&fake_case, &(struct run_options){.repetitions = 9});
    cr_assert_eq(r.stopped, STOP_FAILED);
    cr_assert(!case_results_good(&r));
    cr_assert_eq(r.rounds, at ? 2 : 0);
    for (size_t i = 0; i < r.count; i++) {
      cr_assert_eq(r.items[i].count, r.rounds);
      for (size_t k = 0; k < r.items[i].count; k++) cr_assert(r.items[i].seconds[k] > 0);
    }
    case_results_free(&r);
  }
}

/* ---- warm-up ---- */

static struct case_results with_rounds(const double *times, size_t n) {
  static struct measurement items[2];
  for (int i = 0; i < 2; i++) {
    static double all[2][64];
    double *seconds = all[i];
    cr_assert(n <= 64);
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
  }
  cr_assert(mistaken < 30, "%d of 1000", mistaken);
}

/* Noise that is skewed to the right, as times are, is mistaken more often: 2 % of six rounds that are normal,
 * 7 to 10 % of
 * exponential ones. */
Test(warmup, few_rounds_are_mistaken_as_often_as_said) {
  int normal = 0, skewed = 0;
  for (uint64_t trial = 0; trial < 2000; trial++) {
    double a[6], b[6];
    for (uint64_t k = 0; k < 6; k++) {
      a[k] = 1 + 0.02 * tutti_normal_at((tutti_rng){7, trial}, k);
      b[k] = exp(-0.02 * log(tutti_uniform_at((tutti_rng){8, trial}, k)));
    }
    struct case_results r = with_rounds(a, 6);
    normal += sampling_warmup(&r) > 0;
    r = with_rounds(b, 6);
    skewed += sampling_warmup(&r) > 0;
  }
  cr_assert(normal > 20 && normal < 60, "%d of 2000", normal);   /* 2 % */
  cr_assert(skewed > 100 && skewed < 220, "%d of 2000", skewed); /* 7 to 10 % */
}

/* It is left out of all that is concluded, and stays among the raw times. */
static double cold(bool vector, int workers, int run) {
  (void)vector;
  return (run < 3 ? 5 : 1) / (double)workers; /* the reference, the first run and the first round, at least */
}

Test(warmup, is_left_out) {
  fake_takes = cold;
  struct case_results r =
      fake_measure(&fake_case, &(struct run_options){.precision = 0.02, .max_time = 1000});
  conclude(&r, false);
  cr_assert_eq(r.stopped, STOP_PRECISION);
  cr_assert(analysis.warmup >= 1);
  for (size_t i = 0; i < r.count; i++) {
    cr_assert_float_eq(analysis.rows[i].time.median, 1. / r.items[i].workers, 1e-12);
    cr_assert_float_eq(analysis.rows[i].time.max, 1. / r.items[i].workers, 1e-12);
    cr_assert_eq(r.items[i].count, r.rounds);
  }
  case_results_free(&r);
}
