/* A program that knows of BLAS only. tests/blas/test_blas.sh runs it with and without libtutti_blas.so in
 * front.
 *
 *   level1 values      prints the bits of what the functions return
 *   level1 exact       ends with 0 if they are those of MPFR
 *   level1 short       ends with 0 if short vectors of awkward numbers have MPFR's sums
 *   level1 floats      the same for short norms and short vectors of floats
 *   level1 arguments   prints what they make of n and of increments, for a comparison
 *   level1 odd_norms   0 if norms with increments below 1 are those of the reference BLAS
 *   level1 threads     0 if calls from OpenMP regions, nested ones and threads get the same bits
 *   level1 fork        0 if children get the same bits, after the program had a team of its own
 *   level1 arithmetic  0 if exact with subnormals flushed or upward rounding, and the setting is kept
 *   level1 memory      0 if exact while aligned_alloc() fails
 *   level1 where       prints the library of each function; ends with 0 if dgemm works */
#define _GNU_SOURCE
#include <cblas.h>
#include <dlfcn.h>
#include <fenv.h>
#include <omp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "../support/conditioned.h"

double ddot_(const int *n, const double *x, const int *incx, const double *y, const int *incy);
float sdot_(const int *n, const float *x, const int *incx, const float *y, const int *incy);
double dasum_(const int *n, const double *x, const int *incx),
    dnrm2_(const int *n, const double *x, const int *incx);
float sasum_(const int *n, const float *x, const int *incx),
    snrm2_(const int *n, const float *x, const int *incx);
void dgemm_(const char *, const char *, const int *, const int *, const int *, const double *, const double *,
            const int *, const double *, const int *, const double *, double *, const int *);

/* -- the data -- */

enum { FUNCTIONS = 12, ILL = 20000, LONG = 300000 };
static const char *const names[FUNCTIONS] = {"ddot_",  "cblas_ddot",  "dasum_", "cblas_dasum",
                                             "dnrm2_", "cblas_dnrm2", "sdot_",  "cblas_sdot",
                                             "sasum_", "cblas_sasum", "snrm2_", "cblas_snrm2"};
static double x[ILL], y[ILL], u[LONG], wide[LONG], wide_y[LONG];
static float xf[LONG], yf[LONG];

static void fill(void) {
  uint64_t state = 81;
  conditioned_dot(&state, 300, x, y, ILL);
  for (int i = 0; i < LONG; i++) u[i] = data_scaled(&state, -20, 20);
  for (int i = 0; i < LONG; i += 2) { /* nearly cancels */
    xf[i] = xf[i + 1] = (float)data_scaled(&state, -20, 20);
    yf[i] = (float)data_scaled(&state, -20, 20);
    yf[i + 1] = i % 1000 ? -yf[i] : -yf[i] * 1.0000002f;
  }
}

static double call(int f, int n, const double *dx, int incx, const double *dy, const float *sx,
                   const float *sy, int incy) {
  switch (f) {
  case 0:
    return ddot_(&n, dx, &incx, dy, &incy);
  case 1:
    return cblas_ddot(n, dx, incx, dy, incy);
  case 2:
    return dasum_(&n, dx, &incx);
  case 3:
    return cblas_dasum(n, dx, incx);
  case 4:
    return dnrm2_(&n, dx, &incx);
  case 5:
    return cblas_dnrm2(n, dx, incx);
  case 6:
    return (double)sdot_(&n, sx, &incx, sy, &incy);
  case 7:
    return (double)cblas_sdot(n, sx, incx, sy, incy);
  case 8:
    return (double)sasum_(&n, sx, &incx);
  case 9:
    return (double)cblas_sasum(n, sx, incx);
  case 10:
    return (double)snrm2_(&n, sx, &incx);
  default:
    return (double)cblas_snrm2(n, sx, incx);
  }
}

/* The dot product is of the ill-conditioned vectors, the others are of long ones. */
static double value_of(int f) {
  return f < 2 ? call(f, ILL, x, 1, y, NULL, NULL, 1) : call(f, LONG, u, 1, NULL, xf, yf, 1);
}

static double truth(int f) {
  for (int i = 0; i < LONG; i++) {
    wide[i] = (double)xf[i];
    wide_y[i] = (double)yf[i];
  }
  switch (f / 2) {
  case 0:
    return reference_dot(x, y, ILL);
  case 1:
    return reference_asum(u, LONG);
  case 2:
    return reference_nrm2(u, LONG);
  case 3:
    return (double)reference_float(REFERENCE_PRODUCTS, wide, wide_y, LONG);
  case 4:
    return (double)reference_float(REFERENCE_MAGNITUDES, wide, NULL, LONG);
  default:
    return (double)(float)reference_nrm2(wide, LONG);
  }
}

static double expected[FUNCTIONS];

/* Of the norms 1 ulp is promised. */
static int wrong(int f, double value) {
  const double unit = f < 6 ? 0x1p-52 : 0x1p-23;
  return f % 6 >= 4 ? fabs(value - expected[f]) > unit * expected[f] : value != expected[f];
}

static int count_wrong(const char *where) {
  int count = 0;
  for (int f = 0; f < FUNCTIONS; f++) {
    const double value = value_of(f);
    if (!wrong(f, value)) continue;
    printf("%s, %s: %a instead of %a\n", where, names[f], value, expected[f]);
    count++;
  }
  return count;
}

/* -- the modes -- */

static int values(void) {
  for (int f = 0; f < FUNCTIONS; f++) printf("%s %a\n", names[f], value_of(f));
  return 0;
}

static int exact(void) { return count_wrong("here"); }

/* Whether it is a norm with an increment below 1, which is 0 in some versions of OpenBLAS. */
static bool is_odd_norm(int f, int increment) { return increment < 1 && strstr(names[f], "nrm2"); }

/* Small whole numbers: any BLAS is exact. */
static int arguments(void) {
  static const int lengths[] = {-3, 0, 1, 2, 3, 5}, increments[] = {-3, -2, -1, 0, 1, 2, 3};
  double a[16], b[16];
  float c[16], d[16];
  for (int i = 0; i < 16; i++) {
    a[i] = c[i] = (float)(1 << i);
    b[i] = d[i] = (float)(3 * i + 1);
  }
  for (int f = 0; f < FUNCTIONS; f++)
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++)
      for (size_t i = 0; i < sizeof increments / sizeof *increments; i++)
        for (size_t j = 0; j < sizeof increments / sizeof *increments; j++)
          if (!is_odd_norm(f, increments[i]))
            printf("%s n %d inc %d %d: %.5g\n", names[f], lengths[k], increments[i], increments[j],
                   call(f, lengths[k], a, increments[i], b, c, d, increments[j]));
  return 0;
}

/* Those norms as the reference BLAS has them: of the same elements as with the increment's magnitude. */
static int odd_norms(void) {
  int bad = 0;
  double a[16];
  float c[16];
  for (int i = 0; i < 16; i++) a[i] = c[i] = (float)(1 << i);
  for (int f = 0; f < FUNCTIONS; f++)
    for (int n = 1; n <= 5; n++)
      for (int inc = -3; inc <= 0; inc++) {
        if (!is_odd_norm(f, inc)) continue;
        double squares = 0;
        for (int i = 0; i < n; i++) squares += a[-inc * i] * a[-inc * i];
        const double norm = call(f, n, a, inc, NULL, c, NULL, 1);
        if (fabs(norm / sqrt(squares) - 1) < 1e-7) continue;
        printf("%s n %d inc %d: %.9g instead of %.9g\n", names[f], n, inc, norm, sqrt(squares));
        bad++;
      }
  return bad;
}

static void *thread(void *arg) {
  *(int *)arg = count_wrong("a thread");
  return NULL;
}

static int threads(void) {
  int bad = 0;
#pragma omp parallel num_threads(4) reduction(+ : bad)
  bad += count_wrong("a region");
  omp_set_max_active_levels(2);
#pragma omp parallel num_threads(2) reduction(+ : bad)
  {
#pragma omp parallel num_threads(2) reduction(+ : bad)
    bad += count_wrong("a nested region");
  }
  enum { THREADS = 4 };
  pthread_t id[THREADS];
  int of_thread[THREADS];
  for (int t = 0; t < THREADS; t++) pthread_create(&id[t], NULL, thread, &of_thread[t]);
  for (int t = 0; t < THREADS; t++) {
    pthread_join(id[t], NULL);
    bad += of_thread[t];
  }
  return bad;
}

static int in_child(void) {
  fflush(NULL);
  const pid_t child = fork();
  if (child == 0) {
    alarm(30); /* a child that waits for threads it has not got does so for ever */
    const int bad = count_wrong("a child");
    fflush(NULL);
    _exit(bad);
  }
  int status = -1;
  waitpid(child, &status, 0);
  if (status) printf("the child ended with status %#x\n", (unsigned)status);
  return status != 0;
}

static int forks(void) {
  int bad = in_child(), team = 0;
#pragma omp parallel num_threads(2) reduction(+ : team)
  team += 1;
  if (team == 2) bad += in_child(); /* there was a team, but no call yet */
  bad += count_wrong("the parent");
  bad += in_child();
#pragma omp parallel num_threads(2) reduction(+ : bad)
  if (omp_get_thread_num() == 0) bad += in_child();
  return bad + count_wrong("the parent, afterwards");
}

static int arithmetic(void) {
  int bad = 0;
  fesetround(FE_UPWARD);
  bad += count_wrong("rounding upwards");
  bad += fegetround() != FE_UPWARD;
  fesetround(FE_TONEAREST);
#if defined(__x86_64__)
  const unsigned found = _mm_getcsr();
  _mm_setcsr(found | 0x8040); /* flush to zero, denormals are zero: what -ffast-math does to a program */
  const volatile double small[] = {0x1p-1074, 0x1p-1030};
  const double sum = cblas_dasum(2, (const double *)small, 1),
               dot = cblas_ddot(2, (const double *)small, 1, u, 1);
  bad += count_wrong("flushing subnormals");
  const int kept = (_mm_getcsr() & 0x8040) == 0x8040;
  _mm_setcsr(found);
  bad += !kept + (sum != 0x1p-1030 + 0x1p-1074) + (dot != reference_dot((const double *)small, u, 2));
#endif
  return bad;
}

/* The library asks the program's allocator, as any library does. */
static int no_memory;
void *aligned_alloc(size_t alignment, size_t size) {
  void *memory = NULL;
  return no_memory || posix_memalign(&memory, alignment, size) ? NULL : memory;
}

static int memory(void) {
  no_memory = 1;
  const int bad = count_wrong("without memory");
  no_memory = 0;
  return bad;
}

/* Few terms, which are added in registers: ties that the smallest term decides, sums that cancel, products
 * that underflow, zeros, infinities; strides of either sign. */
static int short_vectors(void) {
  static const double items[] = {1,        -1,        0x1p53,          -0x1p53,   0x1p-53,   -0x1p-53,
                                 0x1p-106, -0x1p-106, 0x1p-160,        0x1p52,    0.5,       0x1.8p0,
                                 0x1p-500, -0x1p-500, 0x1p1023,        -0x1p1023, 0x1p-1074, 0x1p-970,
                                 0.0,      -0.0,      (double)INFINITY};
  enum { MOST = 70, GAP = 3 };
  double a[MOST], b[MOST], wide_a[MOST * GAP], wide_b[MOST * GAP];
  uint64_t state = 82;
  /* Of the first sum the last bit depends on a term that none of three doubles can hold. In the second, two
   * products leave .36 2^-1074 each, which one by one round to 0: the sum is 1.7 2^-1074. */
  const double parted[] = {1, 0x1p-53, 0x1p-120, 0x1p-180, -0x1p-120}, ones[] = {1, 1, 1, 1, 1};
  const double below = 0x1.a648a06839eb9p-520, up = 0x1.8p-520, product = 0x0.00009e5b3c271p-1022;
  const double tiny[] = {below, below, 0x1p-1074 - 2 * product}, small[] = {up, up, 1};
  int bad = (cblas_ddot(5, parted, 1, ones, 1) != reference_dot(parted, ones, 5)) +
            (cblas_ddot(3, tiny, 1, small, 1) != reference_dot(tiny, small, 3)) +
            (reference_dot(tiny, small, 3) != 0x1p-1073);
  for (int round = 0; round < 20000; round++) {
    const int n = 1 + (int)(data_bits(&state) % (round % 8 ? 6 : MOST)), kinds = round % 3 ? 14 : 21,
              plain = (int)(data_bits(&state) % 4),
              inc = round % 5 ? 1 : GAP - (int)(data_bits(&state) % 2) * 2 * GAP;
    for (int i = 0; i < n; i++) {
      a[i] = (int)(data_bits(&state) % 4) < plain ? data_scaled(&state, -30, 30)
                                                  : items[data_bits(&state) % (unsigned)kinds];
      b[i] =
          data_bits(&state) % 2 ? data_scaled(&state, -30, 30) : items[data_bits(&state) % (unsigned)kinds];
      if (i > 0 && data_bits(&state) % 4 == 0) a[i] = -a[i - 1], b[i] = b[i - 1];
      const int at = inc > 0 ? i * inc : (n - 1 - i) * -inc;
      wide_a[at] = a[i];
      wide_b[at] = b[i];
    }
    const double dot = ddot_(&n, wide_a, &inc, wide_b, &inc), right = reference_dot(a, b, (size_t)n);
    const double asum = inc > 0 ? dasum_(&n, wide_a, &inc) : 0,
                 size = inc > 0 ? reference_asum(a, (size_t)n) : 0;
    if (data_same(dot, right) && data_same(asum, size)) continue;
    printf("n %d, increment %d: ddot %a instead of %a, dasum %a instead of %a\n", n, inc, dot, right, asum,
           size);
    bad++;
  }
  return bad;
}

/* Norms of few terms are those of the same terms with zeros behind them, which are too many for registers,
 * and within 1 ulp of MPFR's; sums of few floats are MPFR's. The terms have ties of doubles and of floats,
 * which the smallest one decides. */
static int short_norms_and_floats(void) {
  static const float items[] = {
      1,       -1,       0x1p24F,  0x1p-24F,  -0x1p-24F,       0x1p-25F,  -0x1p-25F, 0x1p-60F,  -0x1p-60F,
      0x1p60F, -0x1p60F, 0x1p127F, -0x1p127F, 0x1.fffffep127F, 0x1p-126F, 0x1p-149F, -0x1p-149F};
  enum { MOST = 70, PADDED = 200, ITEMS = sizeof items / sizeof *items };
  uint64_t state = 83;
  int bad = 0;
  for (int round = 0; round < 20000; round++) {
    double a[PADDED] = {0}, wide_a[MOST], wide_b[MOST];
    float f[PADDED] = {0}, g[PADDED] = {0};
    const int n = 1 + (int)(data_bits(&state) % (round % 8 ? 6 : MOST)), padded = PADDED, one = 1;
    const int range = (int)(data_bits(&state) % 60), plain = (int)(data_bits(&state) % 4);
    for (int i = 0; i < n; i++) {
      a[i] = data_bits(&state) % 3 ? data_scaled(&state, -range, range)
                                   : ldexp(1, -(int)(data_bits(&state) % 62));
      const bool any = (int)(data_bits(&state) % 4) < plain;
      f[i] = any ? (float)data_scaled(&state, -20, 20) : items[data_bits(&state) % ITEMS];
      g[i] = data_bits(&state) % 2 ? (float)data_scaled(&state, -20, 20) : items[data_bits(&state) % ITEMS];
      if (i > 0 && data_bits(&state) % 4 == 0) f[i] = -f[i - 1], g[i] = g[i - 1];
      wide_a[i] = (double)f[i];
      wide_b[i] = (double)g[i];
    }
    const double norm = dnrm2_(&n, a, &one), near = reference_nrm2(a, (size_t)n);
    const float dot = sdot_(&n, f, &one, g, &one), sum = sasum_(&n, f, &one), root = snrm2_(&n, f, &one);
    if (norm == dnrm2_(&padded, a, &one) && fabs(norm - near) <= 0x1p-52 * near &&
        data_same((double)dot, (double)reference_float(REFERENCE_PRODUCTS, wide_a, wide_b, (size_t)n)) &&
        data_same((double)sum, (double)reference_float(REFERENCE_MAGNITUDES, wide_a, NULL, (size_t)n)) &&
        data_same((double)root, (double)snrm2_(&padded, f, &one)))
      continue;
    printf("n %d: dnrm2 %a near %a, sdot %a, sasum %a, snrm2 %a\n", n, norm, near, (double)dot, (double)sum,
           (double)root);
    bad++;
  }
  return bad;
}

static int where(void) {
  const char *const all[] = {"ddot_", "cblas_ddot", "dgemm_", "daxpy_", "dsdot_", "idamax_", "cblas_dgemm"};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    Dl_info info = {0};
    void *symbol = dlsym(RTLD_DEFAULT, all[i]);
    printf("%s %s\n", all[i], symbol && dladdr(symbol, &info) ? info.dli_fname : "nowhere");
  }
  const int n = 2;
  const double one = 1, zero = 0, a[] = {1, 2, 3, 4}, b[] = {5, 6, 7, 8};
  double c[4];
  dgemm_("N", "N", &n, &n, &n, &one, a, &n, b, &n, &zero, c, &n);
  return c[0] != 23 || c[1] != 34 || c[2] != 31 || c[3] != 46;
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    int (*run)(void);
  } modes[] = {{"values", values},
               {"exact", exact},
               {"arguments", arguments},
               {"odd_norms", odd_norms},
               {"threads", threads},
               {"fork", forks},
               {"arithmetic", arithmetic},
               {"memory", memory},
               {"short", short_vectors},
               {"floats", short_norms_and_floats},
               {"where", where}};
  fill();
  for (int f = 0; f < FUNCTIONS; f++) expected[f] = truth(f);
  for (size_t i = 0; argc == 2 && i < sizeof modes / sizeof *modes; i++)
    if (strcmp(argv[1], modes[i].name) == 0) return modes[i].run() != 0;
  return 2;
}
