/* The strided reductions: what BLAS means by an increment, negative ones and 0 included. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/levels.h"
#include "../support/reference.h"
#include "../support/testing.h"

enum { SUM, ASUM, NRM2, DOT, FUNCTIONS };
static const char *const names[] = {"sum", "asum", "nrm2", "dot"};

/* One call of doubles or of floats; the result as a double. */
static tutti_status call(int f, bool floats, tutti_ctx *ctx, const void *x, ptrdiff_t incx, const void *y,
                         ptrdiff_t incy, size_t n, double *result) {
  float single = (float)*result;
  tutti_status status;
  switch (f + FUNCTIONS * floats) {
  case SUM:
    return tutti_sum_strided(ctx, x, incx, n, result);
  case ASUM:
    return tutti_asum_strided(ctx, x, incx, n, result);
  case NRM2:
    return tutti_nrm2_strided(ctx, x, incx, n, result);
  case DOT:
    return tutti_dot_strided(ctx, x, incx, y, incy, n, result);
  case SUM + FUNCTIONS:
    status = tutti_sum_strided_f32(ctx, x, incx, n, &single);
    break;
  case ASUM + FUNCTIONS:
    status = tutti_asum_strided_f32(ctx, x, incx, n, &single);
    break;
  case NRM2 + FUNCTIONS:
    status = tutti_nrm2_strided_f32(ctx, x, incx, n, &single);
    break;
  default:
    status = tutti_dot_strided_f32(ctx, x, incx, y, incy, n, &single);
  }
  *result = (double)single;
  return status;
}

static double value_of(int f, bool floats, tutti_ctx *ctx, const void *x, ptrdiff_t incx, const void *y,
                       ptrdiff_t incy, size_t n) {
  double value = -7;
  const tutti_status status = call(f, floats, ctx, x, incx, y, incy, n, &value);
  cr_assert(status == TUTTI_OK, "%s: %s: %s", names[f], tutti_strerror(status), tutti_error_detail(ctx));
  return value;
}

/* Element i of a BLAS vector, as its documentation has it. */
static size_t place(size_t i, size_t n, ptrdiff_t inc) {
  return inc >= 0 ? i * (size_t)inc : (n - 1 - i) * (size_t)-inc;
}

enum { SPAN = 7 * 3000 + 1 };
static double x[SPAN], y[SPAN], a[SPAN], b[SPAN];
static float xf[SPAN], yf[SPAN], af[SPAN], bf[SPAN];

/* Against the same elements gathered and passed contiguously, which the other tests hold against MPFR. */
static void check(tutti_ctx *ctx, ptrdiff_t incx, ptrdiff_t incy, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const size_t p = place(i, n, incx), q = place(i, n, incy);
    a[i] = x[p];
    b[i] = y[q];
    af[i] = xf[p];
    bf[i] = yf[q];
  }
  for (int f = 0; f < FUNCTIONS; f++) {
    const double d = value_of(f, false, ctx, x, incx, y, incy, n),
                 gathered = value_of(f, false, NULL, a, 1, b, 1, n);
    cr_assert(data_same(d, gathered), "%s, incx %td, incy %td, n = %zu: %a, not %a", names[f], incx, incy, n,
              d, gathered);
    const double s = value_of(f, true, ctx, xf, incx, yf, incy, n),
                 single = value_of(f, true, NULL, af, 1, bf, 1, n);
    cr_assert(data_same(s, single), "%s_f32, incx %td, incy %td, n = %zu: %a, not %a", names[f], incx, incy,
              n, s, single);
  }
  if (n < 300) {
    const double dot = value_of(DOT, false, ctx, x, incx, y, incy, n);
    cr_assert(data_same(dot, reference_dot(a, b, n)), "dot, incx %td, incy %td, n = %zu: %a", incx, incy, n,
              dot);
  }
}

static void fill(void) {
  uint64_t state = 41;
  for (size_t i = 0; i < SPAN; i++) {
    x[i] = data_scaled(&state, -30, 30);
    y[i] = data_scaled(&state, -30, 30);
    xf[i] = (float)data_scaled(&state, -30, 30);
    yf[i] = (float)data_scaled(&state, -30, 30);
  }
}

/* Lengths around the ends of vectors and of the packed pieces (1024). */
Test(strided, every_increment) {
  static const size_t lengths[] = {0, 1, 2, 3, 8, 17, 255, 1023, 1024, 1025, 2048, 3000};
  fill();
  levels l = levels_open();
  for (ptrdiff_t incx = -7; incx <= 7; incx++)
    for (ptrdiff_t incy = -7; incy <= 7; incy++)
      for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++)
        check(l.ctx[(size_t)(incx + incy + 14) % (size_t)l.count], incx, incy, lengths[k]);
  levels_close(&l);
}

Test(strided, known_values) {
  const double v[] = {1, 10, 100, 1000, 10000}, w[] = {1, 2, 3};
  cr_assert(value_of(SUM, false, NULL, v, 2, NULL, 0, 3) == 10101);
  cr_assert(value_of(SUM, false, NULL, v, -2, NULL, 0, 3) == 10101);
  cr_assert(value_of(DOT, false, NULL, v, 2, w, 1, 3) == 30201);
  cr_assert(value_of(DOT, false, NULL, v, -2, w, 1, 3) == 10203,
            "a negative increment begins at the far end");
  cr_assert(value_of(DOT, false, NULL, v, -2, w, -1, 3) == 30201);
  cr_assert(value_of(DOT, false, NULL, v, 1, w + 1, 0, 3) == 222, "increment 0 repeats the first element");
  cr_assert(value_of(SUM, false, NULL, v + 2, 0, NULL, 0, 1000000) == 1e8);
  cr_assert(value_of(NRM2, false, NULL, v + 1, 0, NULL, 0, 1000000) == 1e4);
}

/* Several chunks, and elements between those that are asked for which must not be read: they are NaN. */
Test(strided, every_configuration_same_bits) {
  enum { N = 300000 };
  double *u = malloc(3 * N * sizeof *u), *v = malloc(N * sizeof *v);
  uint64_t state = 42;
  for (size_t i = 0; i < N; i++) {
    u[3 * i] = data_scaled(&state, -20, 20);
    u[3 * i + 1] = u[3 * i + 2] = NAN;
    v[i] = data_scaled(&state, -20, 20);
  }
  double expected[FUNCTIONS];
  for (int f = 0; f < FUNCTIONS; f++) expected[f] = value_of(f, false, NULL, u, 3, v, -1, N);
  cr_assert(expected[DOT] == expected[DOT], "the gaps were read");
  for (CONTEXTS c = {.every_isa = true, .schedules = BY_DYNAMIC}; contexts_next(&c);) {
    for (int f = 0; f < FUNCTIONS; f++) {
      const double value = value_of(f, false, c.ctx, u, 3, v, -1, N);
      cr_assert(data_same(value, expected[f]), "%s, %s: %a, not %a", names[f], c.name, value, expected[f]);
    }
  }
  free(u);
  free(v);
}

Test(strided, bad_arguments_leave_the_result_alone) {
  const double one = 1;
  double result = 42;
  for (int f = 0; f < FUNCTIONS; f++)
    for (int floats = 0; floats < 2; floats++) {
      testing_expect(NULL, call(f, floats, NULL, NULL, 2, &one, 1, 3, &result), TUTTI_EINVAL, "x is NULL",
                     names[f]);
      testing_expect(NULL, call(f, floats, NULL, &one, PTRDIFF_MAX / 8, &one, 1, 3, &result), TUTTI_EINVAL,
                     "1152921504606846975 apart", names[f]);
      testing_expect(NULL, call(f, floats, NULL, &one, PTRDIFF_MIN, &one, 1, 2, &result), TUTTI_EINVAL,
                     "apart", names[f]);
      testing_expect(NULL, call(f, floats, NULL, &one, 0, &one, 0, ((size_t)1 << 45) + 1, &result),
                     TUTTI_EINVAL, "2^45", names[f]);
    }
  testing_expect(NULL, call(DOT, false, NULL, &one, 1, NULL, 1, 3, &result), TUTTI_EINVAL, "y is NULL",
                 "dot");
  testing_expect(NULL, call(DOT, false, NULL, &one, 1, &one, -(PTRDIFF_MAX / 16), 3, &result), TUTTI_EINVAL,
                 "y", "dot");
  testing_expect(NULL, tutti_sum_strided(NULL, &one, 1, 1, NULL), TUTTI_EINVAL, "result", "sum");
  cr_assert(result == 42);
}
