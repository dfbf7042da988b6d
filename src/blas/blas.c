/* libtutti_blas.so: the reductions of level 1 BLAS, reproducible. With LD_PRELOAD=libtutti_blas.so a program
 * that is linked to some BLAS gets, of these functions, results that are exact and rounded once (nrm2: within
 * 1 ulp), whatever the number of threads; all other functions stay those of its BLAS.
 *
 * Integers have 32 bits, and a Fortran function of type REAL returns a float (as with gfortran; not f2c). n
 * <= 0 gives 0. A negative increment of a dot product counts from the far end; asum and nrm2 give 0 for an
 * increment <= 0, as OpenBLAS 0.3.21 does and the reference BLAS did before 3.10.
 *
 * What a program may do to it:
 * - call it from its threads and OpenMP regions: within a region, or where OpenMP may use one thread only,
 * the calling thread does the work alone;
 * - call it in a child it forked;
 * - flush subnormals (-ffast-math) or round another way: the calling thread works alone, with the settings
 * that exactness needs, and puts back those it found;
 * - run out of memory: terms then go one by one to an accumulator on the stack, which can not fail.
 * Nothing here calls any BLAS. */
#include <fenv.h>
#include <float.h>
#include <limits.h>
#include <omp.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "blas/short.h"
#include "core/context.h"
#include "reduce/exact_round.h"

/* -- the surroundings of a call -- */

/* Whether this thread rounds to nearest and keeps subnormals: fegetround() does not look at the SSE unit.
 * Where its control word can not be read this is tried out, at the price of some hundred cycles. */
static bool arithmetic_is_default(void) {
#if defined(__x86_64__)
  return (_mm_getcsr() & (_MM_ROUND_MASK | _MM_FLUSH_ZERO_MASK | 0x40 /* subnormals are zero */)) == 0;
#else
  volatile double one = 1, little = DBL_EPSILON / 8, normal = DBL_MIN, subnormal = DBL_TRUE_MIN;
  return one + little == 1 && one - little == 1 && normal * 0.5 != 0 && subnormal * 0x1p60 != 0;
#endif
}

typedef struct {
  fenv_t arithmetic;
  bool changed, in_worker;
} surroundings;

static surroundings enter(void) {
  surroundings found = {.changed = !arithmetic_is_default(), .in_worker = tutti_in_worker};
  if (found.changed) {
    fegetenv(&found.arithmetic);
    fesetenv(FE_DFL_ENV);
  }
  /* Such a call looks nested to the engine, and nested calls run in the calling thread. */
  tutti_in_worker = found.in_worker || found.changed || omp_in_parallel() || omp_get_max_threads() == 1;
  return found;
}

static void leave(const surroundings *found) {
  tutti_in_worker = found->in_worker;
  if (found->changed) fesetenv(&found->arithmetic);
}

/* -- the functions -- */

static float root_f32(const tutti_exact *acc) { return (float)tutti_exact_root(acc); }
static void add_magnitude(tutti_exact *acc, double x) { tutti_exact_add(acc, __builtin_fabs(x)); }
static void add_square(tutti_exact *acc, double x) { tutti_exact_add_product(acc, x, x); }

/* The index of element 0. */
static ptrdiff_t first(int n, int inc) { return inc < 0 ? (ptrdiff_t)(1 - n) * inc : 0; }

/* type and name of the function; what computes it in registers, if it can; what computes it; what rounds the
 * accumulator if that fails. */
#define DOT(type, name, shortcut, compute, round)                                                            \
  static type name(int n, const type *x, int incx, const type *y, int incy) {                                \
    if (n <= 0) return 0;                                                                                    \
    type result;                                                                                             \
    if (arithmetic_is_default() && shortcut(n, x + first(n, incx), incx, y + first(n, incy), incy, &result)) \
      return result;                                                                                         \
    const surroundings found = enter();                                                                      \
    if (compute(NULL, x, incx, y, incy, (size_t)n, &result)) {                                               \
      const type *a = x + first(n, incx), *b = y + first(n, incy);                                           \
      tutti_exact acc;                                                                                       \
      tutti_exact_init(&acc);                                                                                \
      for (int i = 0; i < n; i++)                                                                            \
        tutti_exact_add_product(&acc, (double)a[(ptrdiff_t)i * incx], (double)b[(ptrdiff_t)i * incy]);       \
      result = round(&acc);                                                                                  \
    }                                                                                                        \
    leave(&found);                                                                                           \
    return result;                                                                                           \
  }                                                                                                          \
  EXPORT(type, name##_, (const int *n, const type *x, const int *incx, const type *y, const int *incy),      \
         name(*n, x, *incx, y, *incy))                                                                       \
  EXPORT(type, cblas_##name, (int n, const type *x, int incx, const type *y, int incy),                      \
         name(n, x, incx, y, incy))

/* Functions of one array. `add` adds the term of an element. Where the increment is below `least` the
 * result is 0, as in the reference BLAS 3.10 (2021): for dasum below 1; dnrm2 counts backwards, or n times
 * one element. OpenBLAS does the same since 0.3.26. */
#define OF_ONE(type, name, least, shortcut, compute, add, round)                                             \
  static type name(int n, const type *x, int incx) {                                                         \
    if (n <= 0 || incx < (least)) return 0;                                                                  \
    type result;                                                                                             \
    if (arithmetic_is_default() && shortcut(n, x + first(n, incx), incx, &result)) return result;            \
    const surroundings found = enter();                                                                      \
    if (compute(NULL, x, incx, (size_t)n, &result)) {                                                        \
      const type *a = x + first(n, incx);                                                                    \
      tutti_exact acc;                                                                                       \
      tutti_exact_init(&acc);                                                                                \
      for (int i = 0; i < n; i++) add(&acc, (double)a[(ptrdiff_t)i * incx]);                                 \
      result = round(&acc);                                                                                  \
    }                                                                                                        \
    leave(&found);                                                                                           \
    return result;                                                                                           \
  }                                                                                                          \
  EXPORT(type, name##_, (const int *n, const type *x, const int *incx), name(*n, x, *incx))                  \
  EXPORT(type, cblas_##name, (int n, const type *x, int incx), name(n, x, incx))

#define EXPORT(type, name, parameters, value)                                                                \
  TUTTI_API type name parameters;                                                                            \
  type name parameters { return value; }

DOT(double, ddot, short_dot, tutti_dot_strided, tutti_exact_round)
DOT(float, sdot, short_dot_f32, tutti_dot_strided_f32, tutti_exact_round_f32)
OF_ONE(double, dasum, 1, short_asum, tutti_asum_strided, add_magnitude, tutti_exact_round)
OF_ONE(float, sasum, 1, short_asum_f32, tutti_asum_strided_f32, add_magnitude, tutti_exact_round_f32)
OF_ONE(double, dnrm2, INT_MIN, short_nrm2, tutti_nrm2_strided, add_square, tutti_exact_root)
OF_ONE(float, snrm2, INT_MIN, short_nrm2_f32, tutti_nrm2_strided_f32, add_square, root_f32)
