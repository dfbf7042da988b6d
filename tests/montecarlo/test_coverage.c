/* How often intervals of 95 % hold the truth when they rest on few observations: counted over seeds, within 4
 * standard deviations of the count. */
#include <math.h>

#include "../support/testing.h"

enum { WHOLE = 4000, SEEDS = TESTING_SHARE(WHOLE) };

typedef struct {
  tutti_mc_problem problem;
  double truth;
} question;

static tutti_ctx *serial;

static void enter(void) { serial = testing_open_backend(TUTTI_SERIAL, 1); }
static void leave(void) { tutti_close(serial); }

static double coverage(const question *q, uint64_t seed) {
  int held = 0;
  for (uint64_t stream = 0; stream < SEEDS; stream++) {
    tutti_estimate e;
    testing_expect(serial, tutti_mc_run(serial, (tutti_rng){seed, stream}, &q->problem, &e), TUTTI_OK, "",
                   "run");
    held += e.ci_low <= q->truth && q->truth <= e.ci_high;
  }
  return (double)held / SEEDS;
}

static void covers(const question *q, uint64_t seed, double rate) {
  const double found = coverage(q, seed), sd = sqrt(rate * (1 - rate) / SEEDS);
  cr_assert(fabs(found - rate) <= 4 * sd, "%llu: %.4f, not %.4f +- %.4f", (unsigned long long)seed, found,
            rate, 4 * sd);
}

/* Where an interval is only nearly exact: within `most` of 95 % over all seeds, and of a share of them in
 * proportion to the count's standard deviation. */
static void nearly_covers(const question *q, uint64_t seed, double most) {
  const double found = coverage(q, seed);
  cr_assert(fabs(found - 0.95) < most * sqrt((double)WHOLE / SEEDS), "%llu: %.4f", (unsigned long long)seed,
            found);
}

static double normal(double u) { return tutti_normal_icdf(u); }

/* -- independent points -- */

static int normals(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) f[p] = normal(u[p * dims]);
  return 0;
}

/* Student's is exact for normal observations. */
Test(coverage, plain, .init = enter, .fini = leave) {
  static const uint64_t samples[] = {2, 3, 5, 16, 100};
  for (size_t i = 0; i < 5; i++)
    covers(&(question){{.f = normals, .dims = 1, .samples = samples[i]}, 0}, 10 + i, 0.95);
}

static int uniforms(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) f[p] = u[p * dims];
  return 0;
}

/* Two uniforms x and y: |x + y - 1| <= t |x - y| holds for t / (1 + t) of the square. */
Test(coverage, two_uniforms, .init = enter, .fini = leave) {
  const double t = 12.706204736174694;
  covers(&(question){{.f = uniforms, .dims = 1, .samples = 2}, 0.5}, 20, t / (1 + t));
}

/* 0 at u or at 1 - u, and a normal at the other: pairs are observations. */
static int half_normals(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) f[p] = u[p * dims] < 0.5 ? normal(2 * u[p * dims]) : 0;
  return 0;
}

Test(coverage, antithetic, .init = enter, .fini = leave) {
  static const uint64_t samples[] = {4, 6, 20};
  for (size_t i = 0; i < 3; i++)
    covers(&(question){{.f = half_normals, .dims = 1, .sampling = TUTTI_MC_ANTITHETIC, .samples = samples[i]},
                       0},
           30 + i, 0.95);
}

/* -- controls: regression with normal errors is exact, too -- */

static int controlled(const double *u, size_t dims, size_t points, double *f, const void *args) {
  const double factor = *(const double *)args;
  for (size_t p = 0; p < points; p++) {
    f[2 * p + 1] = normal(u[p * dims]);
    f[2 * p] = factor * f[2 * p + 1] + normal(u[p * dims + 1]);
  }
  return 0;
}

Test(coverage, control, .init = enter, .fini = leave) {
  static const uint64_t samples[] = {3, 4, 8, 30};
  static const double factor[] = {2, 0, -1, 1000};
  for (size_t i = 0; i < 4; i++)
    covers(
        &(question){{.f = controlled, .args = &factor[i], .dims = 2, .samples = samples[i], .control = true},
                    0},
        40 + i, 0.95);
}

/* -- strata: in its cell an interval is stretched to a normal, with an error of the cell's own -- */

typedef struct {
  size_t strata;
  double error[16];
} cells;

static int in_cells(const double *u, size_t dims, size_t points, double *f, const void *args) {
  const cells *c = args;
  for (size_t p = 0; p < points; p++) {
    const double at = u[p * dims] * (double)c->strata, cell = floor(at);
    f[p] = cell + c->error[(int)cell] * normal(fmax(at - cell, 0x1p-54));
  }
  return 0;
}

static question stratified(const cells *c, uint64_t samples) {
  return (question){{.f = in_cells,
                     .args = c,
                     .dims = 1,
                     .sampling = TUTTI_MC_STRATIFIED,
                     .strata = c->strata,
                     .samples = samples},
                    ((double)c->strata - 1) / 2};
}

/* All the error is one cell's: as many degrees of freedom as it has pairs, one. */
Test(coverage, one_cell_has_all_the_error, .init = enter, .fini = leave) {
  const cells c = {4, {0, 0, 1, 0}};
  const question q = stratified(&c, 8);
  covers(&q, 50, 0.95);
}

/* Satterthwaite's is an approximation: from 2 cells or with errors of 1 to 256 to within 2.5 %. */
Test(coverage, cells, .init = enter, .fini = leave) {
  static const struct {
    cells cells;
    uint64_t samples;
  } cases[] = {{{2, {1, 1}}, 4},
               {{4, {1, 1, 1, 1}}, 8},
               {{16, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}}, 32},
               {{8, {1, 4, 9, 16, 25, 36, 49, 64}}, 16},
               {{16, {1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121, 144, 169, 196, 225, 256}}, 96}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const question q = stratified(&cases[i].cells, cases[i].samples);
    nearly_covers(&q, 60 + i, 0.025);
  }
}

/* The control explains all but what one cell adds: the degree of freedom is what is left of that cell. */
static int controlled_in_cells(const double *u, size_t dims, size_t points, double *f, const void *args) {
  const cells *c = args;
  for (size_t p = 0; p < points; p++) {
    const double at = u[p * dims] * (double)c->strata, cell = floor(at);
    const double other = u[p * dims + 1] * (double)c->strata, row = floor(other);
    f[2 * p + 1] = normal(fmax(at - cell, 0x1p-54));
    f[2 * p] = 1000 * f[2 * p + 1] + c->error[(int)cell] * normal(fmax(other - row, 0x1p-54));
  }
  return 0;
}

Test(coverage, cells_with_a_control, .init = enter, .fini = leave) {
  static const cells all[] = {{2, {1, 1}}, {4, {1, 1, 1, 1}}, {4, {0.1, 0.2, 4, 0.1}}};
  for (size_t i = 0; i < 3; i++) {
    const question q = {{.f = controlled_in_cells,
                         .args = &all[i],
                         .dims = 2,
                         .sampling = TUTTI_MC_STRATIFIED,
                         .strata = all[i].strata,
                         .samples = 2,
                         .control = true},
                        0};
    nearly_covers(&q, 70 + i, 0.03);
  }
}

/* -- replicates of a Sobol' sequence: one point each is scrambled to a uniform -- */

Test(coverage, replicates, .init = enter, .fini = leave) {
  static const size_t replicates[] = {2, 3, 16};
  for (size_t i = 0; i < 3; i++)
    covers(
        &(question){
            {.f = normals, .dims = 1, .sampling = TUTTI_MC_SOBOL, .samples = 1, .replicates = replicates[i]},
            0},
        80 + i, 0.95);
  const double factor = 3;
  covers(&(question){{.f = controlled,
                      .args = &factor,
                      .dims = 2,
                      .sampling = TUTTI_MC_SOBOL,
                      .samples = 1,
                      .replicates = 3,
                      .control = true},
                     0},
         85, 0.95);
}

/* -- shares: at least 95 %, more where few counts are possible -- */

static void at_least(double found, double rate, const char *what) {
  cr_assert(found >= rate - 4 * sqrt(rate * (1 - rate) / SEEDS), "%s: %.4f", what, found);
}

Test(coverage, coins, .init = enter, .fini = leave) {
  static const struct {
    double p;
    uint64_t tosses;
  } cases[] = {{0.01, 100}, {0.001, 100}, {0.5, 1}, {0.5, 10}, {0.97, 30}, {0.2, 50}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int held = 0;
    for (uint64_t s = 0; s < SEEDS; s++) {
      tutti_estimate e;
      cr_assert_eq(tutti_mc_coin(serial, (tutti_rng){90 + i, s}, cases[i].p, cases[i].tosses, &e), TUTTI_OK);
      held += e.ci_low <= cases[i].p && cases[i].p <= e.ci_high;
    }
    at_least((double)held / SEEDS, 0.95, "coin");
  }
}

Test(coverage, pi, .init = enter, .fini = leave) {
  static const uint64_t samples[] = {1, 2, 10, 100};
  for (size_t i = 0; i < 4; i++) {
    int held = 0;
    for (uint64_t s = 0; s < SEEDS; s++) {
      tutti_estimate e;
      cr_assert_eq(tutti_mc_pi(serial, (tutti_rng){100 + i, s}, samples[i], &e), TUTTI_OK);
      held += e.ci_low <= M_PI && M_PI <= e.ci_high;
      cr_assert(e.ci_low >= 0 && e.ci_high <= 4 && e.ci_low < e.ci_high);
    }
    at_least((double)held / SEEDS, 0.95, "pi");
  }
}

/* From the middle of 0 .. 20: ruin 1/2, 100 steps, whose skewness of about 2 costs 8 walks some 3 %. */
Test(coverage, walks, .init = enter, .fini = leave) {
  int ruin = 0, steps = 0;
  for (uint64_t s = 0; s < SEEDS; s++) {
    tutti_walk_result r;
    cr_assert_eq(tutti_mc_walk(serial, (tutti_rng){110, s}, &(tutti_walk){10, 20, 0.5}, 8, &r), TUTTI_OK);
    ruin += r.ruin.ci_low <= 0.5 && 0.5 <= r.ruin.ci_high;
    steps += r.steps.ci_low <= 100 && 100 <= r.steps.ci_high;
  }
  at_least((double)ruin / SEEDS, 0.95, "ruin");
  at_least((double)steps / SEEDS, 0.91, "steps");
}
