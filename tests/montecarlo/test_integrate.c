/* tutti_mc_integrate and tutti_mc_run against integrals in closed form. */
#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "../support/testing.h"

/* -- integrands; dims <= 8 -- */

/* Product of 3/2 sqrt(u): mean 1, variance (9/8)^dims - 1; monotone. */
static int roots(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) {
    f[p] = 1;
    for (size_t d = 0; d < dims; d++) f[p] *= 1.5 * sqrt(u[p * dims + d]);
  }
  return 0;
}

/* The same with the sum of u as its control. */
static int roots_and_sum(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) {
    f[2 * p] = 1;
    f[2 * p + 1] = 0;
    for (size_t d = 0; d < dims; d++) {
      f[2 * p] *= 1.5 * sqrt(u[p * dims + d]);
      f[2 * p + 1] += u[p * dims + d];
    }
  }
  return 0;
}

/* *args + u */
static int shifted(const double *u, size_t dims, size_t points, double *f, const void *args) {
  for (size_t p = 0; p < points; p++) f[p] = *(const double *)args + u[p * dims];
  return 0;
}

static int constant(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)u, (void)dims;
  for (size_t p = 0; p < points; p++) f[p] = *(const double *)args;
  return 0;
}

static int failing(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)u, (void)dims, (void)args;
  for (size_t p = 0; p < points; p++) f[p] = 0;
  return 7;
}

/* Fails from its *args'th point on. */
static int failing_late(const double *u, size_t dims, size_t points, double *f, const void *args) {
  static atomic_size_t seen;
  (void)u, (void)dims;
  for (size_t p = 0; p < points; p++) f[p] = 0;
  return atomic_fetch_add(&seen, points) + points > *(const size_t *)args ? 7 : 0;
}

enum { DIMS = 3 };

static tutti_estimate solve(const tutti_mc_problem *problem, tutti_rng rng) {
  tutti_estimate e;
  const tutti_status status = tutti_mc_run(NULL, rng, problem, &e);
  cr_assert(status == TUTTI_OK, "%s: %s", tutti_strerror(status), tutti_error_detail(NULL));
  return e;
}

static tutti_mc_problem roots_by(tutti_mc_sampling sampling, bool control, uint64_t samples) {
  return (tutti_mc_problem){.f = control ? roots_and_sum : roots,
                            .dims = DIMS,
                            .sampling = sampling,
                            .samples = samples,
                            .control = control,
                            .control_mean = DIMS / 2.,
                            .strata = 8};
}

Test(integrate, standard_error_of_independent_points) {
  enum { SAMPLES = TESTING_SHARE(1000003) };
  tutti_estimate e;
  cr_assert_eq(tutti_mc_integrate(NULL, (tutti_rng){1, 2}, roots, NULL, DIMS, SAMPLES, &e), TUTTI_OK);
  const double truth = sqrt((pow(1.125, DIMS) - 1) / SAMPLES);
  cr_assert(e.samples == SAMPLES);
  cr_assert(fabs(e.std_error / truth - 1) < 0.01, "%g, not %g", e.std_error, truth);
  cr_assert(fabs(e.mean - 1) < 4 * e.std_error, "%g +- %g", e.mean, e.std_error);
  cr_assert(fabs(e.ci_low - (e.mean - 1.96 * e.std_error)) < 1e-15);
  cr_assert(fabs(e.ci_high - (e.mean + 1.96 * e.std_error)) < 1e-15);
}

/* The points are the stream's uniforms in order: the mean is that of 128-bit arithmetic over them. */
Test(integrate, points_are_those_promised) {
  enum { N = 1537 };
  static double u[N];
  const tutti_rng rng = {77, 3};
  cr_assert_eq(tutti_uniform(NULL, rng, 0, u, N), TUTTI_OK);
  unsigned __int128 sum = 0; /* in units of 2^-53 */
  for (size_t i = 0; i < N; i++) sum += (unsigned __int128)(u[i] * 0x1p53);
  tutti_estimate e;
  const double zero = 0;
  cr_assert_eq(tutti_mc_integrate(NULL, rng, shifted, &zero, 1, N, &e), TUTTI_OK);
  cr_assert(fabs(e.mean - (double)((long double)sum * 0x1p-53L / N)) <= 0x1p-53);
}

/* Every way within 4 of its standard errors, and each as much better than independent points as it should be
 * (here by analysis of variance: antithetic pairs take away the even part, strata the error within cells
 * of 1/8, a control what is linear). */
Test(integrate, every_way_and_what_it_gains) {
  static const struct {
    tutti_mc_sampling sampling;
    bool control;
    double error; /* of plain sampling's at most */
  } ways[] = {{TUTTI_MC_PLAIN, false, 1.01},     {TUTTI_MC_PLAIN, true, 0.4},
              {TUTTI_MC_ANTITHETIC, false, 0.7}, {TUTTI_MC_ANTITHETIC, true, 0.7},
              {TUTTI_MC_STRATIFIED, false, 0.2}, {TUTTI_MC_STRATIFIED, true, 0.13},
              {TUTTI_MC_SOBOL, false, 0.01},     {TUTTI_MC_SOBOL, true, 0.01}};
  enum { SAMPLES = 1 << 18 };
  const double plain = sqrt((pow(1.125, DIMS) - 1) / SAMPLES);
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    const tutti_mc_problem problem = roots_by(ways[i].sampling, ways[i].control, SAMPLES);
    const tutti_estimate e = solve(&problem, (tutti_rng){2026, i});
    cr_assert(e.samples == SAMPLES);
    cr_assert(fabs(e.mean - 1) < 4 * e.std_error, "way %zu: %.9g +- %g", i, e.mean, e.std_error);
    cr_assert(e.std_error < ways[i].error * plain, "way %zu: error %g of plain sampling's", i,
              e.std_error / plain);
  }
}

/* Of 1000 intervals of 95 %, between 93 and 97 % hold the truth (3 standard deviations are 2.1 %; more of
 * fewer). */
Test(integrate, intervals_cover_at_their_rate) {
  enum { REPETITIONS = TESTING_SHARE(1000) };
  const double off = 0.02 * sqrt(1000. * REPETITIONS);
  for (int way = 0; way < 8; way++) {
    const tutti_mc_problem problem = roots_by((tutti_mc_sampling)(way / 2), way % 2, 4096);
    int held = 0;
    for (uint64_t stream = 0; stream < REPETITIONS; stream++) {
      const tutti_estimate e = solve(&problem, (tutti_rng){(uint64_t)way + 99, stream});
      held += e.ci_low < 1 && 1 < e.ci_high;
    }
    cr_assert(fabs(held - 0.95 * REPETITIONS) <= off, "way %d: %d of %d", way, held, REPETITIONS);
  }
}

Test(integrate, same_bits_everywhere) {
  for (int way = 0; way < 8; way++) {
    const tutti_mc_problem problem = roots_by((tutti_mc_sampling)(way / 2), way % 2, 30011);
    const tutti_estimate expected = solve(&problem, (tutti_rng){5, 6});
    for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
      if (!contexts_asks(&c, (size_t)way)) continue;
      tutti_estimate e;
      cr_assert_eq(tutti_mc_run(c.ctx, (tutti_rng){5, 6}, &problem, &e), TUTTI_OK);
      cr_assert(memcmp(&e, &expected, sizeof e) == 0, "way %d, %s: %.17g, not %.17g", way, c.name, e.mean,
                expected.mean);
    }
  }
}

/* Squares are of deviations: 1e8 + u has the error of u, and a constant none at all. */
Test(integrate, no_digits_lost_far_from_zero) {
  const double far = 1e8, odd = 0.1;
  for (int way = 0; way < 4; way++) {
    tutti_mc_problem problem = {
        .f = shifted, .args = &far, .dims = 1, .sampling = (tutti_mc_sampling)way, .samples = 1 << 16};
    const tutti_estimate e = solve(&problem, (tutti_rng){8, 8});
    const double plain = sqrt(1. / 12 / (1 << 16));
    if (way == TUTTI_MC_PLAIN) cr_assert(fabs(e.std_error / plain - 1) < 0.02, "%g", e.std_error);
    if (way == TUTTI_MC_STRATIFIED) cr_assert(fabs(e.std_error / plain - 1. / 16) < 0.01, "%g", e.std_error);
    cr_assert(fabs(e.mean - far - 0.5) < 4 * e.std_error + 2e-8, "way %d: %.17g", way, e.mean);
    problem.f = constant;
    problem.args = &odd;
    const tutti_estimate none = solve(&problem, (tutti_rng){8, 8});
    cr_assert(none.mean == odd && none.std_error == 0, "way %d: %.17g +- %g", way, none.mean, none.std_error);
    cr_assert(none.ci_low == odd && none.ci_high == odd);
  }
}

/* The error is looked at after 2^14, 2^15, ... evaluations: the first that is small enough ends the run. */
Test(integrate, stops_at_the_target) {
  const double sd = sqrt(pow(1.125, DIMS) - 1);
  tutti_mc_problem problem = roots_by(TUTTI_MC_PLAIN, false, UINT64_C(1) << 30);
  problem.target_error = sd / sqrt(3e5); /* 2^18 = 262144 are too few by 7 %, 2^19 enough by 30 % */
  cr_assert(solve(&problem, (tutti_rng){3, 1}).samples == 1 << 19);
  problem.target_error = 10;
  cr_assert(solve(&problem, (tutti_rng){3, 1}).samples == 1 << 14);
  problem.samples = 100;
  cr_assert(solve(&problem, (tutti_rng){3, 1}).samples == 100);
  problem.target_error = 1e-9;
  problem.samples = 50000;
  cr_assert(solve(&problem, (tutti_rng){3, 1}).samples == 50000);
}

/* No spread seen is no error of 0: 1 in 2^18 points makes the mean. And a constant does use all samples. */
static int rare(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) f[p] = u[p * dims] < 0x1p-18;
  return 0;
}

Test(integrate, nothing_seen_is_no_target_reached) {
  const tutti_mc_problem problem = {.f = rare, .dims = 1, .samples = 1 << 24, .target_error = 1e-6};
  const tutti_estimate e = solve(&problem, (tutti_rng){3, 1});
  cr_assert(e.samples > 1 << 14 && fabs(e.mean - 0x1p-18) < 4 * e.std_error && e.std_error > 0, "%g +- %g",
            e.mean, e.std_error);
}

static int nothing(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)u, (void)dims, (void)args;
  f[points - 1] = 1;
  return 0;
}

Test(integrate, what_is_not_written_is_nan) {
  const tutti_mc_problem problem = {.f = nothing, .dims = 1, .samples = 10000};
  cr_assert(isnan(solve(&problem, (tutti_rng){3, 1}).mean));
  tutti_mc_problem one_of_two = roots_by(TUTTI_MC_PLAIN, false, 10000);
  one_of_two.control = true;
  cr_assert(isnan(solve(&one_of_two, (tutti_rng){3, 1}).mean));
}

Test(integrate, samples_are_rounded_up_to_what_the_way_needs) {
  static const uint64_t expected[] = {101, 102, 1024, 128};
  for (int way = 0; way < 4; way++) {
    const tutti_mc_problem problem = roots_by((tutti_mc_sampling)way, false, way == 2 ? 1024 : 101);
    cr_assert(solve(&problem, (tutti_rng){1, 1}).samples == expected[way], "way %d", way);
  }
  const tutti_mc_problem more = roots_by(TUTTI_MC_STRATIFIED, false, 1025);
  cr_assert(solve(&more, (tutti_rng){1, 1}).samples == 2048);
}

/* Fewer samples than cells: a pair in each, as long as that is little work. */
Test(integrate, every_cell_gets_a_pair) {
  tutti_mc_problem problem = roots_by(TUTTI_MC_STRATIFIED, false, 1);
  for (int control = 0; control < 2; control++) {
    problem = roots_by(TUTTI_MC_STRATIFIED, control, 1);
    cr_assert(solve(&problem, (tutti_rng){1, 1}).samples == 1024);
  }
  problem.dims = 1, problem.strata = 0, problem.samples = 10;
  cr_assert(solve(&problem, (tutti_rng){1, 1}).samples == 32);
  problem.strata = 1 << 19;
  cr_assert(solve(&problem, (tutti_rng){1, 1}).samples == 1 << 20);
  problem.strata++;
  tutti_estimate e;
  testing_expect(NULL, tutti_mc_run(NULL, (tutti_rng){1, 1}, &problem, &e), TUTTI_EINVAL,
                 "strata = 524289 in dims = 1 make more than 524288 cells", "strata");
  problem.samples = 1048577; /* as many pairs as cells */
  cr_assert(solve(&problem, (tutti_rng){1, 1}).samples == 1048578);
}

/* Few replicates: Student's t instead of 1.96. Quantiles of 0.975 as SciPy 1.17's scipy.stats.t.ppf has
 * them. */
Test(integrate, few_replicates_have_wide_intervals) {
  static const struct {
    size_t replicates;
    double t;
  } cases[] = {{2, 12.706204736174694},   {5, 2.7764451051977934}, {16, 2.131449545559776},
               {31, 2.0422724563012378},  {32, 2.039513446396408}, {101, 1.9839715185235518},
               {1001, 1.9623390808264083}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    tutti_mc_problem problem = roots_by(TUTTI_MC_SOBOL, false, 4096);
    problem.replicates = cases[i].replicates;
    const tutti_estimate e = solve(&problem, (tutti_rng){12, 34});
    const double t = (e.ci_high - e.ci_low) / 2 / e.std_error;
    cr_assert(fabs(t / cases[i].t - 1) < 3e-8, "%zu replicates: %.10g, not %.10g", cases[i].replicates, t,
              cases[i].t);
  }
}

Test(integrate, what_is_not_finite_shows) {
  for (int way = 0; way < 4; way++) {
    const double values[] = {NAN, INFINITY, -INFINITY};
    for (int v = 0; v < 3; v++) {
      const tutti_mc_problem problem = {
          .f = constant, .args = &values[v], .dims = 1, .sampling = (tutti_mc_sampling)way, .samples = 1000};
      const tutti_estimate e = solve(&problem, (tutti_rng){1, 1});
      cr_assert(v ? e.mean == values[v] : isnan(e.mean), "way %d: %g", way, e.mean);
      cr_assert(isnan(e.std_error) && isnan(e.ci_low) && isnan(e.ci_high), "way %d: %g", way, e.std_error);
    }
  }
}

/* -- errors -- */

static void refused(tutti_mc_problem problem, const char *word) {
  tutti_estimate e = {1, 2, 3, 4, 5};
  testing_expect(NULL, tutti_mc_run(NULL, (tutti_rng){0, 0}, &problem, &e), TUTTI_EINVAL, word, word);
  cr_assert(e.samples == 1 && e.mean == 2 && e.std_error == 3 && e.ci_low == 4 && e.ci_high == 5);
}

Test(integrate, bad_arguments) {
  const tutti_mc_problem good = {.f = roots, .dims = 2, .samples = 1000};
  tutti_mc_problem p = good;
  tutti_estimate e = {1, 2, 3, 4, 5};
  p.f = NULL, refused(p, "f is NULL"), p = good;
  p.dims = 0, refused(p, "dims = 0"), p = good;
  p.dims = 8193, refused(p, "dims = 8193"), p = good;
  p.dims = 1025, p.sampling = TUTTI_MC_SOBOL, refused(p, "dims = 1025"), p = good;
  p.dims = 4097, p.sampling = TUTTI_MC_STRATIFIED, refused(p, "dims = 4097"), p = good;
  p.samples = 0, refused(p, "samples = 0"), p = good;
  p.samples = (UINT64_C(1) << 45) + 1, refused(p, "samples = 35184372088833"), p = good;
  p.target_error = -1, refused(p, "target_error = -1"), p = good;
  p.target_error = NAN, refused(p, "target_error = nan"), p = good;
  p.control = true, p.control_mean = INFINITY, refused(p, "control_mean = inf"), p = good;
  p.sampling = (tutti_mc_sampling)4, refused(p, "sampling = 4"), p = good;
  p.sampling = TUTTI_MC_STRATIFIED, p.strata = 725, refused(p, "strata = 725"), p = good;
  p.sampling = TUTTI_MC_STRATIFIED, p.strata = SIZE_MAX, refused(p, "strata = "), p = good;
  p.sampling = TUTTI_MC_SOBOL, p.replicates = 1, refused(p, "replicates = 1"), p = good;
  p.sampling = TUTTI_MC_SOBOL, p.replicates = 1025, refused(p, "replicates = 1025"), p = good;
  p.sampling = TUTTI_MC_SOBOL, p.replicates = 2, p.control = true, refused(p, "replicates = 2"), p = good;
  p.sampling = TUTTI_MC_SOBOL, p.samples = UINT64_C(1) << 40, refused(p, "2^32 points");
  testing_expect(NULL, tutti_mc_run(NULL, (tutti_rng){0, 0}, NULL, &e), TUTTI_EINVAL, "problem", "problem");
  testing_expect(NULL, tutti_mc_run(NULL, (tutti_rng){0, 0}, &good, NULL), TUTTI_EINVAL, "result", "result");
  testing_expect(NULL, tutti_mc_integrate(NULL, (tutti_rng){0, 0}, failing, NULL, 1, 10, &e), TUTTI_EUSER,
                 "7", "failing");
  const size_t late = 100000;
  testing_expect(NULL, tutti_mc_integrate(NULL, (tutti_rng){0, 0}, failing_late, &late, 1, 1 << 20, &e),
                 TUTTI_EUSER, "of those after observation 65536", "failing late");
  cr_assert(e.samples == 1 && e.ci_high == 5);
}

/* The most dimensions each way allows, and one point. (The mirrored pair of a linear function has no error.)
 */
Test(integrate, wide_and_short) {
  static const size_t dims[] = {8192, 8192, 4096, 1024};
  for (int way = 0; way < 4; way++) {
    const double zero = 0;
    const tutti_mc_problem problem = {.f = shifted,
                                      .args = &zero,
                                      .dims = dims[way],
                                      .strata = 1,
                                      .sampling = (tutti_mc_sampling)way,
                                      .samples = 1};
    const tutti_estimate e = solve(&problem, (tutti_rng){1, 1});
    cr_assert(e.mean > 0 && e.mean < 1 && e.std_error >= 0, "way %d: %g +- %g", way, e.mean, e.std_error);
  }
}

/* -- who may call -- */

typedef struct {
  tutti_ctx *ctx;
  tutti_status status;
  sem_t begun, ended;
} meeting;

/* Is in the middle of its run until it may end. */
static int wait_to_end(const double *u, size_t dims, size_t points, double *f, const void *args) {
  meeting *m = (meeting *)(uintptr_t)args;
  sem_post(&m->begun);
  while (sem_wait(&m->ended) != 0) {
  }
  sem_post(&m->ended);
  return roots(u, dims, points, f, NULL);
}

static void *run_meanwhile(void *args) {
  meeting *m = args;
  tutti_estimate e;
  m->status = tutti_mc_integrate(m->ctx, (tutti_rng){1, 1}, wait_to_end, m, 2, 100000, &e);
  return NULL;
}

Test(integrate, a_context_in_use_is_refused, .timeout = 60) {
  meeting m = {.ctx = testing_open_backend(TUTTI_THREADS, 2)};
  sem_init(&m.begun, 0, 0);
  sem_init(&m.ended, 0, 0);
  pthread_t other;
  cr_assert_eq(pthread_create(&other, NULL, run_meanwhile, &m), 0);
  while (sem_wait(&m.begun) != 0) {
  }
  tutti_estimate e = {.samples = 42};
  const tutti_status status = tutti_mc_integrate(m.ctx, (tutti_rng){1, 1}, roots, NULL, 2, 1000, &e);
  cr_assert(status == TUTTI_EBUSY && e.samples == 42, "%s", tutti_strerror(status));
  sem_post(&m.ended);
  pthread_join(other, NULL);
  cr_assert(m.status == TUTTI_OK, "%s", tutti_strerror(m.status));
  cr_assert_eq(tutti_mc_integrate(m.ctx, (tutti_rng){1, 1}, roots, NULL, 2, 1000, &e), TUTTI_OK);
  tutti_close(m.ctx);
}

/* Within a chunk of another call, which has the context already. */
static int estimate_within(size_t index, const void *args, void *out) {
  (void)args;
  return (int)tutti_mc_integrate(NULL, (tutti_rng){index, 1}, roots, NULL, 2, TESTING_SHARE(100000), out);
}

Test(integrate, nested_runs, .timeout = 60) {
  enum { RUNS = 20 };
  tutti_estimate alone[RUNS], within[RUNS];
  for (size_t i = 0; i < RUNS; i++) cr_assert_eq(estimate_within(i, NULL, &alone[i]), 0);
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    testing_expect(c.ctx, tutti_map(c.ctx, RUNS, estimate_within, NULL, within, sizeof *within), TUTTI_OK, "",
                   c.name);
    cr_assert(memcmp(alone, within, sizeof within) == 0, "%s", c.name);
  }
}

/* The outer call reports, from the calling thread; those within do not. */
typedef struct {
  pthread_t caller;
  size_t foreign, calls, total;
} reports;

static int note_report(void *user, size_t done, size_t total) {
  reports *r = user;
  (void)done;
  r->foreign += !pthread_equal(pthread_self(), r->caller) || total != 20;
  r->calls++;
  return 0;
}

Test(integrate, nested_runs_do_not_report, .timeout = 60) {
  tutti_estimate within[20];
  reports r = {.caller = pthread_self()};
  tutti_config config;
  tutti_config_default(&config);
  config.workers = 3;
  config.progress = note_report;
  config.progress_user = &r;
  tutti_ctx *ctx = testing_open(&config);
  cr_assert_eq(tutti_map(ctx, 20, estimate_within, NULL, within, sizeof *within), TUTTI_OK);
  cr_assert(r.calls > 0 && r.foreign == 0, "%zu of %zu calls", r.foreign, r.calls);
  tutti_close(ctx);
}

/* -- progress -- */

typedef struct {
  size_t calls, done, total, cancel_at;
} seen;

static int watch(void *user, size_t done, size_t total) {
  seen *s = user;
  cr_assert(done >= s->done && done <= total && (s->calls == 0 || total == s->total));
  *s = (seen){s->calls + 1, done, total, s->cancel_at};
  return s->cancel_at > 0 && done >= s->cancel_at;
}

Test(integrate, progress_is_of_the_whole) {
  enum { SAMPLES = TESTING_SHARE(1 << 20) };
  for (int way = 0; way < 4; way++) {
    seen s = {0};
    tutti_config config;
    tutti_config_default(&config);
    config.progress = watch;
    config.progress_user = &s;
    tutti_ctx *ctx = testing_open(&config);
    const tutti_mc_problem problem = roots_by((tutti_mc_sampling)way, false, SAMPLES);
    tutti_estimate e;
    cr_assert_eq(tutti_mc_run(ctx, (tutti_rng){1, 1}, &problem, &e), TUTTI_OK);
    cr_assert(s.done == SAMPLES && s.total == SAMPLES, "way %d: %zu of %zu", way, s.done, s.total);
    s = (seen){.cancel_at = SAMPLES / 8};
    tutti_estimate untouched = {1, 2, 3, 4, 5};
    testing_expect(ctx, tutti_mc_run(ctx, (tutti_rng){1, 1}, &problem, &untouched), TUTTI_ECANCELED,
                   "canceled", "progress");
    cr_assert(untouched.samples == 1 && untouched.ci_high == 5);
    s = (seen){0};
    tutti_estimate again;
    cr_assert_eq(tutti_mc_run(ctx, (tutti_rng){1, 1}, &problem, &again), TUTTI_OK);
    cr_assert(memcmp(&again, &e, sizeof e) == 0);
    tutti_close(ctx);
  }
}
