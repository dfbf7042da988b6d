/* Ensemble Kalman filters against Kalman's formulas for the ensemble's mean and covariance, and against
 * published errors of twin experiments with Lorenz (1996). */
#include <math.h>
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"

enum { V = 5, N = 12 };

/* Without it every analysis is refused, and says why. */
static bool has_openblas(void) {
  double state[2] = {0, 1}, value = 1;
  const tutti_observations seen = {1, NULL, &value, 1};
  const tutti_status status =
      tutti_assimilate(NULL, (tutti_rng){1, 1}, &(tutti_analysis){.filter = TUTTI_ENKF}, &seen, 1, 2, state);
  if (status == TUTTI_OK) return true;
  testing_expect(NULL, status, TUTTI_EUNSUPPORTED, "OpenBLAS", "without OpenBLAS");
  cr_assert(state[0] == 0 && state[1] == 1);
  return false;
}

static void moments(const double *state, size_t members, size_t variables, double *mean, double *covariance) {
  for (size_t i = 0; i < variables; i++) {
    mean[i] = 0;
    for (size_t m = 0; m < members; m++) mean[i] += state[m * variables + i] / (double)members;
  }
  for (size_t i = 0; i < variables; i++)
    for (size_t j = 0; j < variables; j++) {
      double sum = 0;
      for (size_t m = 0; m < members; m++)
        sum += (state[m * variables + i] - mean[i]) * (state[m * variables + j] - mean[j]);
      covariance[i * variables + j] = sum / ((double)members - 1);
    }
}

static void random_state(uint64_t seed, double *state, size_t n) {
  for (size_t i = 0; i < n; i++) state[i] = 3 * tutti_normal_at((tutti_rng){seed, 9}, i) + (double)(i % V);
}

static void assimilate(tutti_ctx *ctx, tutti_analysis how, tutti_observations seen, double *state) {
  const tutti_status status = tutti_assimilate(ctx, (tutti_rng){1, 2}, &how, &seen, V, N, state);
  cr_assert(status == TUTTI_OK, "%s", tutti_error_detail(ctx));
}

static const size_t where[] = {3, 0};
static const double value[] = {1.5, -2};
static const tutti_observations two = {2, where, value, 0.7};

/* Kalman: gain = P H' (H P H' + R)^-1, mean + gain d, (I - gain H) P; two observations, so a 2 x 2 inverse.
 */
static void kalman(const double *mean, const double *p, double *mean_a, double *p_a) {
  const double a = p[3 * V + 3] + 0.7, b = p[3 * V + 0], c = p[0] + 0.7, det = a * c - b * b;
  const double inverse[2][2] = {{c / det, -b / det}, {-b / det, a / det}};
  for (int i = 0; i < V; i++) {
    const double ph[2] = {p[i * V + 3], p[i * V]};
    double gain[2];
    for (int k = 0; k < 2; k++) gain[k] = ph[0] * inverse[0][k] + ph[1] * inverse[1][k];
    mean_a[i] = mean[i] + gain[0] * (value[0] - mean[3]) + gain[1] * (value[1] - mean[0]);
    for (int j = 0; j < V; j++) p_a[i * V + j] = p[i * V + j] - gain[0] * p[3 * V + j] - gain[1] * p[j];
  }
}

Test(assimilate, kalmans_formulas) {
  if (!has_openblas()) return;
  for (int filter = TUTTI_ENKF; filter <= TUTTI_LETKF; filter++)
    for (uint64_t seed = 1; seed < 6; seed++) {
      double state[N * V], mean[V], p[V * V], mean_a[V], p_a[V * V], got[V], got_p[V * V];
      random_state(seed, state, N * V);
      moments(state, N, V, mean, p);
      kalman(mean, p, mean_a, p_a);
      /* so wide that every weight is 1 but for 1e-15 */
      assimilate(NULL, (tutti_analysis){.filter = (tutti_filter)filter, .radius = 1e8}, two, state);
      moments(state, N, V, got, got_p);
      for (int i = 0; i < V; i++) {
        cr_assert(fabs(got[i] - mean_a[i]) < 1e-11, "filter %d: mean %d: %.15g, not %.15g", filter, i, got[i],
                  mean_a[i]);
        for (int j = 0; j < V && filter != TUTTI_ENKF; j++)
          cr_assert(fabs(got_p[i * V + j] - p_a[i * V + j]) < 1e-10,
                    "filter %d: covariance %d, %d: %.15g, not %.15g", filter, i, j, got_p[i * V + j],
                    p_a[i * V + j]);
      }
    }
}

/* The stochastic filter has the right covariance on average only: over 2 000 analyses of one forecast. */
Test(assimilate, stochastic_covariance_on_average) {
  if (!has_openblas()) return;
  enum { TRIALS = 2000 };
  double first[N * V], mean[V], p[V * V], mean_a[V], p_a[V * V], sum[V * V] = {0};
  random_state(3, first, N * V);
  moments(first, N, V, mean, p);
  kalman(mean, p, mean_a, p_a);
  const tutti_analysis how = {.filter = TUTTI_ENKF};
  for (uint64_t trial = 0; trial < TRIALS; trial++) {
    double state[N * V], got[V], got_p[V * V];
    memcpy(state, first, sizeof state);
    cr_assert_eq(tutti_assimilate(NULL, (tutti_rng){5, trial}, &how, &two, V, N, state), TUTTI_OK);
    moments(state, N, V, got, got_p);
    for (int i = 0; i < V * V; i++) sum[i] += got_p[i] / TRIALS;
  }
  for (int i = 0; i < V; i++)
    cr_assert(fabs(sum[i * V + i] - p_a[i * V + i]) < 0.02 * p[i * V + i], "variance %d: %g, not %g", i,
              sum[i * V + i], p_a[i * V + i]);
}

/* Three members of variance 1, an observation of variance 1: Kalman's variance is 1/2. */
Test(assimilate, perturbations_have_the_observations_variance) {
  if (!has_openblas()) return;
  enum { TRIALS = 20000 };
  const double zero = 0;
  const tutti_observations seen = {1, NULL, &zero, 1};
  const tutti_analysis how = {.filter = TUTTI_ENKF};
  double sum = 0;
  for (uint64_t trial = 0; trial < TRIALS; trial++) {
    double state[3] = {-1, 0, 1}, mean, variance;
    cr_assert_eq(tutti_assimilate(NULL, (tutti_rng){6, trial}, &how, &seen, 1, 3, state), TUTTI_OK);
    moments(state, 3, 1, &mean, &variance);
    sum += variance / TRIALS;
  }
  cr_assert(fabs(sum - 0.5) < 0.015, "%g", sum);
}

/* An observation a billion times as precise as the forecast and more: the mean moves as Kalman's formula
 * says. */
Test(assimilate, precise_observations) {
  if (!has_openblas()) return;
  enum { MEMBERS = 10 };
  const double one = 1;
  for (int filter = TUTTI_ENKF; filter <= TUTTI_LETKF; filter++)
    for (double variance = 1e-4; variance > 1e-30; variance *= 1e-4) {
      double state[MEMBERS * V], mean[V], p[V * V], got[V], got_p[V * V];
      random_state(12, state, MEMBERS * V);
      moments(state, MEMBERS, V, mean, p);
      const tutti_analysis how = {.filter = (tutti_filter)filter, .radius = 1e8};
      const tutti_observations seen = {1, NULL, &one, variance};
      cr_assert(tutti_assimilate(NULL, (tutti_rng){1, 2}, &how, &seen, V, MEMBERS, state) == TUTTI_OK, "%s",
                tutti_error_detail(NULL));
      moments(state, MEMBERS, V, got, got_p);
      for (int i = 0; i < V; i++) {
        const double expected = mean[i] + p[i] / (p[0] + variance) * (1 - mean[0]);
        cr_assert(fabs(got[i] - expected) < 1e-12, "filter %d, %g: %.15g, not %.15g", filter, variance,
                  got[i], expected);
        const double left = p[i * V + i] - p[i] * p[i] / (p[0] + variance);
        if (filter != TUTTI_ENKF)
          cr_assert(fabs(got_p[i * V + i] - left) < 1e-12 * p[i * V + i], "filter %d, %g: %g, not %g", filter,
                    variance, got_p[i * V + i], left);
      }
    }
}

/* -- many observations, against the same formulas in 113 bits -- */

#ifdef __SIZEOF_FLOAT128__
__extension__ typedef __float128 quad;
#else
typedef long double quad; /* which has as many, where there is no other */
#endif

enum { E_V = 30, E_N = 20, E_MOST = 40 };

/* matrix x = right, in place; N x N, symmetric and positive: Gauss without pivots. */
static void solve(quad matrix[E_N][E_N], quad right[E_N]) {
  for (int k = 0; k < E_N; k++)
    for (int i = k + 1; i < E_N; i++) {
      const quad f = matrix[i][k] / matrix[k][k];
      for (int j = k; j < E_N; j++) matrix[i][j] -= f * matrix[k][j];
      right[i] -= f * right[k];
    }
  for (int k = E_N - 1; k >= 0; k--) {
    for (int j = k + 1; j < E_N; j++) right[k] -= matrix[k][j] * right[j];
    right[k] /= matrix[k][k];
  }
}

static quad column_mean(const double *x, size_t rows, size_t cols, size_t c) {
  quad sum = 0;
  for (size_t r = 0; r < rows; r++) sum += (quad)x[r * cols + c];
  return sum / (quad)rows;
}

/* Where the member of deviation `y` (of each observation from the mean), perturbed by z standard deviations,
 * goes: D' ((N - 1) R + Y Y')^-1 Y (value + sqrt(R) z - predicted). */
static void expect_member(const double *state, const tutti_observations *seen, const double *z, int member,
                          quad out[E_V]) {
  static quad matrix[E_N][E_N], y[E_N][E_MOST];
  quad right[E_N] = {0};
  const int p = (int)seen->count;
  for (int k = 0; k < p; k++) {
    const size_t place = seen->where[k];
    const quad mean = column_mean(state, E_N, E_V, place);
    for (int i = 0; i < E_N; i++) y[i][k] = (quad)state[(size_t)i * E_V + place] - mean;
    const quad noise = z ? ((quad)z[member * p + k] - column_mean(z, E_N, (size_t)p, (size_t)k)) : 0;
    const quad own = z ? y[member][k] + mean : mean;
    const quad missing = (quad)seen->value[k] + (quad)sqrt(seen->variance) * noise - own;
    for (int i = 0; i < E_N; i++) right[i] += y[i][k] * missing;
  }
  for (int i = 0; i < E_N; i++)
    for (int j = 0; j < E_N; j++) {
      matrix[i][j] = i == j ? (E_N - 1) * (quad)seen->variance : 0;
      for (int k = 0; k < p; k++) matrix[i][j] += y[i][k] * y[j][k];
    }
  solve(matrix, right);
  for (int v = 0; v < E_V; v++) {
    const quad mean = column_mean(state, E_N, E_V, (size_t)v);
    out[v] = z ? (quad)state[member * E_V + v] : mean;
    for (int i = 0; i < E_N; i++) out[v] += right[i] * ((quad)state[i * E_V + v] - mean);
  }
}

/* Members of the stochastic filter, the others' mean. */
static void check_against_quad(tutti_filter filter, const tutti_observations *seen) {
  enum { SIZE = E_N * E_V };
  const tutti_rng rng = {21, 4};
  const tutti_analysis how = {.filter = filter, .radius = 1e12};
  double before[SIZE], after[SIZE], z[E_N * E_MOST];
  random_state(31, before, SIZE);
  memcpy(after, before, sizeof after);
  cr_assert_eq(tutti_normal(NULL, rng, 0, z, E_N * seen->count), TUTTI_OK);
  cr_assert(tutti_assimilate(NULL, rng, &how, seen, E_V, E_N, after) == TUTTI_OK, "%g: %s", seen->variance,
            tutti_error_detail(NULL));
  for (int m = 0; m < (filter == TUTTI_ENKF ? E_N : 1); m++) {
    quad expected[E_V];
    expect_member(before, seen, filter == TUTTI_ENKF ? z : NULL, m, expected);
    for (int v = 0; v < E_V; v++) {
      const quad got =
          filter == TUTTI_ENKF ? (quad)after[m * E_V + v] : column_mean(after, E_N, E_V, (size_t)v);
      const double error = fabs((double)(got - expected[v]));
      cr_assert(error < 1e-11,
                "filter %d, variance %g, %zu observations: variable %d of member %d errs by %g", (int)filter,
                seen->variance, seen->count, v, m, error);
    }
  }
}

/* The tolerance: some hundred roundings of states of 10 by deviations whose singular values are 1 to 30.
 * As many observations as say more than 20 members can follow, and as few, and some twice. */
Test(assimilate, any_precision_of_observations, .timeout = 120) {
  if (!has_openblas()) return;
  double value_of[E_MOST];
  size_t each[E_MOST], few[E_MOST];
  for (size_t k = 0; k < E_MOST; k++) value_of[k] = tutti_normal_at((tutti_rng){41, 1}, k);
  for (size_t k = 0; k < E_MOST; k++) each[k] = k * 7 % E_V, few[k] = k % 6;
  const struct {
    const size_t *where;
    size_t count;
  } sets[] = {{each, 25}, {each, 40}, {each, 3}, {few, 15}, {few, 30}};
  for (int filter = TUTTI_ENKF; filter <= TUTTI_LETKF; filter++)
    for (int exponent = -16; exponent <= 16; exponent += 2)
      for (int i = 0; i < 5; i++)
        check_against_quad((tutti_filter)filter,
                           &(tutti_observations){sets[i].count, sets[i].where, value_of, pow(10, exponent)});
}

Test(assimilate, inflation_and_rotation) {
  if (!has_openblas()) return;
  for (int filter = TUTTI_ENKF; filter <= TUTTI_LETKF; filter++) {
    double plain[N * V], turned[N * V], mean[V], p[V * V], got[V], got_p[V * V];
    random_state(4, plain, N * V);
    memcpy(turned, plain, sizeof plain);
    assimilate(NULL, (tutti_analysis){.filter = (tutti_filter)filter, .radius = 1}, two, plain);
    assimilate(
        NULL,
        (tutti_analysis){.filter = (tutti_filter)filter, .radius = 1, .inflation = 1.5, .rotation = true},
        two, turned);
    moments(plain, N, V, mean, p);
    moments(turned, N, V, got, got_p);
    for (int i = 0; i < V; i++) {
      cr_assert(fabs(got[i] - mean[i]) < 1e-12);
      for (int j = 0; j < V; j++) cr_assert(fabs(got_p[i * V + j] - 2.25 * p[i * V + j]) < 1e-11);
    }
    double apart = 0;
    for (int i = 0; i < N * V; i++) apart = fmax(apart, fabs(turned[i] - plain[i]));
    cr_assert(apart > 0.1, "nothing turned: %g", apart);
  }
}

/* An observation of variable 0 on a ring of 40 reaches as far as 2 c = 8, on both sides. */
Test(assimilate, local_analyses_are_local) {
  if (!has_openblas()) return;
  enum { RING = 40 };
  double state[N * RING], before[N * RING];
  const double one = 4;
  const tutti_observations seen = {1, NULL, &one, 0.5};
  const tutti_analysis how = {.filter = TUTTI_LETKF, .radius = 4};
  random_state(8, before, N * RING);
  memcpy(state, before, sizeof state);
  cr_assert_eq(tutti_assimilate(NULL, (tutti_rng){1, 2}, &how, &seen, RING, N, state), TUTTI_OK);
  for (size_t v = 0; v < RING; v++) {
    double moved = 0;
    for (size_t m = 0; m < N; m++) moved = fmax(moved, fabs(state[m * RING + v] - before[m * RING + v]));
    const size_t distance = v < RING - v ? v : RING - v;
    cr_assert(distance < 8 ? moved > 1e-9 : moved < 1e-13, "variable %zu moved by %g", v, moved);
  }
}

/* -- twin experiments -- */

static double twin_error(tutti_analysis how, size_t members, int cycles) {
  enum { VARIABLES = 40, BURN_IN = 400, MOST = 40 };
  double truth[VARIABLES], seen[VARIABLES], *state = malloc(MOST * VARIABLES * sizeof *state), sum = 0;
  const tutti_observations observations = {VARIABLES, NULL, seen, 1};
  for (size_t i = 0; i < VARIABLES * (members + 1); i++) {
    const double x = (i % VARIABLES == 0) + sqrt(0.001) * tutti_normal_at((tutti_rng){11, 0}, i);
    if (i < VARIABLES) truth[i] = x;
    else state[i - VARIABLES] = x;
  }
  for (int cycle = 0; cycle < BURN_IN + cycles; cycle++) {
    cr_assert_eq(tutti_lorenz96_run(NULL, 8, 0.05, 1, VARIABLES, 1, truth), TUTTI_OK);
    cr_assert_eq(tutti_lorenz96_run(NULL, 8, 0.05, 1, VARIABLES, members, state), TUTTI_OK);
    for (size_t i = 0; i < VARIABLES; i++)
      seen[i] = truth[i] + tutti_normal_at((tutti_rng){12, 0}, (uint64_t)cycle * VARIABLES + i);
    cr_assert(tutti_assimilate(NULL, (tutti_rng){13, (uint64_t)cycle}, &how, &observations, VARIABLES,
                               members, state) == TUTTI_OK,
              "%s", tutti_error_detail(NULL));
    double square = 0;
    for (size_t i = 0; i < VARIABLES; i++) {
      double mean = 0;
      for (size_t m = 0; m < members; m++) mean += state[m * VARIABLES + i] / (double)members;
      square += (mean - truth[i]) * (mean - truth[i]) / VARIABLES;
    }
    if (cycle >= BURN_IN) sum += sqrt(square) / cycles;
  }
  free(state);
  return sum;
}

/* Mean analysis errors as Sakov and Oke (2008) and Raanes ("DAPPER", 2018) publish them: 0.22, 0.18; with
 * localisation, few members do (0.22 for 7). */
Test(assimilate, twin_experiments_with_lorenz96, .timeout = 250) {
  enum { CYCLES = TESTING_SHARE(10000), FEWER_CYCLES = TESTING_SHARE(1000) };
  const double more = sqrt(10000. / CYCLES); /* a mean of fewer errors errs more */
  if (!has_openblas()) return;
  const double stochastic = twin_error((tutti_analysis){.filter = TUTTI_ENKF, .inflation = 1.06}, 40, CYCLES);
  cr_assert(fabs(stochastic - 0.22) < 0.02 * more, "stochastic: %g", stochastic);
  const double root =
      twin_error((tutti_analysis){.filter = TUTTI_ETKF, .inflation = 1.013, .rotation = true}, 24, CYCLES);
  cr_assert(fabs(root - 0.18) < 0.02 * more, "square root: %g", root);
  const double local =
      twin_error((tutti_analysis){.filter = TUTTI_LETKF, .inflation = 1.04, .rotation = true, .radius = 7.28},
                 7, FEWER_CYCLES);
  cr_assert(fabs(local - 0.22) < 0.03 * more, "local: %g", local);
}

/* -- bits and errors -- */

Test(assimilate, same_bits_for_any_workers) {
  if (!has_openblas()) return;
  for (int filter = TUTTI_ENKF; filter <= TUTTI_LETKF; filter++) {
    const tutti_analysis how = {
        .filter = (tutti_filter)filter, .radius = 2, .inflation = 1.1, .rotation = true};
    double first[N * V], expected[N * V], state[N * V];
    random_state(6, first, N * V);
    memcpy(expected, first, sizeof first);
    assimilate(NULL, how, two, expected);
    for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
      memcpy(state, first, sizeof first);
      assimilate(c.ctx, how, two, state);
      cr_assert(memcmp(state, expected, sizeof state) == 0, "filter %d, %s", filter, c.name);
    }
  }
}

static void refused(tutti_analysis how, tutti_observations seen, size_t variables, size_t members,
                    const char *word) {
  double state[N * V], before[N * V];
  random_state(2, state, N * V);
  memcpy(before, state, sizeof state);
  testing_expect(NULL, tutti_assimilate(NULL, (tutti_rng){1, 1}, &how, &seen, variables, members, state),
                 TUTTI_EINVAL, word, word);
  cr_assert(memcmp(state, before, sizeof state) == 0);
}

static void refused_state(double bad, size_t place, const char *word) {
  for (int filter = TUTTI_ENKF; filter <= TUTTI_LETKF; filter++) {
    const tutti_analysis how = {.filter = (tutti_filter)filter, .radius = 1};
    double state[N * V], before[N * V];
    random_state(2, state, N * V);
    state[place] = bad;
    memcpy(before, state, sizeof state);
    testing_expect(NULL, tutti_assimilate(NULL, (tutti_rng){1, 1}, &how, &two, V, N, state), TUTTI_EINVAL,
                   word, word);
    cr_assert(memcmp(state, before, sizeof state) == 0);
  }
}

Test(assimilate, a_forecast_that_is_not_finite) {
  refused_state(NAN, 2 * V + 3, "state: variable 3 of member 2 is nan");
  refused_state(NAN, 5 * V + 4, "variable 4 of member 5"); /* not observed */
  refused_state(-INFINITY, 0, "variable 0 of member 0 is -inf");
}

/* Squares overflow: an analysis is finite, or refused. */
Test(assimilate, a_forecast_near_the_largest_double) {
  if (!has_openblas()) return;
  for (int filter = TUTTI_ENKF; filter <= TUTTI_LETKF; filter++) {
    const tutti_analysis how = {.filter = (tutti_filter)filter, .radius = 1};
    double state[N * V];
    random_state(2, state, N * V);
    state[V] = 1.7e308;
    const tutti_status status = tutti_assimilate(NULL, (tutti_rng){1, 1}, &how, &two, V, N, state);
    if (status) testing_expect(NULL, status, TUTTI_EINVAL, "is too large for a double", "overflow");
    for (int i = 0; i < N * V; i++) cr_assert(isfinite(state[i]), "filter %d, %d", filter, i);
  }
}

Test(assimilate, bad_arguments) {
  const tutti_analysis good = {.filter = TUTTI_LETKF, .radius = 1};
  tutti_analysis h = good;
  tutti_observations s = two;
  const double infinite[] = {1, INFINITY};
  h.filter = (tutti_filter)3, refused(h, s, V, N, "filter = 3"), h = good;
  h.inflation = -1, refused(h, s, V, N, "inflation = -1"), h = good;
  h.radius = 0, refused(h, s, V, N, "radius = 0");
  refused(good, s, V, 1, "members = 1");
  refused(good, s, V, 1025, "members = 1025");
  refused(good, s, 0, N, "variables = 0");
  refused(good, s, 3, N, "observation 0 is of variable 3 of 3");
  s.count = 0, refused(good, s, V, N, "count = 0"), s = two;
  s.count = 4097, refused(good, s, V, N, "count = 4097"), s = two;
  s.variance = 0, refused(good, s, V, N, "variance = 0"), s = two;
  s.value = infinite, refused(good, s, V, N, "value[1] = inf");
  s.value = NULL, refused(good, s, V, N, "value is NULL");
  double state[N * V] = {0};
  testing_expect(NULL, tutti_assimilate(NULL, (tutti_rng){1, 1}, NULL, &two, V, N, state), TUTTI_EINVAL,
                 "how", "how");
  testing_expect(NULL, tutti_assimilate(NULL, (tutti_rng){1, 1}, &good, NULL, V, N, state), TUTTI_EINVAL,
                 "seen", "seen");
  testing_expect(NULL, tutti_assimilate(NULL, (tutti_rng){1, 1}, &good, &two, V, N, NULL), TUTTI_EINVAL,
                 "state", "state");
}
