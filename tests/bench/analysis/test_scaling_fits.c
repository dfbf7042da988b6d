/* Laws fitted to the variants of a case, from times that follow a known law. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "../analysed.h"

enum { COUNTS = 5, MOST_ROUNDS = 21 };
static const int counts[COUNTS] = {1, 2, 4, 8, 16};

/* Serial, and threads on 1 to 16 workers; a run on p workers takes seconds(p), serial 1 s. */
static double (*seconds)(double p);
static double noise;

static struct case_results *measured(size_t rounds) {
  static struct measurement items[1 + COUNTS];
  static struct case_results results;
  results = (struct case_results){
      .items = items, .count = 1 + COUNTS, .rounds = rounds, .parts = 16, .work.items = 1 << 20};
  for (size_t i = 0; i <= COUNTS; i++) {
    double *times = malloc(MOST_ROUNDS * sizeof *times), *cpu = malloc(MOST_ROUNDS * sizeof *cpu);
    for (uint64_t r = 0; r < rounds; r++) {
      times[r] = (i ? seconds(counts[i - 1]) : 1) * (1 + noise * tutti_normal_at((tutti_rng){3, i}, r));
      cpu[r] = NAN;
    }
    items[i] = (struct measurement){.variant = &variants[i ? VARIANT_THREADS : VARIANT_SERIAL],
                                    .workers = i ? counts[i - 1] : 1,
                                    .seconds = times,
                                    .cpu = cpu,
                                    .count = rounds};
  }
  return &results;
}

static const struct scaling_fit *threads_of(void) { return &analysis.fits[VARIANT_THREADS]; }
#define CLOSE(a, b, tolerance) cr_assert(fabs((a) - (b)) < (tolerance), "%.12g instead of %.12g", (a), (b))

static double tenth_serial(double p) { return 0.1 + 0.9 / p; }

Test(fits, amdahl_is_found_again) {
  seconds = tenth_serial;
  struct case_results *r = measured(7);
  conclude(r, false);
  const struct scaling_fit *f = threads_of();
  const struct law *law = &f->laws[LAW_AMDAHL].law;
  cr_assert_eq(f->worker_counts, COUNTS);
  cr_assert_eq(scaling_fit_law(f)->law.kind, LAW_AMDAHL); /* others fit as well, with more parameters */
  CLOSE(law->parameters[0].value, 0.1, 1e-9);
  CLOSE(law->parameters[0].low, 0.1, 1e-9);
  CLOSE(law->limit, 10., 1e-7);
  CLOSE(scaling_fit_gain(f, 16).value, 1 / tenth_serial(16), 1e-9);
  CLOSE(scaling_fit_gain(f, 1024).value, 1 / tenth_serial(1024), 1e-6);
  CLOSE(scaling_fit_gain(f, INFINITY).value, 10., 1e-7);
  cr_assert_null(scaling_fit_law(&analysis.fits[VARIANT_PROCESSES]));
}

/* Threads on one core take a quarter longer than serial: the gain over one core is less everywhere, the
 * serial fraction is the same. */
static double slower_everywhere(double p) { return 1.25 * tenth_serial(p); }

Test(fits, gains_are_over_one_core) {
  seconds = slower_everywhere;
  struct case_results *r = measured(7);
  conclude(r, false);
  const struct scaling_fit *f = threads_of();
  CLOSE(f->laws[LAW_AMDAHL].law.parameters[0].value, 0.1, 1e-9);
  CLOSE(fitted_limit(&f->laws[LAW_AMDAHL]).value, 10., 1e-7);
  CLOSE(scaling_fit_gain(f, 1).value, 0.8, 1e-9);
  CLOSE(scaling_fit_gain(f, INFINITY).value, 8., 1e-7);
}

Test(fits, a_disturbed_round_does_not_move_the_fit) {
  seconds = tenth_serial;
  struct case_results *r = measured(9);
  for (size_t i = 0; i < r->count; i++) r->items[i].seconds[4] *= 1 + (double)i;
  conclude(r, false);
  CLOSE(threads_of()->laws[LAW_AMDAHL].law.parameters[0].value, 0.1, 1e-9);
}

Test(fits, warm_up_does_not_count) {
  seconds = tenth_serial;
  struct case_results *r = measured(9);
  for (size_t i = 0; i < r->count; i++)
    for (int k = 0; k < 4; k++) r->items[i].seconds[k] *= 3 + (double)i;
  conclude(r, false);
  cr_assert_eq(analysis.warmup, 4);
  CLOSE(threads_of()->laws[LAW_AMDAHL].law.parameters[0].value, 0.1, 1e-9);
}

/* With noise of 2 %, intervals hold the truth, and are not much wider than it takes. */
Test(fits, intervals) {
  seconds = tenth_serial;
  noise = 0.02;
  struct case_results *r = measured(21);
  conclude(r, false);
  const struct scaling_fit *f = threads_of();
  const struct law_parameter *s = &f->laws[LAW_AMDAHL].law.parameters[0];
  const struct ratio at_64 = scaling_fit_gain(f, 64);
  cr_assert(s->low < 0.1 && s->high > 0.1 && s->high - s->low < 0.03 && s->high > s->low, "%g .. %g", s->low,
            s->high);
  cr_assert(at_64.low < 1 / tenth_serial(64) && at_64.high > 1 / tenth_serial(64), "%g .. %g", at_64.low,
            at_64.high);
  cr_assert(f->points.noise > 0.002 && f->points.noise < 0.02, "%g", f->points.noise);
}

Test(fits, few_rounds_have_no_intervals) {
  seconds = tenth_serial;
  struct case_results *r = measured(3);
  conclude(r, false);
  CLOSE(threads_of()->laws[LAW_AMDAHL].law.parameters[0].value, 0.1, 1e-9);
  cr_assert(isnan(threads_of()->laws[LAW_AMDAHL].law.parameters[0].low));
  cr_assert(isnan(scaling_fit_gain(threads_of(), 4).low) && isnan(analysis.rows[2].gain.low));
}

static double with_overhead(double p) { return 0.02 + 0.98 / p + 0.01 * (p - 1); }

Test(fits, a_better_law_is_chosen) {
  seconds = with_overhead;
  struct case_results *r = measured(7);
  conclude(r, false);
  const struct scaling_fit *f = threads_of();
  cr_assert_eq(scaling_fit_law(f)->law.kind, LAW_AMDAHL_OVERHEAD);
  CLOSE(scaling_fit_law(f)->law.parameters[1].value, 0.01, 1e-9);
  CLOSE(scaling_fit_law(f)->law.peak, sqrt(0.98 / 0.01), 1e-5);
  CLOSE(f->laws[LAW_USL].law.parameters[1].value, 0.01, 1e-6); /* beta: the same curve */
}

/* w times the work in w / (0.2 + 0.8 w) of the time: Gustafson, a fifth serial. */
static double gustafson(double p) { return p / (0.2 + 0.8 * p); }

Test(fits, weak_scaling_is_gustafsons) {
  seconds = gustafson;
  struct case_results *r = measured(7);
  conclude(r, true);
  const struct scaling_fit *f = threads_of();
  cr_assert_eq(scaling_fit_law(f)->law.kind, LAW_GUSTAFSON);
  CLOSE(scaling_fit_law(f)->law.parameters[0].value, 0.2, 1e-9);
  CLOSE(scaling_fit_gain(f, 64).value, 0.2 + 0.8 * 64, 1e-6);
  CLOSE(analysis.rows[COUNTS].gain.value, 0.2 + 0.8 * 16, 1e-9);
  cr_assert(!f->laws[LAW_AMDAHL].applies);
}

Test(fits, without_its_reference_nothing_is_fitted) {
  seconds = tenth_serial;
  struct case_results *r = measured(7);
  r->items[0].count = 0;
  conclude(r, false);
  cr_assert_null(scaling_fit_law(threads_of()));
  cr_assert(isnan(scaling_fit_gain(threads_of(), 2).value));
}
