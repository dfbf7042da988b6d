/* tutti_covariance against MPFR. */
#include <dirent.h>
#include <omp.h>
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"
#include <mpfr.h>

enum { BITS = 300 };

/* A library without OpenBLAS says so, and nothing else is to be tested. */
static bool available(void) {
  const double a[2] = {1, 2};
  double out = 42;
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1); /* starts no threads */
  const tutti_status status = tutti_covariance(ctx, a, 2, 1, 1, &out);
  if (status != TUTTI_OK) testing_expect(ctx, status, TUTTI_EUNSUPPORTED, "OpenBLAS", "covariance");
  cr_assert(status == TUTTI_OK || out == 42);
  tutti_close(ctx);
  return status == TUTTI_OK;
}

static void mean_of(mpfr_t mean, const double *column, size_t rows, size_t ld) {
  mpfr_set_zero(mean, 1);
  for (size_t r = 0; r < rows; r++) mpfr_add_d(mean, mean, column[r * ld], MPFR_RNDN);
  mpfr_div_ui(mean, mean, rows, MPFR_RNDN);
}

static double reference(const double *a, size_t rows, size_t ld, size_t i, size_t j) {
  mpfr_t x, y, mean_x, mean_y, sum;
  mpfr_inits2(BITS, x, y, mean_x, mean_y, sum, (mpfr_ptr)NULL);
  mean_of(mean_x, a + i, rows, ld);
  mean_of(mean_y, a + j, rows, ld);
  mpfr_set_zero(sum, 1);
  for (size_t r = 0; r < rows; r++) {
    mpfr_d_sub(x, a[r * ld + i], mean_x, MPFR_RNDN);
    mpfr_d_sub(y, a[r * ld + j], mean_y, MPFR_RNDN);
    mpfr_fma(sum, x, y, sum, MPFR_RNDN);
  }
  mpfr_div_ui(sum, sum, rows - 1, MPFR_RNDN);
  const double value = mpfr_get_d(sum, MPFR_RNDN);
  mpfr_clears(x, y, mean_x, mean_y, sum, (mpfr_ptr)NULL);
  return value;
}

/* Columns of different scales and means, one of them 1e16 and a little, correlated with each other. */
static void fill(double *a, size_t rows, size_t cols, size_t ld, uint64_t *state) {
  for (size_t r = 0; r < rows; r++) {
    const double common = data_scaled(state, -2, 2);
    for (size_t c = 0; c < ld; c++) {
      const double own = data_scaled(state, -2, 2);
      a[r * ld + c] = c >= cols    ? (double)NAN
                      : c % 3 == 0 ? common + own
                      : c % 3 == 1 ? 1e16 + 2 * floor(4 * (common - own))
                                   : ldexp(own, (int)c * 10) - 3e5;
    }
  }
}

static void check(const double *out, const double *a, size_t rows, size_t cols, size_t ld) {
  for (size_t i = 0; i < cols; i++)
    for (size_t j = 0; j < cols; j++) {
      const double expected = reference(a, rows, ld, i, j);
      const double unit = sqrt(reference(a, rows, ld, i, i)) * sqrt(reference(a, rows, ld, j, j));
      cr_assert(fabs(out[i * cols + j] - expected) <= 1e-14 * unit,
                "%zu x %zu: out[%zu][%zu] = %.17g, MPFR %.17g", rows, cols, i, j, out[i * cols + j],
                expected);
      cr_assert(data_same(out[i * cols + j], out[j * cols + i]), "not symmetric at %zu, %zu", i, j);
    }
}

Test(covariance, against_mpfr) {
  static const size_t shapes[][3] = {{2, 1, 1},   {2, 3, 3},   {100, 5, 7},
                                     {255, 2, 2}, {257, 4, 4}, {5000, 6, 9}};
  if (!available()) return;
  uint64_t state = 81;
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    const size_t rows = shapes[i][0], cols = shapes[i][1], ld = shapes[i][2];
    double *a = malloc(rows * ld * sizeof *a), *out = malloc(cols * cols * sizeof *out);
    fill(a, rows, cols, ld, &state);
    testing_expect(NULL, tutti_covariance(NULL, a, rows, cols, ld, out), TUTTI_OK, "", "covariance");
    check(out, a, rows, cols, ld);
    free(a);
    free(out);
  }
}

/* Enough columns that OpenBLAS would use threads of its own if it were let. */
Test(covariance, every_configuration_same_bits) {
  enum { ROWS = 20000, COLS = 65, LD = 67 };
  if (!available()) return;
  double *a = malloc(ROWS * LD * sizeof *a);
  double *first = malloc(COLS * COLS * sizeof *first), *out = malloc(COLS * COLS * sizeof *out);
  uint64_t state = 82;
  fill(a, ROWS, COLS, LD, &state);
  int seen = 0;
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    testing_expect(c.ctx, tutti_covariance(c.ctx, a, ROWS, COLS, LD, out), TUTTI_OK, "", c.name);
    if (seen++ == 0) memcpy(first, out, COLS * COLS * sizeof *out);
    cr_assert(memcmp(first, out, COLS * COLS * sizeof *out) == 0, "%s: other bits", c.name);
  }
  free(a);
  free(first);
  free(out);
}

static int threads_of_this_process(void) {
  DIR *tasks = opendir("/proc/self/task");
  cr_assert(tasks != NULL);
  int count = 0;
  while (readdir(tasks)) count++;
  closedir(tasks);
  return count;
}

/* OpenBLAS starts no thread beside the one worker there is, though it was told to use four. */
Test(covariance, openblas_runs_on_one_thread) {
  enum { ROWS = 1000, COLS = 300 };
  if (!available()) return;
  double *a = malloc(ROWS * COLS * sizeof *a), *out = malloc(COLS * COLS * sizeof *out);
  uint64_t state = 83;
  fill(a, ROWS, COLS, COLS, &state);
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  omp_set_num_threads(4);
  const int before = threads_of_this_process();
  testing_expect(ctx, tutti_covariance(ctx, a, ROWS, COLS, COLS, out), TUTTI_OK, "", "covariance");
  cr_assert(threads_of_this_process() == before, "%d threads, before %d", threads_of_this_process(), before);
  cr_assert(omp_get_max_threads() == 4, "the caller's number of threads became %d", omp_get_max_threads());
  tutti_close(ctx);
  free(a);
  free(out);
}

Test(covariance, special_values) {
  if (!available()) return;
  double a[3][3] = {{1, 2, (double)INFINITY}, {2, 4, 1}, {3, 6, 2}}, out[9];
  testing_expect(NULL, tutti_covariance(NULL, a[0], 3, 3, 3, out), TUTTI_OK, "", "infinity");
  cr_assert(out[0] == 1 && out[1] == 2 && out[3] == 2 && out[4] == 4, "%g %g %g", out[0], out[1], out[4]);
  for (int i = 0; i < 3; i++) cr_assert(isnan(out[2 + 3 * i]) && isnan(out[6 + i]));
  testing_expect(NULL, tutti_covariance(NULL, a[0], 1, 2, 3, out), TUTTI_OK, "", "one row");
  for (int i = 0; i < 4; i++) cr_assert(isnan(out[i]));
  testing_expect(NULL, tutti_covariance(NULL, NULL, 0, 2, 3, out), TUTTI_OK, "", "no row");
  for (int i = 0; i < 4; i++) cr_assert(isnan(out[i]));
  const double equal[4] = {1.7e308, 5, 1.7e308, 5};
  testing_expect(NULL, tutti_covariance(NULL, equal, 2, 2, 2, out), TUTTI_OK, "", "equal");
  for (int i = 0; i < 4; i++) cr_assert(out[i] == 0, "%g", out[i]);
}

Test(covariance, bad_arguments_leave_the_output_alone) {
  const double a[4] = {1, 2, 3, 4};
  double out = 42;
  testing_expect(NULL, tutti_covariance(NULL, NULL, 2, 1, 1, &out), TUTTI_EINVAL, "a is NULL", "a");
  testing_expect(NULL, tutti_covariance(NULL, a, 2, 1, 1, NULL), TUTTI_EINVAL, "out is NULL", "out");
  testing_expect(NULL, tutti_covariance(NULL, a, 2, 2, 1, &out), TUTTI_EINVAL, "ld = 1", "ld");
  testing_expect(NULL, tutti_covariance(NULL, a, SIZE_MAX, 1, 1, &out), TUTTI_EINVAL, "rows = ", "rows");
  testing_expect(NULL, tutti_covariance(NULL, a, 1, SIZE_MAX, SIZE_MAX, &out), TUTTI_EINVAL,
                 "cols = ", "cols");
  cr_assert(out == 42);
  cr_assert(tutti_covariance(NULL, NULL, 3, 0, 0, NULL) == TUTTI_OK);
}

/* Variances no double holds are infinite, and what lies between them is not lost. */
Test(covariance, near_the_largest_double) {
  enum { ROWS = 3, COLS = 5 };
  static const double m = 1.7e308;
  static const double a[ROWS * COLS] = {
      m, m, 1e200, 1, 0x1p1000, m * (1 - 1e-12), -m, -1e200, 2, 0x1p1000 * (1 - 0x1p-30),
      m, m, 0,     4, 0x1p1000};
  double out[COLS * COLS];
  if (!available()) return;
  cr_assert(tutti_covariance(NULL, a, ROWS, COLS, COLS, out) == TUTTI_OK, "%s", tutti_error_detail(NULL));
  for (int j = 0; j < 3; j++)
    cr_assert(out[j * COLS + j] == (double)INFINITY, "%d: %g", j, out[j * COLS + j]);
  cr_assert(fabs(out[3 * COLS + 3] - 7. / 3) < 1e-15);
  /* deviations 1/3, -2/3, 1/3 times 1e-12 m; of column 3: -4/3, -1/3, 5/3 */
  cr_assert(fabs(out[3] / (1.7e296 * (1. / 6)) - 1) < 1e-4, "%g", out[3]);
  /* of 1, -1, 1 times m: 2/3, -4/3, 2/3 times m */
  cr_assert(fabs(out[COLS + 3] / (m * (1. / 3)) - 1) < 1e-12, "%g", out[COLS + 3]);
  /* with column 2, (1, -1, 0) 1e200: m 1e200 is too large */
  cr_assert(out[COLS + 2] == (double)INFINITY, "%g", out[COLS + 2]);
  for (int i = 0; i < COLS * COLS; i++) cr_assert(!isnan(out[i]), "%d", i);
}
