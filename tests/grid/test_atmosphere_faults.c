/* The dry atmosphere: what is refused, fails or is canceled, and what state stays. */
#include <math.h>
#include <stdlib.h>

#include "../support/testing.h"

enum { NX = 30, NZ = 16, ALL = NX * NZ };

static tutti_atmosphere_setup setup_of(tutti_atmosphere_case which) {
  tutti_atmosphere_setup s;
  testing_expect(NULL, tutti_atmosphere_setup_of(which, NX, NZ, &s), TUTTI_OK, "", "setup");
  return s;
}

static double number; /* what the functions below give */
static double theta(double z, const void *args) {
  (void)args;
  return z > 5000 ? number : 300;
}
static double density(double z, const void *args) {
  (void)args;
  return z > 5000 ? number : 1;
}
static double push(double x, double z, const void *args) {
  (void)args;
  return x > 10000 && z > 5000 ? number : 0;
}
static void flow(double z, double *u, double *theta_in, const void *args) {
  (void)z, (void)args;
  *u = number;
  *theta_in = 300;
}
static int field;
static void perturb(double x, double z, tutti_atmosphere_point *p, const void *args) {
  (void)args;
  if (x < 10000 || z < 5000) return;
  *(field == 0 ? &p->density : field == 1 ? &p->u : field == 2 ? &p->w : &p->theta) = number;
}

static void refused(tutti_ctx *ctx, const tutti_atmosphere_setup *s, const char *word) {
  tutti_atmosphere *m = (tutti_atmosphere *)ctx; /* untouched */
  testing_expect(ctx, tutti_atmosphere_create_from(ctx, s, &m), TUTTI_EINVAL, word, word);
  cr_assert(m == (tutti_atmosphere *)ctx);
}

Test(atmosphere_faults, bad_numbers_are_refused_with_their_place) {
  static const double bad[] = {(double)NAN, (double)INFINITY, -400, -(double)INFINITY};
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  for (int b = 0; b < 4; b++) {
    tutti_atmosphere_setup s = setup_of(TUTTI_THERMAL);
    number = bad[b];
    s.density = density;
    refused(ctx, &s, "the background at z = 5");
    s = setup_of(TUTTI_THERMAL);
    s.theta = theta;
    refused(ctx, &s, "the background at z = 5");
    for (field = 0; field < 4; field++) {
      if (bad[b] == -400 && (field == 1 || field == 2)) continue;
      s = setup_of(TUTTI_THERMAL);
      s.perturbation = perturb;
      refused(ctx, &s, "the initial state at x = 100");
    }
    s = setup_of(TUTTI_THERMAL);
    s.forcing = push;
    if (bad[b] != -400) refused(ctx, &s, "the forcing at x = 103");
    s = setup_of(TUTTI_THERMAL);
    s.inflow = flow;
    if (bad[b] != -400) refused(ctx, &s, "the inflow at z = 312.5");
  }
  tutti_close(ctx);
}

Test(atmosphere_faults, bad_arguments_are_refused) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  tutti_atmosphere *m;
  tutti_atmosphere_state state;
  double out[ALL];
  tutti_atmosphere_setup s = setup_of(TUTTI_THERMAL);
  s.nx = 0;
  refused(ctx, &s, "nx = 0");
  s.nx = (size_t)-1;
  refused(ctx, &s, "nx = 18446744073709551615");
  s = setup_of(TUTTI_THERMAL);
  s.width = -1;
  refused(ctx, &s, "width = -1");
  s.width = (double)NAN;
  refused(ctx, &s, "width = nan");
  s = setup_of(TUTTI_THERMAL);
  s.max_speed = -3;
  refused(ctx, &s, "max_speed = -3");
  s = setup_of(TUTTI_THERMAL);
  s.theta = NULL;
  refused(ctx, &s, "theta is NULL");
  refused(ctx, NULL, "setup is NULL");
  testing_expect(ctx, tutti_atmosphere_create(ctx, (tutti_atmosphere_case)5, NX, NZ, &m), TUTTI_EINVAL,
                 "case = 5", "case");
  testing_expect(ctx, tutti_atmosphere_create(ctx, TUTTI_THERMAL, NX, NZ, NULL), TUTTI_EINVAL,
                 "model is NULL", "model");
  testing_expect(ctx, tutti_atmosphere_create(ctx, TUTTI_THERMAL, 40000, 25000, &m), TUTTI_ENOMEM,
                 "40000 x 25000", "10^9 cells");
  testing_expect(ctx, tutti_atmosphere_create(ctx, TUTTI_THERMAL, (size_t)1 << 32, (size_t)1 << 32, &m),
                 TUTTI_ENOMEM, "4294967296 x 4294967296", "2^64 cells");
  testing_expect(NULL, tutti_atmosphere_run(NULL, 1), TUTTI_EINVAL, "model is NULL", "run");
  testing_expect(NULL, tutti_atmosphere_get(NULL, &state), TUTTI_EINVAL, "model is NULL", "get");
  testing_expect(NULL, tutti_atmosphere_field(NULL, TUTTI_ATM_U, out), TUTTI_EINVAL, "model is NULL",
                 "field");
  testing_expect(ctx, tutti_atmosphere_create(ctx, TUTTI_THERMAL, NX, NZ, &m), TUTTI_OK, "", "create");
  testing_expect(ctx, tutti_atmosphere_get(m, NULL), TUTTI_EINVAL, "state is NULL", "get");
  testing_expect(ctx, tutti_atmosphere_field(m, TUTTI_ATM_U, NULL), TUTTI_EINVAL, "out is NULL", "field");
  testing_expect(ctx, tutti_atmosphere_field(m, (tutti_atmosphere_field_t)10, out), TUTTI_EINVAL,
                 "field = 10", "field");
  testing_expect(ctx, tutti_atmosphere_run(m, 5), TUTTI_OK, "", "run");
  testing_expect(ctx, tutti_atmosphere_run(m, 5), TUTTI_OK, "", "run to now");
  testing_expect(ctx, tutti_atmosphere_run(m, 4), TUTTI_EINVAL, "until = 4 s", "past");
  testing_expect(ctx, tutti_atmosphere_run(m, (double)NAN), TUTTI_EINVAL, "until = nan", "NaN");
  testing_expect(ctx, tutti_atmosphere_run(m, (double)INFINITY), TUTTI_EINVAL, "until = inf", "never");
  tutti_atmosphere_destroy(m);
  tutti_atmosphere_destroy(NULL);
  tutti_close(ctx);
}

/* -- flows that are too fast -- */

static double fast_x, fast_z, fast_u, fast_w, fast_theta;
static void gust(double x, double z, tutti_atmosphere_point *p, const void *args) {
  (void)args;
  if (fabs(x - fast_x) > 400 || fabs(z - fast_z) > 400) return;
  p->u = fast_u;
  p->w = fast_w;
  p->theta = fast_theta;
}

static void snapshot(tutti_atmosphere *m, double *out) {
  for (int f = 0; f < 4; f++) tutti_atmosphere_field(m, (tutti_atmosphere_field_t)f, out + f * ALL);
}

/* The cell is one of those that a step reaches from the gust, and in every context the same. */
Test(atmosphere_faults, a_flow_that_is_too_fast_stops_everywhere_at_the_lowest_cell) {
  static const struct {
    double u, w, theta;
  } gusts[] = {{600, 0, 0},  {-600, 0, 0},  {0, 600, 0},  {0, -600, 0},
               {0, 0, 1000}, {1e200, 0, 0}, {0, 1e200, 0}};
  enum { GUSTS = sizeof gusts / sizeof *gusts };
  static double before[4 * ALL], after[4 * ALL];
  static char first[GUSTS][320];
  for (CONTEXTS c = {.every_isa = true, .schedules = BY_DYNAMIC, .workers = {1, 3}}; contexts_next(&c);)
    for (size_t g = 0; g < GUSTS; g++) {
      tutti_atmosphere_setup s = setup_of(TUTTI_THERMAL);
      tutti_atmosphere *m;
      tutti_atmosphere_state state;
      fast_x = 15.5 * 20000 / NX, fast_z = 8.5 * 10000 / NZ;
      fast_u = gusts[g].u, fast_w = gusts[g].w, fast_theta = gusts[g].theta;
      s.perturbation = gust;
      testing_expect(c.ctx, tutti_atmosphere_create_from(c.ctx, &s, &m), TUTTI_OK, "", c.name);
      snapshot(m, before);
      testing_expect(c.ctx, tutti_atmosphere_run(m, 100), TUTTI_EINVAL, "step 1, at 0 s: at cell (", c.name);
      const char *detail = tutti_error_detail(c.ctx);
      int i = 0, k = 0;
      cr_assert(sscanf(strstr(detail, "cell ("), "cell (%d, %d)", &i, &k) == 2);
      cr_assert(abs(i - 15) <= 8 && abs(k - 8) <= 8, "gust %zu: %s", g, detail);
      if (!first[g][0]) strcpy(first[g], detail);
      cr_assert(strcmp(first[g], detail) == 0, "%s: %s, not %s", c.name, detail, first[g]);
      snapshot(m, after);
      testing_expect(c.ctx, tutti_atmosphere_get(m, &state), TUTTI_OK, "", c.name);
      cr_assert(memcmp(before, after, sizeof before) == 0 && state.steps == 0, "%s: another state", c.name);
      tutti_atmosphere_destroy(m);
    }
}

/* A jet that accelerates until it is too fast: many steps go well, and the state is that after the last of
 * them. */
static double blow(double x, double z, const void *args) {
  (void)args;
  return fabs(x - 5000) < 700 && z < 9000 ? 5 : 0;
}
static size_t stop;
static int stop_there(void *user, size_t done, size_t total) {
  (void)user, (void)total;
  return done == stop;
}

Test(atmosphere_faults, the_state_before_the_step_that_fails_stays) {
  static double failed[4 * ALL], reached[4 * ALL];
  tutti_config config;
  tutti_config_default(&config);
  config.progress = stop_there;
  tutti_ctx *ctx = testing_open(&config);
  tutti_atmosphere_setup s = setup_of(TUTTI_THERMAL);
  tutti_atmosphere *m;
  tutti_atmosphere_state state;
  s.forcing = blow;
  testing_expect(ctx, tutti_atmosphere_create_from(ctx, &s, &m), TUTTI_OK, "", "create");
  testing_expect(ctx, tutti_atmosphere_run(m, 1000), TUTTI_EINVAL, "at cell (", "run");
  testing_expect(ctx, tutti_atmosphere_get(m, &state), TUTTI_OK, "", "get");
  cr_assert(state.steps > 3 && state.time < 100, "%zu steps, %g s", state.steps, state.time);
  snapshot(m, failed);
  tutti_atmosphere_destroy(m);
  testing_expect(ctx, tutti_atmosphere_create_from(ctx, &s, &m), TUTTI_OK, "", "create");
  stop = state.steps;
  testing_expect(ctx, tutti_atmosphere_run(m, 1000), TUTTI_ECANCELED, "canceled", "run");
  snapshot(m, reached);
  for (int i = 0; i < 4 * ALL; i++) cr_assert(isfinite(failed[i]), "%d: %g", i, failed[i]);
  cr_assert(memcmp(failed, reached, sizeof failed) == 0);
  tutti_atmosphere_destroy(m);
  tutti_close(ctx);
}

/* -- progress -- */

typedef struct {
  size_t stop, calls, total;
} watch;
static int watching(void *user, size_t done, size_t total) {
  watch *w = user;
  cr_assert(done == ++w->calls);
  w->total = total;
  return done == w->stop;
}

Test(atmosphere_faults, a_canceled_run_can_go_on) {
  static double whole[4 * ALL], parts[4 * ALL];
  for (CONTEXTS c = {.schedules = BY_DYNAMIC, .workers = {2}}; contexts_step(&c);) {
    watch w = {0};
    tutti_atmosphere *m;
    tutti_atmosphere_state state;
    c.config.progress = watching;
    c.config.progress_user = &w;
    c.ctx = testing_open(&c.config);
    testing_expect(c.ctx, tutti_atmosphere_create(c.ctx, TUTTI_COLLISION, NX, NZ, &m), TUTTI_OK, "", c.name);
    testing_expect(c.ctx, tutti_atmosphere_run(m, 20), TUTTI_OK, "", c.name);
    cr_assert(w.calls == 10 && w.total == 10, "%s: %zu calls of %zu", c.name, w.calls, w.total);
    snapshot(m, whole);
    tutti_atmosphere_destroy(m);
    testing_expect(c.ctx, tutti_atmosphere_create(c.ctx, TUTTI_COLLISION, NX, NZ, &m), TUTTI_OK, "", c.name);
    w = (watch){.stop = 4};
    testing_expect(c.ctx, tutti_atmosphere_run(m, 20), TUTTI_ECANCELED, "after step 4", c.name);
    testing_expect(c.ctx, tutti_atmosphere_get(m, &state), TUTTI_OK, "", c.name);
    cr_assert(state.steps == 4, "%zu steps", state.steps);
    w = (watch){0};
    testing_expect(c.ctx, tutti_atmosphere_run(m, 20), TUTTI_OK, "", c.name);
    cr_assert(w.calls == 6);
    snapshot(m, parts);
    cr_assert(memcmp(whole, parts, sizeof whole) == 0, "%s: other bits", c.name);
    tutti_atmosphere_destroy(m);
  }
}
