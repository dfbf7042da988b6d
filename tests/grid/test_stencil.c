/* Stencils of one's own: against plain loops in whole numbers, and against closed forms. */
#include "../support/ranks_of_threads.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>

#include "any_stencil.h"

/* -- against plain loops -- */

/* A mirror needs as many points as the halo is wide. */
static bool is_possible(const any_grid *g) {
  const bool rows = g->row_kind == MIRRORED || g->row_kind == ODD,
             cols = g->col_kind == MIRRORED || g->col_kind == ODD;
  return !(rows && g->rows < g->halo) && !(cols && g->cols < g->halo);
}

static const size_t sizes[][2] = {{1, 1}, {1, 5}, {5, 1}, {2, 2}, {2, 9}, {3, 3}, {3, 20}, {7, 4}, {17, 11}};
enum { SIZES = sizeof sizes / sizeof *sizes, GRIDS = SIZES * 4 * EDGES * EDGES };

/* Every size with every halo of 0 to 3 points, and everything beyond the edges. */
static any_grid grid_number(int k) {
  return (any_grid){.rows = sizes[k % SIZES][0],
                    .cols = sizes[k % SIZES][1],
                    .halo = (size_t)(k / SIZES % 4),
                    .row_kind = (edge_kind)(k / SIZES / 4 % EDGES),
                    .col_kind = (edge_kind)(k / SIZES / 4 / EDGES),
                    .wall = 3};
}

static void compare_all(tutti_ctx *ctx, int stride, const char *what) {
  for (int k = 0; k < GRIDS; k += stride) {
    const any_grid g = grid_number(k);
    const int wrong = is_possible(&g) ? any_differs(ctx, &g, 3) : 0;
    cr_assert(wrong == 0, "%s, %zu x %zu, halo %zu, edges %d, %d: %d (%s)", what, g.rows, g.cols, g.halo,
              (int)g.row_kind, (int)g.col_kind, wrong, tutti_error_detail(ctx));
  }
}

Test(stencil, is_what_plain_loops_give, .timeout = 240) {
  for (CONTEXTS c = {.backends = ON_SERIAL | ON_THREADS, .schedules = BY_DYNAMIC, .workers = {3}};
       contexts_next(&c);)
    compare_all(c.ctx, 1, c.name);
}

/* Large enough for several chunks. */
static const any_grid large = {70, 500, 2, ODD, WRAPPED, 0}, tall = {600, 40, 1, WRAPPED, FLAT, 0};

Test(stencil, is_the_same_in_every_context, .timeout = 240) {
  for (CONTEXTS c = {.workers = {1, 2, 7}}; contexts_next(&c);) {
    cr_assert(any_differs(c.ctx, &large, 3) == 0, "%s: %s", c.name, tutti_error_detail(c.ctx));
    cr_assert(any_differs(c.ctx, &tall, 2) == 0, "%s: %s", c.name, tutti_error_detail(c.ctx));
    if (c.config.backend == TUTTI_PROCESSES) compare_all(c.ctx, 97, c.name);
  }
}

static int compare_over_ranks(tutti_ctx *ctx, int rank, int ranks) {
  (void)rank;
  for (int k = ranks; k < GRIDS; k += 23) {
    const any_grid g = grid_number(k);
    if (is_possible(&g) && any_differs(ctx, &g, 3)) return k;
  }
  return any_differs(ctx, &large, 3) || any_differs(ctx, &tall, 2) ? -3 : 0;
}

Test(stencil, is_the_same_over_ranks, .timeout = 240) { everywhere(compare_over_ranks); }

/* -- against closed forms -- */

enum { LAPLACE_ROWS = 12, LAPLACE_COLS = 20 };
static const double share = 0x1p-3; /* a product with it is exact */

/* u + share (sum of the neighbours - 4 u): explicit diffusion */
static int diffuse(size_t row, const double *const *in, ptrdiff_t stride, double *const *out,
                   const void *args) {
  const double *u = in[0];
  (void)row, (void)args;
  for (ptrdiff_t j = 0; j < LAPLACE_COLS; j++)
    out[0][j] = u[j] + share * (((u[j - 1] + u[j + 1]) + (u[j - stride] + u[j + stride])) - 4 * u[j]);
  return 0;
}

static double minus_mirror(const tutti_stencil_point *p, const void *args) {
  (void)args;
  return -p->inside[(p->away - 1) * p->step];
}

/* A sine mode is an eigenvector of the discrete Laplacian, to the eigenvalue -4 (sin^2(a / 2) + sin^2(b /
 * 2)), where a and b are its phase from a point to the next. Walls, at which it is 0, lie halfway between
 * points. */
static void check_mode(int m, int n, bool walls) {
  enum { POINTS = LAPLACE_ROWS * LAPLACE_COLS, STEPS = 50 };
  const long double pi = acosl(-1), a = (walls ? 1 : 2) * m * pi / LAPLACE_ROWS,
                    b = (walls ? 1 : 2) * n * pi / LAPLACE_COLS, sa = sinl(a / 2), sb = sinl(b / 2);
  const long double factor = powl(1 - 4 * (long double)share * (sa * sa + sb * sb), STEPS);
  const tutti_stencil_grid grid = {.rows = LAPLACE_ROWS,
                                   .cols = LAPLACE_COLS,
                                   .fields = 1,
                                   .halo = 1,
                                   .row = diffuse,
                                   .row_edge = walls ? minus_mirror : NULL,
                                   .col_edge = walls ? minus_mirror : NULL};
  long double mode[POINTS];
  double u[POINTS];
  tutti_stencil *model;
  for (int i = 0; i < LAPLACE_ROWS; i++)
    for (int j = 0; j < LAPLACE_COLS; j++) {
      mode[i * LAPLACE_COLS + j] = sinl(a * (i + 0.5L)) * sinl(b * (j + 0.5L));
      u[i * LAPLACE_COLS + j] = (double)mode[i * LAPLACE_COLS + j];
    }
  cr_assert(tutti_stencil_create(NULL, &grid, &model) == TUTTI_OK, "%s", tutti_error_detail(NULL));
  cr_assert(tutti_stencil_set(model, 0, u) == TUTTI_OK && tutti_stencil_step(model, STEPS) == TUTTI_OK);
  cr_assert(tutti_stencil_field(model, 0, u) == TUTTI_OK);
  /* Numbers are at most 1, a step rounds five of them to within 2^-52 and amplifies no error. */
  for (int k = 0; k < POINTS; k++)
    cr_assert(fabsl(u[k] - factor * mode[k]) <= STEPS * 5 * 0x1p-52L, "mode %d, %d, %s: point %d: %a", m, n,
              walls ? "walls" : "periodic", k, u[k]);
  tutti_stencil_destroy(model);
}

Test(stencil, has_the_eigenvalues_of_the_discrete_laplacian) {
  for (int m = 1; m <= 5; m += 2)
    for (int n = 1; n <= 9; n += 4)
      for (int walls = 0; walls < 2; walls++) check_mode(m, n, walls);
}

/* Life (Conway, 1970) on a torus: a glider is where it was, one point further in both directions, after
 * four steps. */
enum { LIFE = 16 };
static int live(size_t row, const double *const *in, ptrdiff_t stride, double *const *out, const void *args) {
  (void)row, (void)args;
  for (ptrdiff_t j = 0; j < LIFE; j++) {
    const double *u = in[0] + j, around = u[-stride - 1] + u[-stride] + u[-stride + 1] + u[-1] + u[1] +
                                          u[stride - 1] + u[stride] + u[stride + 1];
    out[0][j] = around == 3 || (around == 2 && *u == 1);
  }
  return 0;
}

static int glide(tutti_ctx *ctx, int rank, int ranks) {
  static const int glider[5][2] = {{0, 1}, {1, 2}, {2, 0}, {2, 1}, {2, 2}};
  const tutti_stencil_grid grid = {.rows = LIFE, .cols = LIFE, .fields = 1, .halo = 1, .row = live};
  double u[LIFE * LIFE] = {0}, v[LIFE * LIFE] = {0};
  tutti_stencil *model;
  (void)rank, (void)ranks;
  for (int k = 0; k < 5; k++) {
    u[glider[k][0] * LIFE + glider[k][1]] = 1;
    v[(glider[k][0] + 25) % LIFE * LIFE + (glider[k][1] + 25) % LIFE] = 1;
  }
  if (tutti_stencil_create(ctx, &grid, &model)) return 1;
  const int wrong =
      tutti_stencil_set(model, 0, u) || tutti_stencil_step(model, 100) || tutti_stencil_field(model, 0, u);
  tutti_stencil_destroy(model);
  return wrong || memcmp(u, v, sizeof u) != 0 ? 2 : 0;
}

Test(stencil, lets_a_glider_glide, .timeout = 60) { everywhere(glide); }

Test(stencil, spreads_a_nan_no_further_than_it_reaches) {
  const tutti_stencil_grid grid = {
      .rows = LIFE, .cols = LAPLACE_COLS, .fields = 1, .halo = 1, .row = diffuse};
  double u[LIFE * LAPLACE_COLS] = {0};
  tutti_stencil *model;
  u[3 * LAPLACE_COLS] = NAN;
  cr_assert(tutti_stencil_create(NULL, &grid, &model) == TUTTI_OK &&
            tutti_stencil_set(model, 0, u) == TUTTI_OK);
  cr_assert(tutti_stencil_step(model, 2) == TUTTI_OK && tutti_stencil_field(model, 0, u) == TUTTI_OK);
  for (int i = 0; i < LIFE; i++)
    for (int j = 0; j < LAPLACE_COLS; j++) {
      const int away = abs(i - 3) + (j < LAPLACE_COLS / 2 ? j : LAPLACE_COLS - j);
      cr_assert(isnan(u[i * LAPLACE_COLS + j]) == (away <= 2) && (away <= 2 || u[i * LAPLACE_COLS + j] == 0),
                "point %d, %d", i, j);
    }
  tutti_stencil_destroy(model);
}

Test(stencil, adds_up_exactly) {
  enum { ROWS = 50, COLS = 3000 };
  static double u[ROWS * COLS];
  const tutti_stencil_grid grid = {.rows = ROWS, .cols = COLS, .fields = 2, .halo = 3, .row = diffuse};
  for (int k = 0; k + 1 < ROWS * COLS; k += 2) u[k + 1] = -(u[k] = k % 7 * 1e300);
  u[77] = u[99] = 0x1p-60;
  u[76] = u[98] = 0;
  u[5] += 1e284; /* lost: half a unit in the last place is more */
  for (CONTEXTS c = {.schedules = BY_STATIC, .workers = {1, 3}}; contexts_next(&c);) {
    tutti_stencil *model;
    double sum;
    cr_assert(tutti_stencil_create(c.ctx, &grid, &model) == TUTTI_OK &&
              tutti_stencil_set(model, 1, u) == TUTTI_OK);
    testing_expect(c.ctx, tutti_stencil_sum(model, 1, &sum), TUTTI_OK, "", c.name);
    cr_assert(sum == 0x1p-59, "%s: %a", c.name, sum);
    testing_expect(c.ctx, tutti_stencil_sum(model, 0, &sum), TUTTI_OK, "", c.name);
    cr_assert(sum == 0, "%s: %a", c.name, sum);
    tutti_stencil_destroy(model);
  }
}

/* Edges are computed anew in every call: what args points to may be changed in between. */
Test(stencil, sees_new_walls) {
  any_grid g = {6, 9, 2, FIXED, FIXED, 3};
  double x[ANY_FIELDS * 54], y[54];
  const tutti_stencil_grid grid = any_stencil(&g);
  tutti_stencil *model;
  any_begin(&g, x);
  cr_assert(tutti_stencil_create(NULL, &grid, &model) == TUTTI_OK);
  for (size_t f = 0; f < ANY_FIELDS; f++) cr_assert(tutti_stencil_set(model, f, x + 54 * f) == TUTTI_OK);
  for (int k = 0; k < 4; k++) {
    g.wall = 10 * k;
    cr_assert(tutti_stencil_step(model, 1) == TUTTI_OK);
    any_plain_step(&g, x);
    cr_assert(tutti_stencil_field(model, 1, y) == TUTTI_OK && memcmp(x + 54, y, sizeof y) == 0, "step %d", k);
  }
  tutti_stencil_destroy(model);
}

/* -- failures -- */

enum { COUNT_ROWS = 40, COUNT_COLS = 600 };

typedef struct {
  double fail_at; /* the rows from here on fail in the step that begins with this value */
  int fail_from, value;
  int deaths; /* rows that still kill their worker */
} trouble;

/* Adds 1 to all numbers; rows fail, or kill their worker half way. */
static int count(size_t row, const double *const *in, ptrdiff_t stride, double *const *out,
                 const void *args) {
  trouble *t = (trouble *)(uintptr_t)args;
  (void)stride;
  const double now = in[0][0];
  for (ptrdiff_t j = 0; j < COUNT_COLS; j++) {
    out[0][j] = in[0][j] + 1;
    if (row == 5 && j == COUNT_COLS / 2 && now == 2 && t->deaths > 0) {
      t->deaths--;
      raise(SIGKILL);
    }
  }
  return now == t->fail_at && (int)row >= t->fail_from ? t->value - (int)row : 0;
}

static tutti_stencil_grid counting(const trouble *t) {
  return (tutti_stencil_grid){
      .rows = COUNT_ROWS, .cols = COUNT_COLS, .fields = 1, .halo = 1, .row = count, .args = t};
}

static bool is_all(tutti_stencil *model, double value) {
  static _Thread_local double u[COUNT_ROWS * COUNT_COLS];
  if (tutti_stencil_field(model, 0, u)) return false;
  for (int k = 0; k < COUNT_ROWS * COUNT_COLS; k++)
    if (u[k] != value) return false;
  return true;
}

static int fails_and_goes_on(tutti_ctx *ctx, trouble *t) {
  static const int from[] = {0, 1, 13, 38, COUNT_ROWS - 1};
  tutti_stencil *model;
  for (size_t k = 0; k < sizeof from / sizeof *from; k++) {
    const tutti_stencil_grid grid = counting(t);
    char detail[80];
    *t = (trouble){.fail_at = 3, .fail_from = from[k], .value = k % 2 ? 70 : -70};
    snprintf(detail, sizeof detail, "the function returned %d for row %d", t->value - from[k], from[k]);
    if (tutti_stencil_create(ctx, &grid, &model)) return 1;
    if (tutti_stencil_step(model, 9) != TUTTI_EUSER) return 2;
    if (strcmp(tutti_error_detail(ctx), detail) != 0) return 3;
    if (!is_all(model, 3)) return 4;
    if (tutti_stencil_step(model, 1) != TUTTI_EUSER) return 5;
    t->fail_at = -1;
    if (tutti_stencil_step(model, 4) || !is_all(model, 7)) return 6;
    tutti_stencil_destroy(model);
  }
  return 0;
}

Test(stencil, names_the_lowest_row_that_fails, .timeout = 120) {
  for (CONTEXTS c = {.schedules = BY_STATIC, .workers = {1, 3}}; contexts_next(&c);) {
    trouble *t = tutti_alloc(c.ctx, sizeof *t);
    const int wrong = fails_and_goes_on(c.ctx, t);
    cr_assert(wrong == 0, "%s: %d: %s", c.name, wrong, tutti_error_detail(c.ctx));
    tutti_free(c.ctx, t);
  }
}

static int fail_over_ranks(tutti_ctx *ctx, int rank, int ranks) {
  trouble t;
  (void)rank, (void)ranks;
  return fails_and_goes_on(ctx, &t);
}

Test(stencil, names_the_lowest_row_of_all_ranks, .timeout = 120) { everywhere(fail_over_ranks); }

static int enough_at_three(void *user, size_t done, size_t total) {
  (void)user;
  cr_assert(total == 8);
  return done == 3 || done == 8; /* which is too late */
}

Test(stencil, is_canceled_after_a_whole_step, .timeout = 60) {
  for (CONTEXTS c = {.schedules = BY_STATIC, .workers = {1, 3}}; contexts_step(&c);) {
    trouble t = {.fail_at = -1};
    const tutti_stencil_grid grid = counting(&t);
    tutti_stencil *model;
    c.config.progress = enough_at_three;
    c.ctx = testing_open(&c.config);
    cr_assert(tutti_stencil_create(c.ctx, &grid, &model) == TUTTI_OK);
    testing_expect(c.ctx, tutti_stencil_step(model, 8), TUTTI_ECANCELED, "canceled after 3 of 8 steps",
                   c.name);
    cr_assert(is_all(model, 3), "%s", c.name);
    c.config.progress = NULL;
    tutti_stencil_destroy(model);
  }
}

static int cancel_over_ranks(tutti_ctx *ctx, int rank, int ranks) {
  trouble t = {.fail_at = -1};
  const tutti_stencil_grid grid = counting(&t);
  tutti_stencil *model;
  (void)rank;
  if (tutti_stencil_create(ctx, &grid, &model)) return 1;
  const tutti_status status = tutti_stencil_step(model, 8);
  if (status != (ranks > 1 ? TUTTI_ECANCELED : TUTTI_OK)) return 2;
  const int wrong = is_all(model, ranks > 1 ? 2 : 8) ? 0 : 3;
  tutti_stencil_destroy(model);
  return wrong;
}

Test(stencil, is_canceled_by_one_rank, .timeout = 60) {
  canceling = true;
  everywhere(cancel_over_ranks);
}

/* -- worker processes -- */

static tutti_ctx *open_processes(int standing) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_PROCESSES;
  config.workers = 2;
  config.standing = standing;
  return testing_open(&config);
}

Test(stencil, survives_workers_that_are_killed, .timeout = 60) {
  for (int standing = 0; standing < 2; standing++) {
    tutti_ctx *ctx = open_processes(standing);
    trouble *t = tutti_alloc(ctx, sizeof *t);
    const tutti_stencil_grid grid = counting(t);
    tutti_stencil *model;
    *t = (trouble){.fail_at = -1, .deaths = 2};
    testing_expect(ctx, tutti_stencil_create(ctx, &grid, &model), TUTTI_OK, "", "create");
    testing_expect(ctx, tutti_stencil_step(model, 6), TUTTI_OK, "", "two deaths");
    cr_assert(t->deaths == 0 && is_all(model, 6));
    tutti_stencil_destroy(model);
    t->deaths = 3;
    testing_expect(ctx, tutti_stencil_create(ctx, &grid, &model), TUTTI_OK, "", "create");
    testing_expect(ctx, tutti_stencil_step(model, 6), TUTTI_EWORKER, "3 workers died in items [",
                   "three deaths");
    cr_assert(is_all(model, 2));
    testing_expect(ctx, tutti_stencil_step(model, 6), TUTTI_OK, "", "afterwards");
    cr_assert(is_all(model, 8));
    tutti_stencil_destroy(model);
    tutti_free(ctx, t);
    tutti_close(ctx);
  }
}

static int who(size_t row, const double *const *in, ptrdiff_t stride, double *const *out, const void *args) {
  (void)row, (void)in, (void)stride, (void)args;
  for (int j = 0; j < COUNT_COLS; j++) out[0][j] = (double)getpid();
  return 0;
}

static pid_t last_of(tutti_stencil *model) {
  static double u[COUNT_ROWS * COUNT_COLS];
  cr_assert(tutti_stencil_step(model, 1) == TUTTI_OK && tutti_stencil_field(model, 0, u) == TUTTI_OK);
  cr_assert(u[0] != (double)getpid());
  return (pid_t)u[COUNT_ROWS * COUNT_COLS - 1];
}

Test(stencil, runs_in_standing_workers_where_it_may, .timeout = 60) {
  for (int standing = 0; standing < 2; standing++)
    for (int shared = 0; shared < 3; shared++) {
      static trouble private;
      tutti_ctx *ctx = open_processes(standing);
      trouble *t = tutti_alloc(ctx, sizeof *t);
      tutti_stencil_grid grid = counting(shared == 2 ? NULL : shared ? t : &private);
      tutti_stencil *model;
      grid.row = who;
      testing_expect(ctx, tutti_stencil_create(ctx, &grid, &model), TUTTI_OK, "", "create");
      (void)last_of(model);
      const pid_t second = last_of(model);
      cr_assert((second == last_of(model)) == (standing && shared), "standing %d, shared %d", standing,
                shared);
      tutti_stencil_destroy(model);
      tutti_free(ctx, t);
      tutti_close(ctx);
    }
}

/* -- arguments -- */

Test(stencil, refuses_what_it_cannot_do) {
  static const struct {
    tutti_stencil_grid grid;
    tutti_status status;
    const char *detail;
  } bad[] = {
      {{.rows = 2, .cols = 2, .fields = 1}, TUTTI_EINVAL, "row is NULL"},
      {{.cols = 2, .fields = 1, .row = live}, TUTTI_EINVAL, "rows = 0, cols = 2"},
      {{.rows = 2, .fields = 1, .row = live}, TUTTI_EINVAL, "rows = 2, cols = 0"},
      {{.rows = 2, .cols = 2, .row = live}, TUTTI_EINVAL, "fields = 0 is not in [1, 64]"},
      {{.rows = 2, .cols = 2, .fields = 65, .row = live}, TUTTI_EINVAL, "fields = 65 is not in [1, 64]"},
      {{.rows = 2, .cols = 2, .fields = 1, .halo = 65, .row = live},
       TUTTI_EINVAL,
       "halo = 65 is not in [0, 64]"},
      {{.rows = 1000000000, .cols = 1000000000, .fields = 1, .row = live},
       TUTTI_EINVAL,
       "rows = 1000000000 times cols = 1000000000 are more than 2^45 points"},
      {{.rows = SIZE_MAX, .cols = SIZE_MAX, .fields = 64, .halo = 64, .row = live}, TUTTI_EINVAL, "2^45"},
      {{.rows = 1 << 22, .cols = 1 << 22, .fields = 5, .row = live},
       TUTTI_ENOMEM,
       "for a grid of 4194304 x 4194304 points of 5 numbers"},
      {{.rows = (size_t)1 << 45, .cols = 1, .fields = 64, .halo = 64, .row = live},
       TUTTI_ENOMEM,
       "35184372088832 x 1"},
      {{.rows = 1, .cols = (size_t)1 << 45, .fields = 64, .halo = 64, .row = live},
       TUTTI_ENOMEM,
       "1 x 35184372088832"},
  };
  for (CONTEXTS c = {.schedules = BY_STATIC, .workers = {2}}; contexts_next(&c);) {
    tutti_stencil *model = (tutti_stencil *)&c;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
      testing_expect(c.ctx, tutti_stencil_create(c.ctx, &bad[k].grid, &model), bad[k].status, bad[k].detail,
                     c.name);
    testing_expect(c.ctx, tutti_stencil_create(c.ctx, NULL, &model), TUTTI_EINVAL, "grid is NULL", c.name);
    testing_expect(c.ctx, tutti_stencil_create(c.ctx, &bad[0].grid, NULL), TUTTI_EINVAL, "model is NULL",
                   c.name);
    cr_assert(model == (tutti_stencil *)&c, "the model was touched");
    const tutti_stencil_grid good = {.rows = 2, .cols = 3, .fields = 2, .row = live};
    double x[6] = {0}, sum = 5;
    testing_expect(c.ctx, tutti_stencil_create(c.ctx, &good, &model), TUTTI_OK, "", c.name);
    testing_expect(c.ctx, tutti_stencil_set(model, 2, x), TUTTI_EINVAL, "field = 2 is not in [0, 2)", c.name);
    testing_expect(c.ctx, tutti_stencil_set(model, 0, NULL), TUTTI_EINVAL, "values is NULL", c.name);
    testing_expect(c.ctx, tutti_stencil_field(model, 2, x), TUTTI_EINVAL, "field = 2 is not in [0, 2)",
                   c.name);
    testing_expect(c.ctx, tutti_stencil_field(model, 0, NULL), TUTTI_EINVAL, "out is NULL", c.name);
    testing_expect(c.ctx, tutti_stencil_sum(model, 9, &sum), TUTTI_EINVAL, "field = 9 is not in [0, 2)",
                   c.name);
    testing_expect(c.ctx, tutti_stencil_sum(model, 1, NULL), TUTTI_EINVAL, "sum is NULL", c.name);
    testing_expect(c.ctx, tutti_stencil_step(model, 0), TUTTI_OK, "", c.name);
    cr_assert(sum == 5);
    tutti_stencil_destroy(model);
  }
  testing_expect(NULL, tutti_stencil_step(NULL, 1), TUTTI_EINVAL, "model is NULL", "step");
  testing_expect(NULL, tutti_stencil_set(NULL, 0, &(double){0}), TUTTI_EINVAL, "model is NULL", "set");
  testing_expect(NULL, tutti_stencil_field(NULL, 0, &(double){0}), TUTTI_EINVAL, "model is NULL", "field");
  testing_expect(NULL, tutti_stencil_sum(NULL, 0, &(double){0}), TUTTI_EINVAL, "model is NULL", "sum");
  tutti_stencil_destroy(NULL);
}

/* -- ranks -- */

static int differ_or_fail(tutti_ctx *ctx, int rank, int ranks) {
  trouble t = {.fail_at = -1};
  tutti_stencil_grid grid = counting(&t);
  tutti_stencil *model, *other;
  const bool last = rank == ranks - 1;
  grid.rows += last;
  if (tutti_stencil_create(ctx, &grid, &model) != TUTTI_EINVAL ||
      !strstr(tutti_error_detail(ctx), "passed other parameters than rank 0, in tutti_stencil_create"))
    return 1;
  grid.rows = last ? 0 : COUNT_ROWS;
  if (tutti_stencil_create(ctx, &grid, &model) != TUTTI_EINVAL ||
      !strstr(tutti_error_detail(ctx), last ? "rows = 0" : "cannot do what was asked"))
    return 2;
  grid.rows = COUNT_ROWS;
  if (tutti_stencil_create(ctx, &grid, &model) || tutti_stencil_create(ctx, &grid, &other)) return 3;
  if (tutti_stencil_step(model, last ? 3 : 4) != TUTTI_EINVAL ||
      !strstr(tutti_error_detail(ctx), last || ranks ? "n = 3, rank 0 n = 4, to tutti_stencil_step" : ""))
    return 4;
  /* two models in turns do not disturb each other */
  for (int k = 0; k < 3; k++)
    if (tutti_stencil_step(model, 1) || tutti_stencil_step(other, 2)) return 5;
  const int wrong = is_all(model, 3) && is_all(other, 6) ? 0 : 6;
  tutti_stencil_destroy(model);
  tutti_stencil_destroy(other);
  return wrong;
}

Test(stencil, notices_where_ranks_differ, .timeout = 60) {
  for (int ranks = 2; ranks <= MOST_RANKS; ranks += 2)
    for (int messages = 0; messages < 2; messages++) with_ranks(ranks, 1, messages, 0, differ_or_fail);
}

static int lose_messages(tutti_ctx *ctx, int rank, int ranks) {
  trouble t = {.fail_at = -1};
  const tutti_stencil_grid grid = counting(&t);
  tutti_stencil *model;
  (void)ranks;
  if (tutti_stencil_create(ctx, &grid, &model) || tutti_stencil_step(model, 2)) return 1;
  if (rank == 0) exchange_fails = 6;
  if (!is_all(model, 2)) return 2; /* all wait for that */
  if (tutti_stencil_step(model, 2) != TUTTI_ESYSTEM ||
      !strstr(tutti_error_detail(ctx), "receiving rows by the transport failed with 6"))
    return 3;
  if (!is_all(model, 2)) return 4;
  if (rank == 0) exchange_fails = 0;
  if (!is_all(model, 2) || tutti_stencil_step(model, 2) || !is_all(model, 4)) return 5;
  tutti_stencil_destroy(model);
  return 0;
}

Test(stencil, says_that_the_transport_failed, .timeout = 60) { with_ranks(3, 2, true, 0, lose_messages); }

/* From within a chunk: serially, but not over ranks. */
static tutti_ctx *outer;
static _Atomic int refused, ran;
static int within(size_t begin, size_t end, void *args) {
  trouble t = {.fail_at = -1};
  const tutti_stencil_grid grid = counting(&t);
  tutti_stencil *model = NULL;
  (void)begin, (void)end, (void)args;
  const tutti_status status = tutti_stencil_create(NULL, &grid, &model);
  refused += status == TUTTI_EUNSUPPORTED;
  ran += !status && !tutti_stencil_step(model, 2) && is_all(model, 2);
  tutti_stencil_destroy(model);
  return 0;
}

static int nested_over_ranks(tutti_ctx *ctx, int rank, int ranks) {
  (void)rank, (void)ranks;
  return tutti_for(ctx, 4, 1, within, NULL, (tutti_output[]){{0}}) != TUTTI_OK;
}

Test(stencil, runs_within_a_chunk, .timeout = 60) {
  outer = testing_open_backend(TUTTI_THREADS, 2);
  cr_assert(tutti_for(outer, 4, 1, within, NULL, (tutti_output[]){{0}}) == TUTTI_OK);
  cr_assert(ran == 4 && refused == 0);
  tutti_close(outer);
  with_ranks(2, 1, true, 0, nested_over_ranks);
  cr_assert(ran == 4 && refused == 4);
}
