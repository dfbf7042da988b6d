/* Runge-Kutta ensembles: order of the method on equations with closed solutions, Lorenz's systems against a
 * plain program, the published Lyapunov spectrum, bits. */
#include <math.h>
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"

enum { LANES = TUTTI_ODE_BATCH };

/* x'' = -w^2 x as two components, w the third, which does not change. */
static int oscillator(double t, const double *s, double *rate, size_t dims, const void *args) {
  (void)t, (void)dims, (void)args;
  for (int j = 0; j < LANES; j++) {
    const double w = s[2 * LANES + j];
    rate[j] = s[LANES + j];
    rate[LANES + j] = -w * w * s[j];
    rate[2 * LANES + j] = 0;
  }
  return 0;
}

/* x' = t^3, which Simpson's rule, and so this method, integrates without error: that times are right. */
static int cube_of_time(double t, const double *s, double *rate, size_t dims, const void *args) {
  (void)s, (void)dims, (void)args;
  for (int j = 0; j < LANES; j++) rate[j] = t * t * t;
  return 0;
}

static double oscillator_error(size_t steps) {
  enum { MEMBERS = 11 };
  double state[MEMBERS][3], worst = 0;
  for (int m = 0; m < MEMBERS; m++) state[m][0] = 1, state[m][1] = 0, state[m][2] = 0.5 + 0.1 * m;
  const tutti_ode ode = {.rhs = oscillator, .dims = 3, .dt = 2. / (double)steps, .steps = steps};
  cr_assert_eq(tutti_ode_ensemble(NULL, &ode, MEMBERS, state[0], NULL), TUTTI_OK);
  for (int m = 0; m < MEMBERS; m++) {
    const double w = 0.5 + 0.1 * m;
    cr_assert(state[m][2] == w);
    worst = fmax(worst, fmax(fabs(state[m][0] - cos(2 * w)), fabs(state[m][1] + w * sin(2 * w))));
  }
  return worst;
}

Test(ode, fourth_order) {
  const double coarse = oscillator_error(20), fine = oscillator_error(40);
  cr_assert(coarse < 1e-4 && fabs(coarse / fine - 16) < 1, "errors %g, %g", coarse, fine);
}

Test(ode, time_runs_from_the_start) {
  double x[3] = {0, 10, 20};
  const tutti_ode ode = {.rhs = cube_of_time, .dims = 1, .start = 1, .dt = 0.25, .steps = 8};
  cr_assert_eq(tutti_ode_ensemble(NULL, &ode, 3, x, NULL), TUTTI_OK);
  for (int m = 0; m < 3; m++) cr_assert(fabs(x[m] - 10 * m - 20) < 1e-13, "%.17g", x[m]); /* (3^4 - 1) / 4 */
  const tutti_ode back = {.rhs = cube_of_time, .dims = 1, .start = 3, .dt = -0.25, .steps = 8};
  cr_assert_eq(tutti_ode_ensemble(NULL, &back, 3, x, NULL), TUTTI_OK);
  for (int m = 0; m < 3; m++) cr_assert(fabs(x[m] - 10 * m) < 1e-13, "%.17g", x[m]);
}

/* The oscillator, but for what a careless hand leaves out: a component, a member, a component late in time.
 */
typedef enum { ALL, NO_COMPONENT, NO_MEMBER, NOT_LATER } careless;
static int oscillate_carelessly(double t, const double *s, double *rate, size_t dims, const void *args) {
  const careless how = *(const careless *)args;
  (void)dims;
  for (int j = 0; j < LANES - (how == NO_MEMBER); j++) {
    rate[j] = s[LANES + j];
    if (how == ALL || how == NO_MEMBER || (how == NOT_LATER && t < 1)) rate[LANES + j] = -s[j];
  }
  return 0;
}

/* Not as a plausible number: not as the rate of another stage, step, batch or component. */
Test(ode, a_rate_that_is_left_out_is_nan) {
  enum { MEMBERS = 19 };
  for (careless how = ALL; how <= NOT_LATER; how++)
    for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
      double state[MEMBERS][2];
      for (int m = 0; m < MEMBERS; m++) state[m][0] = m, state[m][1] = 1;
      const tutti_ode ode = {.rhs = oscillate_carelessly, .args = &how, .dims = 2, .dt = 0.125, .steps = 16};
      cr_assert_eq(tutti_ode_ensemble(c.ctx, &ode, MEMBERS, state[0], NULL), TUTTI_OK);
      for (int m = 0; m < MEMBERS; m++) {
        const bool lost =
            how == NO_COMPONENT || how == NOT_LATER || (how == NO_MEMBER && m % LANES == LANES - 1);
        cr_assert(isnan(state[m][0]) == lost && isnan(state[m][1]) == lost, "%s, %d: member %d: %g, %g",
                  c.name, (int)how, m, state[m][0], state[m][1]);
      }
    }
}

/* -- Lorenz (1996) -- */

static void rate96(const double *x, double *rate, int n, double forcing) {
  for (int i = 0; i < n; i++)
    rate[i] = (x[(i + 1) % n] - x[(i + n - 2) % n]) * x[(i + n - 1) % n] - x[i] + forcing;
}

static void plain96(double *x, int n, double forcing, double h, int steps) {
  double k[4][64], y[64];
  for (int s = 0; s < steps; s++) {
    rate96(x, k[0], n, forcing);
    for (int i = 0; i < n; i++) y[i] = x[i] + h / 2 * k[0][i];
    rate96(y, k[1], n, forcing);
    for (int i = 0; i < n; i++) y[i] = x[i] + h / 2 * k[1][i];
    rate96(y, k[2], n, forcing);
    for (int i = 0; i < n; i++) y[i] = x[i] + h * k[2][i];
    rate96(y, k[3], n, forcing);
    for (int i = 0; i < n; i++) x[i] += h / 6 * (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]);
  }
}

/* Short enough that roundings do not grow: errors double in about half a unit of time. */
Test(ode, lorenz96_as_a_plain_program) {
  static const int sizes[] = {4, 5, 7, 40, 64};
  uint64_t seed = 1996;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    for (size_t members = 1; members <= 19; members += 6) {
      const int n = sizes[i];
      double x[19 * 64], expected[19 * 64];
      for (size_t k = 0; k < members * (size_t)n; k++)
        expected[k] = x[k] = 8 + (double)(data_bits(&seed) >> 11) * 0x1p-53;
      cr_assert_eq(tutti_lorenz96_run(NULL, 8, 0.01, 100, (size_t)n, members, x), TUTTI_OK);
      for (size_t m = 0; m < members; m++) {
        plain96(expected + m * (size_t)n, n, 8, 0.01, 100);
        for (int k = 0; k < n; k++)
          cr_assert(fabs(x[m * (size_t)n + (size_t)k] - expected[m * (size_t)n + (size_t)k]) < 1e-11,
                    "n = %d, member %zu of %zu: %.17g, not %.17g", n, m, members,
                    x[m * (size_t)n + (size_t)k], expected[m * (size_t)n + (size_t)k]);
      }
    }
}

/* x = forcing everywhere does not move. */
Test(ode, lorenz96_rests) {
  double x[3 * 40];
  for (int i = 0; i < 120; i++) x[i] = 0.5;
  cr_assert_eq(tutti_lorenz96_run(NULL, 0.5, 0.05, 1000, 40, 3, x), TUTTI_OK);
  for (int i = 0; i < 120; i++) cr_assert(x[i] == 0.5);
}

/* -- Lorenz (1963) -- */

static const double classical[] = {10, 28, 8. / 3};

/* The state and three tangent vectors: 12 components. */
static int with_tangents(double t, const double *s, double *rate, size_t dims, const void *args) {
  const double *p = args;
  (void)t, (void)dims;
  for (int j = 0; j < LANES; j++) {
    const double x = s[j], y = s[LANES + j], z = s[2 * LANES + j];
    rate[j] = p[0] * (y - x);
    rate[LANES + j] = x * (p[1] - z) - y;
    rate[2 * LANES + j] = x * y - p[2] * z;
    for (int v = 3; v < 12; v += 3) {
      const double *d = s + LANES * v + j;
      double *r = rate + LANES * v + j;
      r[0] = p[0] * (d[LANES] - d[0]);
      r[LANES] = (p[1] - z) * d[0] - d[LANES] - x * d[2 * LANES];
      r[2 * LANES] = y * d[0] + x * d[LANES] - p[2] * d[2 * LANES];
    }
  }
  return 0;
}

/* Gram and Schmidt; adds the logarithms of the lengths. */
static void orthonormalise(double *v, double *logs) {
  for (int i = 0; i < 3; i++) {
    for (int k = 0; k < i; k++) {
      double dot = 0;
      for (int c = 0; c < 3; c++) dot += v[3 * i + c] * v[3 * k + c];
      for (int c = 0; c < 3; c++) v[3 * i + c] -= dot * v[3 * k + c];
    }
    const double length =
        sqrt(v[3 * i] * v[3 * i] + v[3 * i + 1] * v[3 * i + 1] + v[3 * i + 2] * v[3 * i + 2]);
    for (int c = 0; c < 3; c++) v[3 * i + c] /= length;
    logs[i] += log(length);
  }
}

/* 0.906, 0, -14.572 (Sprott, "Chaos and time-series analysis", 2003; their sum is -(sigma + 1 + beta)). */
Test(ode, lyapunov_spectrum_of_lorenz63) {
  enum { MEMBERS = 16, WHOLE = 2000, SEGMENTS = TESTING_SHARE(WHOLE), STEPS = 50 };
  const double dt = 0.005, published[] = {0.9056, 0, -14.5723};
  double s[MEMBERS][12] = {{0}}, logs[3] = {0};
  for (int m = 0; m < MEMBERS; m++) {
    s[m][0] = 1 + 0.1 * m, s[m][1] = 1, s[m][2] = 20;
    s[m][3] = s[m][7] = s[m][11] = 1;
  }
  const tutti_ode ode = {.rhs = with_tangents, .args = classical, .dims = 12, .dt = dt, .steps = STEPS};
  for (int segment = -20; segment < SEGMENTS; segment++) {
    cr_assert_eq(tutti_ode_ensemble(NULL, &ode, MEMBERS, s[0], NULL), TUTTI_OK);
    if (segment == 0) logs[0] = logs[1] = logs[2] = 0;
    for (int m = 0; m < MEMBERS; m++) orthonormalise(s[m] + 3, logs);
  }
  const double error = 0.01 * sqrt((double)WHOLE / SEGMENTS);
  for (int i = 0; i < 3; i++) {
    const double exponent = logs[i] / (MEMBERS * SEGMENTS * STEPS * dt);
    cr_assert(fabs(exponent - published[i]) < error, "exponent %d: %g, not %g", i, exponent, published[i]);
  }
  const double sum = (logs[0] + logs[1] + logs[2]) / (MEMBERS * SEGMENTS * STEPS * dt);
  cr_assert(fabs(sum + 41. / 3) < 1e-4, "%.9g", sum);
}

Test(ode, lorenz63_is_the_equation) {
  double own[5 * 3], general[5][12] = {{0}};
  for (int m = 0; m < 5; m++)
    for (int k = 0; k < 3; k++) own[3 * m + k] = general[m][k] = 1 + m + 5 * k;
  const tutti_ode ode = {.rhs = with_tangents, .args = classical, .dims = 12, .dt = 0.01, .steps = 100};
  cr_assert_eq(tutti_ode_ensemble(NULL, &ode, 5, general[0], NULL), TUTTI_OK);
  cr_assert_eq(tutti_lorenz63_run(NULL, 10, 28, 8. / 3, 0.01, 100, 5, own), TUTTI_OK);
  for (int m = 0; m < 5; m++)
    for (int k = 0; k < 3; k++) cr_assert(fabs(own[3 * m + k] - general[m][k]) < 1e-9);
}

/* -- what is kept of trajectories -- */

typedef struct {
  size_t calls, first_step, last_step;
  double last_time, largest;
} kept;

static void keep(size_t member, size_t step, double t, const double *state, void *out, const void *args) {
  kept *k = out;
  (void)args;
  if (k->calls == 0) k->first_step = step;
  k->calls++;
  k->last_step = step;
  k->last_time = t;
  k->largest = fmax(k->largest, state[0]) + (member > 1000);
}

typedef struct {
  uint64_t members, order; /* order: a hash that depends on the sequence */
  kept last;
} all;

static void begin(void *acc, const void *args) {
  (void)args;
  *(all *)acc = (all){0};
}
static void add(void *acc, size_t member, const void *out, const void *args) {
  all *a = acc;
  (void)args;
  a->members++;
  a->order = a->order + (member + 1) * (member + 1);
  a->last = *(const kept *)out;
}
static void merge(void *into, const void *from, const void *args) {
  all *a = into;
  const all *b = from;
  (void)args;
  a->members += b->members;
  a->order += b->order;
  if (b->members) a->last = b->last;
}

Test(ode, trajectories_are_observed_and_reduced) {
  static const struct {
    size_t steps, every, calls, first, last;
  } cases[] = {
      {100, 0, 1, 100, 100}, {100, 1, 101, 0, 100}, {100, 30, 4, 0, 90}, {0, 0, 1, 0, 0}, {0, 5, 1, 0, 0}};
  enum { MEMBERS = 45 };
  for (CONTEXTS c = {0}; contexts_next(&c);)
    for (int i = 0; i < 5; i++) {
      double state[MEMBERS][3];
      for (int m = 0; m < MEMBERS; m++) state[m][0] = m, state[m][1] = 0, state[m][2] = 1;
      tutti_ode ode = {.rhs = oscillator,
                       .dims = 3,
                       .start = 2,
                       .dt = 0.1,
                       .steps = cases[i].steps,
                       .observe = keep,
                       .every = cases[i].every,
                       .out_size = sizeof(kept),
                       .acc_size = sizeof(all),
                       .init = begin,
                       .add = add,
                       .merge = merge};
      all a;
      testing_expect(c.ctx, tutti_ode_ensemble(c.ctx, &ode, MEMBERS, state[0], &a), TUTTI_OK, "", c.name);
      cr_assert(a.members == MEMBERS && a.order == 45 * 46 * 91 / 6, "%s: %llu members", c.name,
                (unsigned long long)a.members);
      cr_assert(a.last.calls == cases[i].calls && a.last.first_step == cases[i].first &&
                    a.last.last_step == cases[i].last,
                "%s, case %d: %zu calls, %zu .. %zu", c.name, i, a.last.calls, a.last.first_step,
                a.last.last_step);
      cr_assert(fabs(a.last.last_time - 2 - 0.1 * (double)cases[i].last) < 1e-12);
      if (cases[i].every) cr_assert(a.last.largest == 44, "%s: %g", c.name, a.last.largest);
    }
}

/* -- bits and errors -- */

Test(ode, same_bits_everywhere_and_members_by_themselves) {
  enum { N = 40, MEMBERS = 43 };
  static double first[MEMBERS * N], expected[MEMBERS * N], x[MEMBERS * N], y[3 * MEMBERS], z[3 * MEMBERS];
  uint64_t seed = 7;
  for (int i = 0; i < MEMBERS * N; i++) expected[i] = first[i] = data_scaled(&seed, -3, 3);
  for (int i = 0; i < 3 * MEMBERS; i++) z[i] = first[i];
  cr_assert_eq(tutti_lorenz96_run(NULL, 8, 0.05, 300, N, MEMBERS, expected), TUTTI_OK);
  cr_assert_eq(tutti_lorenz63_run(NULL, 10, 28, 8. / 3, 0.01, 300, MEMBERS, z), TUTTI_OK);
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    if (!contexts_asks(&c, 0)) continue;
    memcpy(x, first, sizeof x);
    memcpy(y, first, sizeof y);
    cr_assert_eq(tutti_lorenz96_run(c.ctx, 8, 0.05, 300, N, MEMBERS, x), TUTTI_OK);
    cr_assert_eq(tutti_lorenz63_run(c.ctx, 10, 28, 8. / 3, 0.01, 300, MEMBERS, y), TUTTI_OK);
    cr_assert(memcmp(x, expected, sizeof x) == 0 && memcmp(y, z, sizeof y) == 0, "%s", c.name);
  }
  for (int m = 0; m < MEMBERS; m += 6) {
    memcpy(x, first + m * N, N * sizeof *x);
    cr_assert_eq(tutti_lorenz96_run(NULL, 8, 0.05, 300, N, 1, x), TUTTI_OK);
    cr_assert(memcmp(x, expected + m * N, N * sizeof *x) == 0, "member %d", m);
  }
}

static int refuse(double t, const double *s, double *rate, size_t dims, const void *args) {
  (void)s, (void)dims, (void)args;
  for (int j = 0; j < LANES; j++) rate[j] = 0;
  return t > 0.5 ? 99 : 0;
}

static void refused(tutti_ode ode, const char *word) {
  double x[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  testing_expect(NULL, tutti_ode_ensemble(NULL, &ode, 2, x, NULL), TUTTI_EINVAL, word, word);
  for (int i = 0; i < 8; i++) cr_assert(x[i] == i + 1);
}

Test(ode, bad_arguments) {
  const tutti_ode good = {.rhs = refuse, .dims = 1, .dt = 0.1, .steps = 3};
  double x[8] = {0};
  tutti_ode o = good;
  o.rhs = NULL, refused(o, "rhs is NULL"), o = good;
  o.dims = 0, refused(o, "dims = 0"), o = good;
  o.dims = (1 << 20) + 1, refused(o, "dims = 1048577"), o = good;
  o.dt = NAN, refused(o, "dt = nan"), o = good;
  o.start = INFINITY, refused(o, "start = inf"), o = good;
  o.out_size = SIZE_MAX, refused(o, "out_size = "), o = good;
  o.acc_size = 8, refused(o, "acc is NULL"), o = good;
  o.acc_size = SIZE_MAX - 9, refused(o, "acc_size = 18446744073709551606"), o = good;
  o.add = add, refused(o, "acc_size = 0, but add"), o = good;
  o.steps = 100;
  testing_expect(NULL, tutti_ode_ensemble(NULL, &o, 2, x, NULL), TUTTI_EUSER, "99", "rhs");
  testing_expect(NULL, tutti_ode_ensemble(NULL, NULL, 2, x, NULL), TUTTI_EINVAL, "ode is NULL", "ode");
  testing_expect(NULL, tutti_ode_ensemble(NULL, &good, 2, NULL, NULL), TUTTI_EINVAL, "state is NULL",
                 "state");
  cr_assert_eq(tutti_ode_ensemble(NULL, &good, 0, NULL, NULL), TUTTI_OK);
  testing_expect(NULL, tutti_lorenz96_run(NULL, 8, 0.1, 1, 3, 1, x), TUTTI_EINVAL, "variables = 3",
                 "variables");
  testing_expect(NULL, tutti_lorenz96_run(NULL, NAN, 0.1, 1, 4, 1, x), TUTTI_EINVAL, "forcing = nan",
                 "forcing");
  testing_expect(NULL, tutti_lorenz96_run(NULL, 8, INFINITY, 1, 4, 1, x), TUTTI_EINVAL, "dt = inf", "dt");
  testing_expect(NULL, tutti_lorenz96_run(NULL, 8, 0.1, 1, 4, 1, NULL), TUTTI_EINVAL, "state is NULL",
                 "state");
  testing_expect(NULL, tutti_lorenz63_run(NULL, NAN, 1, 1, 0.1, 1, 1, x), TUTTI_EINVAL, "sigma = nan",
                 "sigma");
}
