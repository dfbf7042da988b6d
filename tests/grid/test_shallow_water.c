/* Shallow water: the published numbers, a plain program, waves whose speed is known, symmetries, sums. */
#include <float.h>
#include <math.h>

#include "../support/testing.h"
#include "shallow_water_plain.h"

/* 16 x 16 points after 4 000 steps of "swim" (NCAR/SWM): p, u and v on the diagonal, which repeats. */
static const double swim[8][3] = {
    {50002.357521735, -0.706506848, 0.699336762}, {49994.985692226, -1.534692069, 1.530293450},
    {49990.376843796, -1.240699116, 1.241928380}, {49991.351963515, 0.002896972, 0.002722785},
    {49997.465958992, 1.467849424, -1.461104993}, {50005.016867472, 2.296289553, -2.291792600},
    {50009.454953569, 2.002808874, -2.002913658}, {50008.300747055, 0.758921808, -0.763928293}};

/* And the sum of p stays: each of 4 000 steps rounds each of 256 pressures, by at most 2^-38 where p < 2^16.
 */
Test(shallow_water, is_the_benchmark_swim) {
  enum { N = 16, STEPS = 4000 };
  tutti_shallow_water_grid grid;
  tutti_shallow_water_grid_default(&grid);
  grid.nx = grid.ny = N;
  for (CONTEXTS c = every_isa_also_threaded(); contexts_next(&c);) {
    tutti_shallow_water *m;
    double field[3][N * N];
    tutti_shallow_water_totals first, last;
    testing_expect(c.ctx, tutti_shallow_water_create(c.ctx, &grid, &m), TUTTI_OK, "", c.name);
    cr_assert(tutti_shallow_water_sums(m, &first) == TUTTI_OK && first.steps == 0 && first.time == 0);
    cr_assert(fabs(first.mass - 50000. * N * N) < 1e-8, "%s: %.17g", c.name, first.mass);
    testing_expect(c.ctx, tutti_shallow_water_step(m, STEPS), TUTTI_OK, "", c.name);
    for (int f = 0; f < 3; f++)
      cr_assert(tutti_shallow_water_field(m, (tutti_shallow_water_field_t)f, field[f]) == TUTTI_OK);
    for (int i = 0; i < N; i++)
      for (int f = 0; f < 3; f++)
        cr_assert(fabs(field[f][i * N + i] - swim[i % 8][f]) <= 1e-8 * (f ? 1 : swim[i % 8][f]),
                  "%s: %c(%d, %d) = %.17g", c.name, "puv"[f], i, i, field[f][i * N + i]);
    cr_assert(tutti_shallow_water_sums(m, &last) == TUTTI_OK && last.steps == STEPS &&
              last.time == 90. * STEPS);
    cr_assert(fabs(last.mass - 50000. * N * N) < 0x1p-38 * STEPS * N * N, "%s: %.17g", c.name, last.mass);
    tutti_shallow_water_destroy(m);
  }
}

/* -- a plain program -- */

/* The largest difference of a field, as a share of its largest value. */
static double difference(const double *x, const real *expected, size_t n) {
  real worst = 0, largest = 0;
  for (size_t k = 0; k < n; k++) {
    worst = fmaxl(worst, fabsl(x[k] - expected[k]));
    largest = fmaxl(largest, fabsl(expected[k]));
  }
  return (double)(largest > 0 ? worst / largest : worst);
}

static void check_as_plain(tutti_ctx *ctx, const char *name, size_t nx, size_t ny, size_t steps) {
  const tutti_shallow_water_grid grid = {nx, ny, 1e3, 700, 3, .01, 0};
  const size_t n = nx * ny;
  state s = state_at_random(n, nx + 1000 * ny);
  plain p;
  plain_open(&p, &grid, s.field);
  tutti_shallow_water *m;
  testing_expect(ctx, tutti_shallow_water_create(ctx, &grid, &m), TUTTI_OK, "", name);
  testing_expect(ctx, tutti_shallow_water_set(m, s.field[0], s.field[1], s.field[2]), TUTTI_OK, "", name);
  testing_expect(ctx, tutti_shallow_water_step(m, steps), TUTTI_OK, "", name);
  for (size_t k = 0; k < steps; k++) plain_step(&p);
  plain_diagnose(&p);
  real *enstrophy = malloc(n * sizeof(real));
  for (size_t k = 0; k < n; k++) enstrophy[k] = p.q[k] * p.z[k] * p.z[k] / 2;
  const real *const expected[] = {p.now[0], p.now[1], p.now[2], p.z, enstrophy, p.energy};
  double *field = malloc(n * sizeof *field);
  for (int f = TUTTI_SW_P; f <= TUTTI_SW_ENERGY; f++) {
    testing_expect(ctx, tutti_shallow_water_field(m, (tutti_shallow_water_field_t)f, field), TUTTI_OK, "",
                   name);
    /* Some roundings of 2^-53 a step. z is a difference of velocities that may nearly cancel. */
    const double most = (double)(steps + 4) * (f < 3 || f == TUTTI_SW_ENERGY ? 4e-16 : 4e-15);
    const double worst = difference(field, expected[f], n);
    cr_assert(worst <= most, "%s, %zu x %zu, %zu steps, field %d: off by %g", name, nx, ny, steps, f, worst);
  }
  free(field);
  free(enstrophy);
  tutti_shallow_water_destroy(m);
  plain_close(&p);
  state_free(&s);
}

Test(shallow_water, as_a_plain_program) {
  static const size_t sizes[][2] = {{1, 1},  {1, 9},  {2, 1},   {2, 3},    {3, 2},    {5, 7},
                                    {16, 8}, {17, 9}, {16, 33}, {100, 37}, {37, 100}, {4, 1100}};
  for (CONTEXTS c = every_isa_also_threaded(); contexts_next(&c);)
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
      for (size_t steps = 0; steps <= 9; steps += 1 + steps)
        check_as_plain(c.ctx, c.name, sizes[k][0], sizes[k][1], steps);
}

/* -- waves -- */

/* A wave of small amplitude over depth D (p = D): p = D + e cos(k x - w t), u = e / c cos(k x - w t), with c
 * = sqrt(D), w = c k. In x, or in y. Returns the largest error of p after half a period, as a share of e. */
static double wave_error(size_t n, bool in_y) {
  const double length = 1e6, depth = 1e4, e = 1e-4, dx = length / (double)n, k = 2 * M_PI / length, c = 100;
  const size_t steps = 4 * n, nx = in_y ? 3 : n, ny = in_y ? n : 3;
  const tutti_shallow_water_grid grid = {nx, ny, dx, dx, length / c / 2 / (double)steps, 0, 0};
  state s = state_of(nx * ny);
  for (size_t i = 0; i < nx; i++)
    for (size_t j = 0; j < ny; j++) {
      const double at = (double)(in_y ? j : i);
      s.field[0][i * ny + j] = depth + e * cos(k * dx * at);
      s.field[in_y ? 2 : 1][i * ny + j] = e / c * cos(k * dx * (at - 0.5));
    }
  cr_assert(state_run(NULL, &grid, &s, steps) == TUTTI_OK);
  double worst = 0;
  for (size_t i = 0; i < nx; i++)
    for (size_t j = 0; j < ny; j++) {
      const double expected = depth + e * cos(k * dx * (double)(in_y ? j : i) - M_PI);
      worst = fmax(worst, fabs(s.field[0][i * ny + j] - expected) / e);
    }
  state_free(&s);
  return worst;
}

/* Waves travel at sqrt(p), with an error of second order. The first step is of first order, but it is one. */
Test(shallow_water, gravity_waves_travel_at_their_speed) {
  for (int in_y = 0; in_y < 2; in_y++) {
    const double coarse = wave_error(16, in_y), middle = wave_error(32, in_y), fine = wave_error(64, in_y);
    cr_assert(coarse < 0.05 && fabs(coarse / middle - 4) < 0.3 && fabs(middle / fine - 4) < 0.1,
              "errors %g, %g, %g", coarse, middle, fine);
  }
}

/* Water that moves everywhere alike goes on so, but for its pressure: nothing changes at all. */
Test(shallow_water, uniform_flow_stays) {
  const tutti_shallow_water_grid grid = {9, 20, 1e3, 2e3, 5, .1, 0};
  state s = state_of(180);
  for (int k = 0; k < 180; k++) s.field[0][k] = 1000, s.field[1][k] = 3, s.field[2][k] = -2;
  cr_assert(state_run(NULL, &grid, &s, 101) == TUTTI_OK);
  for (int k = 0; k < 180; k++) cr_assert(s.field[0][k] == 1000 && s.field[1][k] == 3 && s.field[2][k] == -2);
  state_free(&s);
}

/* -- symmetries, bit by bit -- */

typedef enum { MIRROR_X, MIRROR_Y, SHIFT, EXCHANGE, SYMMETRIES } symmetry;
static const char *const symmetry_names[] = {"mirrored in x", "mirrored in y", "shifted",
                                             "x and y exchanged"};

static state turned(const state *s, size_t nx, size_t ny, symmetry how) {
  state t = state_of(nx * ny);
  for (size_t i = 0; i < nx; i++)
    for (size_t j = 0; j < ny; j++) {
      const size_t k = i * ny + j, xp = (nx - 1 - i) * ny + j, xu = (nx - i) % nx * ny + j;
      const size_t yp = i * ny + ny - 1 - j, yv = i * ny + (ny - j) % ny, other = j * nx + i;
      const size_t shifted = (i + 3) % nx * ny + (j + 5) % ny;
      for (int f = 0; f < 3; f++) {
        const double x = s->field[f][k];
        if (how == MIRROR_X) t.field[f][f == 1 ? xu : xp] = f == 1 ? -x : x;
        if (how == MIRROR_Y) t.field[f][f == 2 ? yv : yp] = f == 2 ? -x : x;
        if (how == SHIFT) t.field[f][shifted] = x;
        if (how == EXCHANGE) t.field[f ? 3 - f : 0][other] = x;
      }
    }
  return t;
}

Test(shallow_water, mirrored_states_stay_mirrored) {
  enum { NX = 13, NY = 22, STEPS = 41 };
  for (CONTEXTS c = every_isa_also_threaded(); contexts_next(&c);)
    for (symmetry how = MIRROR_X; how < SYMMETRIES; how++) {
      const double dy = how == EXCHANGE ? 1e3 : 700;
      const bool swap = how == EXCHANGE;
      const tutti_shallow_water_grid grid = {NX, NY, 1e3, dy, 3, .01, 0};
      const tutti_shallow_water_grid other = {swap ? NY : NX, swap ? NX : NY, 1e3, dy, 3, .01, 0};
      state s = state_at_random(NX * NY, 7), t = turned(&s, NX, NY, how);
      testing_expect(c.ctx, state_run(c.ctx, &grid, &s, STEPS), TUTTI_OK, "", c.name);
      testing_expect(c.ctx, state_run(c.ctx, &other, &t, STEPS), TUTTI_OK, "", c.name);
      state expected = turned(&s, NX, NY, how);
      cr_assert(state_same(&t, &expected, NX * NY), "%s: not the state that is %s", c.name,
                symmetry_names[how]);
      state_free(&s), state_free(&t), state_free(&expected);
    }
}

/* -- sums -- */

/* Those of the fields' values, by the exact accumulator. */
Test(shallow_water, sums_are_those_of_the_fields) {
  enum { NX = 70, NY = 611 };
  static double field[NX * NY];
  const tutti_shallow_water_grid grid = {NX, NY, 1e3, 700, 3, .01, 0};
  state s = state_at_random(NX * NY, 99);
  for (CONTEXTS c = every_isa_also_threaded(); contexts_next(&c);) {
    static const tutti_shallow_water_field_t fields[] = {TUTTI_SW_P, TUTTI_SW_ENERGY, TUTTI_SW_ENSTROPHY};
    tutti_shallow_water *m;
    tutti_shallow_water_totals totals;
    testing_expect(c.ctx, tutti_shallow_water_create(c.ctx, &grid, &m), TUTTI_OK, "", c.name);
    testing_expect(c.ctx, tutti_shallow_water_set(m, s.field[0], s.field[1], s.field[2]), TUTTI_OK, "",
                   c.name);
    testing_expect(c.ctx, tutti_shallow_water_step(m, 3), TUTTI_OK, "", c.name);
    testing_expect(c.ctx, tutti_shallow_water_sums(m, &totals), TUTTI_OK, "", c.name);
    const double sums[] = {totals.mass, totals.energy, totals.enstrophy};
    for (int f = 0; f < 3; f++) {
      tutti_exact exact;
      cr_assert(tutti_shallow_water_field(m, fields[f], field) == TUTTI_OK);
      tutti_exact_init(&exact);
      for (int k = 0; k < NX * NY; k++) tutti_exact_add(&exact, field[k]);
      cr_assert(sums[f] == tutti_exact_round(&exact), "%s: sum %d is %.17g", c.name, f, sums[f]);
    }
    tutti_shallow_water_destroy(m);
  }
  state_free(&s);
}

/* The change of the enstrophy in 2 000 s of the benchmark's flow, as a share. */
static double enstrophy_change(size_t steps) {
  const tutti_shallow_water_grid grid = {24, 32, 1e5, 8e4, 2000. / (double)steps, 0, 1e6};
  tutti_shallow_water *m;
  tutti_shallow_water_totals first, last;
  cr_assert(tutti_shallow_water_create(NULL, &grid, &m) == TUTTI_OK);
  cr_assert(tutti_shallow_water_sums(m, &first) == TUTTI_OK);
  cr_assert(tutti_shallow_water_step(m, steps) == TUTTI_OK);
  cr_assert(tutti_shallow_water_sums(m, &last) == TUTTI_OK);
  tutti_shallow_water_destroy(m);
  return fabs(last.enstrophy / first.enstrophy - 1);
}

/* In space nothing is lost: what is lost is of second order in the length of a step. */
Test(shallow_water, keeps_the_potential_enstrophy) {
  const double coarse = enstrophy_change(50), middle = enstrophy_change(100), fine = enstrophy_change(200);
  cr_assert(coarse < 1e-4 && fabs(coarse / middle - 4) < 0.4 && fabs(middle / fine - 4) < 0.4,
            "changes %g, %g, %g", coarse, middle, fine);
}
