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
