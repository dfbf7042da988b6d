/* The dry atmosphere: published numbers, a plain program, symmetry, conservation, the same bits everywhere.
 */
#include <math.h>
#include <signal.h>
#include <stdlib.h>

#include "../support/ranks_of_threads.h"
#include "../support/testing.h"
#include "plain_atmosphere.h"

static tutti_atmosphere *create(tutti_ctx *ctx, tutti_atmosphere_case which, size_t nx, size_t nz) {
  tutti_atmosphere *m = NULL;
  testing_expect(ctx, tutti_atmosphere_create(ctx, which, nx, nz, &m), TUTTI_OK, "", "create");
  return m;
}
static tutti_atmosphere_state state_of(tutti_ctx *ctx, tutti_atmosphere *m) {
  tutti_atmosphere_state s;
  testing_expect(ctx, tutti_atmosphere_get(m, &s), TUTTI_OK, "", "get");
  return s;
}

/* The relative change of the reference's energy to 400 s is that of miniWeather. */
Test(atmosphere, loses_the_published_energy) {
  for (CONTEXTS c = every_isa(); contexts_next(&c);) {
    tutti_atmosphere *m = create(c.ctx, TUTTI_THERMAL, 100, 50);
    const tutti_atmosphere_state before = state_of(c.ctx, m);
    testing_expect(c.ctx, tutti_atmosphere_run(m, 400), TUTTI_OK, "", c.name);
    const tutti_atmosphere_state after = state_of(c.ctx, m);
    const double change = (after.reference_energy - before.reference_energy) / before.reference_energy;
    cr_assert(fabs(change - -4.141519e-05) < 1e-9, "%s: %.9e", c.name, change);
    cr_assert(after.time == 400 && after.steps == 600, "%g s, %zu steps", after.time, after.steps);
    cr_assert(fabs(after.total_energy / before.total_energy - 1) < 1e-6, "%g", after.total_energy);
    tutti_atmosphere_destroy(m);
  }
}

Test(atmosphere, closed_cases_keep_their_mass) {
  static const size_t grids[][2] = {{100, 50}, {37, 19}, {64, 64}, {20, 40}, {3, 2}};
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  for (int which = TUTTI_THERMAL; which <= TUTTI_DENSITY_CURRENT; which++)
    for (size_t g = 0; g < sizeof grids / sizeof *grids; g++) {
      tutti_atmosphere *m = create(ctx, (tutti_atmosphere_case)which, grids[g][0], grids[g][1]);
      const double before = state_of(ctx, m).mass;
      testing_expect(ctx, tutti_atmosphere_run(m, 200), TUTTI_OK, "", "run");
      const double drift = state_of(ctx, m).mass / before - 1;
      cr_assert(fabs(drift) < 1e-13, "case %d, %zu x %zu: %g", which, grids[g][0], grids[g][1], drift);
      tutti_atmosphere_destroy(m);
    }
  tutti_close(ctx);
}

/* -- against plain loops -- */

static void compare(tutti_ctx *ctx, tutti_atmosphere *m, plain_atmosphere *p) {
  static double rho[PLAIN_MOST * PLAIN_MOST], u[PLAIN_MOST * PLAIN_MOST], w[PLAIN_MOST * PLAIN_MOST],
      theta[PLAIN_MOST * PLAIN_MOST];
  testing_expect(ctx, tutti_atmosphere_field(m, TUTTI_ATM_DENSITY_PERTURBATION, rho), TUTTI_OK, "", "rho");
  testing_expect(ctx, tutti_atmosphere_field(m, TUTTI_ATM_U, u), TUTTI_OK, "", "u");
  testing_expect(ctx, tutti_atmosphere_field(m, TUTTI_ATM_W, w), TUTTI_OK, "", "w");
  testing_expect(ctx, tutti_atmosphere_field(m, TUTTI_ATM_THETA, theta), TUTTI_OK, "", "theta");
  for (int k = 0; k < p->nz; k++)
    for (int i = 0; i < p->nx; i++) {
      const int at = k * p->nx + i;
      const double density = p->q[0][k + 2][i + 2] + plain_rho(p, (k + 0.5) * p->dz);
      const double rho_theta = p->q[3][k + 2][i + 2] + plain_rho_theta(p, (k + 0.5) * p->dz);
      /* Rounding: of p, 1e5 Pa, 1e-11 a step; of theta, 300 K, 1e-13. */
      cr_assert(fabs(rho[at] - p->q[0][k + 2][i + 2]) < 1e-12 &&
                    fabs(u[at] - p->q[1][k + 2][i + 2] / density) < 1e-9 &&
                    fabs(w[at] - p->q[2][k + 2][i + 2] / density) < 1e-9 &&
                    fabs(theta[at] - rho_theta / density) < 1e-9,
                "case %d, %d x %d, (%d, %d): %.15g %.15g %.15g %.15g, not %.15g %.15g %.15g %.15g", p->which,
                p->nx, p->nz, i, k, rho[at], u[at], w[at], theta[at], p->q[0][k + 2][i + 2],
                p->q[1][k + 2][i + 2] / density, p->q[2][k + 2][i + 2] / density, rho_theta / density);
    }
}

/* Differences of which the pressure's series knows nothing. */
static void extreme(double x, double z, tutti_atmosphere_point *p, const void *args) {
  (void)args;
  p->theta = plain_warmth(5, x, z);
}
static tutti_atmosphere *create_extreme(tutti_ctx *ctx, size_t nx, size_t nz) {
  tutti_atmosphere_setup setup;
  tutti_atmosphere *m = NULL;
  testing_expect(ctx, tutti_atmosphere_setup_of(TUTTI_THERMAL, nx, nz, &setup), TUTTI_OK, "", "setup");
  setup.perturbation = extreme;
  testing_expect(ctx, tutti_atmosphere_create_from(ctx, &setup, &m), TUTTI_OK, "", "create");
  return m;
}

Test(atmosphere, is_what_plain_loops_compute) {
  static const int grids[][2] = {{1, 1}, {2, 1}, {3, 2}, {1, 5}, {7, 5}, {33, 17}, {40, 3}};
  static plain_atmosphere p;
  for (CONTEXTS c = every_isa(); contexts_next(&c);)
    for (int which = 0; which < 6; which++)
      for (size_t g = 0; g < sizeof grids / sizeof *grids; g++) {
        const int nx = grids[g][0], nz = grids[g][1];
        tutti_atmosphere *m = which == 5
                                  ? create_extreme(c.ctx, (size_t)nx, (size_t)nz)
                                  : create(c.ctx, (tutti_atmosphere_case)which, (size_t)nx, (size_t)nz);
        plain_start(&p, which, nx, nz);
        compare(c.ctx, m, &p);
        const double until = 6.3 * fmin(p.dx, p.dz) / 300; /* six steps and a part */
        plain_run(&p, until);
        testing_expect(c.ctx, tutti_atmosphere_run(m, until), TUTTI_OK, "", c.name);
        compare(c.ctx, m, &p);
        tutti_atmosphere_destroy(m);
      }
}

/* -- symmetry and rest -- */

static bool mirrored(const double *a, size_t nx, size_t nz, double sign) {
  for (size_t k = 0; k < nz; k++)
    for (size_t i = 0; i < nx; i++)
      if (a[k * nx + i] != sign * a[k * nx + nx - 1 - i]) return false;
  return true;
}

Test(atmosphere, symmetric_states_stay_so_bit_by_bit) {
  static const size_t widths[] = {40, 41, 100};
  static double a[100 * 20];
  for (CONTEXTS c = every_isa(); contexts_next(&c);)
    for (int which = TUTTI_THERMAL; which <= TUTTI_DENSITY_CURRENT; which++)
      for (size_t n = 0; n < 3; n++) {
        tutti_atmosphere *m = create(c.ctx, (tutti_atmosphere_case)which, widths[n], 20);
        testing_expect(c.ctx, tutti_atmosphere_run(m, 100), TUTTI_OK, "", c.name);
        for (int f = TUTTI_ATM_DENSITY; f <= TUTTI_ATM_PRESSURE; f++) {
          testing_expect(c.ctx, tutti_atmosphere_field(m, (tutti_atmosphere_field_t)f, a), TUTTI_OK, "",
                         "field");
          cr_assert(mirrored(a, widths[n], 20, f == TUTTI_ATM_U ? -1 : 1), "%s: case %d, %zu cells, field %d",
                    c.name, which, widths[n], f);
        }
        tutti_atmosphere_destroy(m);
      }
}

static double warm_above(double z, const void *args) {
  (void)args;
  return 280 + 0.004 * z;
}

/* All the scheme knows are perturbations: without any it has nothing to do, to the last bit. */
Test(atmosphere, rests_where_nothing_pushes) {
  const tutti_atmosphere_setup setup = {
      .nx = 19, .nz = 23, .width = 3000, .height = 9000, .theta = warm_above};
  double a[19 * 23];
  tutti_atmosphere *m;
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  testing_expect(ctx, tutti_atmosphere_create_from(ctx, &setup, &m), TUTTI_OK, "", "create");
  testing_expect(ctx, tutti_atmosphere_run(m, 500), TUTTI_OK, "", "run");
  for (int f = TUTTI_ATM_DENSITY_PERTURBATION; f <= TUTTI_ATM_W_PERTURBATION; f++) {
    testing_expect(ctx, tutti_atmosphere_field(m, (tutti_atmosphere_field_t)f, a), TUTTI_OK, "", "field");
    for (int i = 0; i < 19 * 23; i++) cr_assert(a[i] == 0, "field %d: %g", f, a[i]);
  }
  tutti_atmosphere_destroy(m);
  tutti_close(ctx);
}

/* -- the same bits everywhere -- */

enum { NX = 45, NZ = 27, ALL = NX * NZ };

static void fields_of(tutti_ctx *ctx, tutti_atmosphere *m, double *out) {
  for (int f = 0; f < 4; f++)
    testing_expect(ctx, tutti_atmosphere_field(m, (tutti_atmosphere_field_t)f, out + f * ALL), TUTTI_OK, "",
                   "field");
}
static void play_case(tutti_ctx *ctx, tutti_atmosphere_case which, double *out, tutti_atmosphere_state *s) {
  tutti_atmosphere *m = create(ctx, which, NX, NZ);
  testing_expect(ctx, tutti_atmosphere_run(m, 7), TUTTI_OK, "", "run");
  testing_expect(ctx, tutti_atmosphere_run(m, 12.5), TUTTI_OK, "", "run");
  fields_of(ctx, m, out);
  *s = state_of(ctx, m);
  tutti_atmosphere_destroy(m);
}
static bool equal(const double *a, const tutti_atmosphere_state *s, const double *b,
                  const tutti_atmosphere_state *t) {
  return memcmp(a, b, 4 * ALL * sizeof *a) == 0 && s->mass == t->mass && s->steps == t->steps &&
         s->reference_energy == t->reference_energy && s->total_energy == t->total_energy;
}

static double expected[4 * ALL];
static tutti_atmosphere_state expected_state;

Test(atmosphere, has_the_same_bits_in_every_context, .timeout = 300) {
  static double got[4 * ALL];
  for (int which = TUTTI_THERMAL; which <= TUTTI_GRAVITY_WAVES; which++) {
    bool first = true;
    for (CONTEXTS c = {.every_isa = true, .schedules = BY_DYNAMIC}; contexts_next(&c); first = false) {
      tutti_atmosphere_state s;
      play_case(c.ctx, (tutti_atmosphere_case)which, first ? expected : got, first ? &expected_state : &s);
      cr_assert(first || equal(expected, &expected_state, got, &s), "case %d: %s", which, c.name);
    }
  }
}

static int play_rank(tutti_ctx *ctx, int rank, int ranks) {
  double *got = malloc(4 * ALL * sizeof *got);
  tutti_atmosphere_state s;
  (void)rank, (void)ranks;
  play_case(ctx, TUTTI_GRAVITY_WAVES, got, &s);
  const bool same = equal(expected, &expected_state, got, &s);
  free(got);
  return !same;
}

static bool no_ranks;
static int try_rank(tutti_ctx *ctx, int rank, int ranks) {
  static double out[MOST_RANKS][24 * 2];
  tutti_atmosphere *m;
  (void)ranks;
  if (tutti_atmosphere_create(ctx, TUTTI_THERMAL, 2, 24, &m)) return 1;
  if (tutti_atmosphere_field(m, TUTTI_ATM_W, out[rank]) == TUTTI_EUNSUPPORTED) no_ranks = true;
  tutti_atmosphere_destroy(m);
  return 0;
}

Test(atmosphere, has_the_same_bits_over_ranks, .timeout = 300) {
  with_ranks(2, 1, false, 0, try_rank);
  if (no_ranks) cr_skip_test("grids are not exchanged over ranks");
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  play_case(ctx, TUTTI_GRAVITY_WAVES, expected, &expected_state);
  tutti_close(ctx);
  everywhere(play_rank);
}

/* A gust next to where ranks meet: all of them say the same, and keep the state before it. */
static void gust(double x, double z, tutti_atmosphere_point *p, const void *args) {
  (void)args;
  if (fabs(x - 9000) < 500 && fabs(z - 5000) < 400) p->w = 700;
}
static char gust_detail[320];
static int blow(tutti_ctx *ctx, int rank, int ranks) {
  static double out[MOST_RANKS][2][ALL];
  tutti_atmosphere_setup setup;
  tutti_atmosphere *m;
  int wrong = 0;
  (void)ranks;
  if (tutti_atmosphere_setup_of(TUTTI_THERMAL, NX, NZ, &setup)) return 1;
  setup.perturbation = gust;
  if (tutti_atmosphere_create_from(ctx, &setup, &m)) return 2;
  if (tutti_atmosphere_field(m, TUTTI_ATM_W, out[rank][0])) wrong = 3;
  if (tutti_atmosphere_run(m, 10) != TUTTI_EINVAL) wrong = 4;
  if (ranks == 1 && !gust_detail[0]) strcpy(gust_detail, tutti_error_detail(ctx));
  if (strcmp(gust_detail, tutti_error_detail(ctx)) != 0) wrong = 5;
  if (tutti_atmosphere_field(m, TUTTI_ATM_W, out[rank][1])) wrong = 6;
  if (memcmp(out[rank][0], out[rank][1], sizeof out[rank][0]) != 0) wrong = 7;
  tutti_atmosphere_destroy(m);
  return wrong;
}

Test(atmosphere, stops_on_all_ranks_at_the_same_cell) {
  with_ranks(2, 1, false, 0, try_rank);
  if (no_ranks) cr_skip_test("grids are not exchanged over ranks");
  everywhere(blow);
  cr_assert(strstr(gust_detail, "step 1, at 0 s: at cell ("), "%s", gust_detail);
}

/* One rank alone has enough; all of them stop after the same step. */
static int cancel_run(tutti_ctx *ctx, int rank, int ranks) {
  tutti_atmosphere *m;
  tutti_atmosphere_state s = {0};
  (void)rank;
  if (tutti_atmosphere_create(ctx, TUTTI_THERMAL, NX, NZ, &m)) return 1;
  const tutti_status status = tutti_atmosphere_run(m, 12 * 10000.0 / NZ / 300);
  if (tutti_atmosphere_get(m, &s)) return 2;
  tutti_atmosphere_destroy(m);
  return ranks == 1 ? status != TUTTI_OK : status != TUTTI_ECANCELED ? 3 : s.steps == 3 ? 0 : 4;
}

Test(atmosphere, is_canceled_on_all_ranks) {
  with_ranks(2, 1, false, 0, try_rank);
  if (no_ranks) cr_skip_test("grids are not exchanged over ranks");
  canceling = true;
  everywhere(cancel_run);
  canceling = false;
}

/* Workers that are killed in the middle of steps are replaced, and their columns computed again. */
static int kill_worker(void *user, size_t done, size_t total) {
  int *kills = user, worker = 0;
  char path[64];
  (void)done, (void)total;
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  FILE *children = *kills < 3 ? fopen(path, "re") : NULL;
  if (children && fscanf(children, "%d", &worker) == 1 && kill(worker, 9) == 0) ++*kills;
  if (children) fclose(children);
  return 0;
}

Test(atmosphere, survives_workers_that_die) {
  static double got[4 * ALL];
  tutti_atmosphere_state s;
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  play_case(ctx, TUTTI_COLLISION, expected, &expected_state);
  tutti_close(ctx);
  int kills = 0;
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_PROCESSES;
  config.workers = 2;
  config.progress = kill_worker;
  config.progress_user = &kills;
  ctx = testing_open(&config);
  play_case(ctx, TUTTI_COLLISION, got, &s);
  cr_assert(equal(expected, &expected_state, got, &s));
  tutti_close(ctx);
}
