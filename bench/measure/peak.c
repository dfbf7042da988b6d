/* The rate of fused multiply-adds, the most arithmetic that a core does: independent chains in registers, as
 * many as hide the latency of four to five cycles on two units. By intrinsics, since the build keeps
 * compilers from fusing. */
#include "measure/ceilings.h"

#include <math.h>
#include <stddef.h>

#include "util/bench_clock.h"

#define CHAINS 12
#define EACH(do)                                                                                             \
  do (0) do(1) do(2) do(3) do(4) do(5) do(6) do(7) do(8) do(9) do(10) do(11)

#if defined(__x86_64__)
#include <immintrin.h>
#define TARGET(what) __attribute__((target(what)))
#define ANY_REGISTER "x"
#else
#define ANY_REGISTER "w"
#endif
#if defined(__aarch64__)
#include <arm_neon.h>
#endif

/* One step of chain i; the empty assembly keeps compilers from putting scalars together into vectors. */
#define BEGIN(i) x##i = START(1 + (i));
#define STEP(i)                                                                                              \
  x##i = MULTIPLY_ADD(x##i, factor, term);                                                                   \
  __asm__ volatile("" : "+" ANY_REGISTER(x##i));
#define ADD_UP(i) +FIRST(x##i)

/* A function that does `steps` multiply-adds on each of the chains. */
#define PEAK(name, target, type)                                                                             \
  target static double name(size_t steps) {                                                                  \
    const type factor = START(0.999999), term = START(1e-6);                                                 \
    type x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11;                                                   \
    EACH(BEGIN)                                                                                              \
    for (size_t s = 0; s < steps; s++) {                                                                     \
      EACH(STEP)                                                                                             \
    }                                                                                                        \
    return 0 EACH(ADD_UP);                                                                                   \
  }

#define START(value)                  (value)
#define MULTIPLY_ADD(x, factor, term) __builtin_fma((x), (factor), (term))
#define FIRST(x)                      (x)
#if defined(__x86_64__)
PEAK(peak_scalar, TARGET("fma"), double)
#elif defined(__aarch64__)
PEAK(peak_scalar, , double)
#endif
#undef START
#undef MULTIPLY_ADD
#undef FIRST

#if defined(__x86_64__)
#define START(value)                  _mm256_set1_pd(value)
#define MULTIPLY_ADD(x, factor, term) _mm256_fmadd_pd((x), (factor), (term))
#define FIRST(x)                      _mm256_cvtsd_f64(x)
PEAK(peak_avx2, TARGET("avx2,fma"), __m256d)
#undef START
#undef MULTIPLY_ADD
#undef FIRST
#define START(value)                  _mm512_set1_pd(value)
#define MULTIPLY_ADD(x, factor, term) _mm512_fmadd_pd((x), (factor), (term))
#define FIRST(x)                      _mm512_cvtsd_f64(x)
PEAK(peak_avx512, TARGET("avx512f"), __m512d)
#elif defined(__aarch64__)
#define START(value)                  vdupq_n_f64(value)
#define MULTIPLY_ADD(x, factor, term) vfmaq_f64((term), (x), (factor))
#define FIRST(x)                      vgetq_lane_f64((x), 0)
PEAK(peak_neon, , float64x2_t)
#endif

static double (*body_for(tutti_isa isa, int *lanes))(size_t steps) {
  switch (isa) {
#if defined(__x86_64__)
  case TUTTI_ISA_SCALAR:
    *lanes = 1;
    return peak_scalar;
  case TUTTI_ISA_AVX2:
    *lanes = 4;
    return peak_avx2;
  case TUTTI_ISA_AVX512:
    *lanes = 8;
    return peak_avx512;
#elif defined(__aarch64__)
  case TUTTI_ISA_SCALAR:
    *lanes = 1;
    return peak_scalar;
  case TUTTI_ISA_NEON:
    *lanes = 2;
    return peak_neon;
#endif
  default:
    *lanes = 0;
    return NULL;
  }
}

double ceiling_multiply_add(tutti_isa isa, int workers) {
  enum { TIMES = 7, STEPS = 1000000 };
  int lanes;
  double (*const body)(size_t steps) = body_for(isa, &lanes);
  double best = 0, sum = 0;
  if (!body) return NAN;
  for (int k = 0; k < TIMES; k++) {
    const double begin = clock_seconds();
    int threads = 0; /* there may be fewer than asked for */
#pragma omp parallel num_threads(workers) reduction(+ : sum, threads)
    {
      sum += body(STEPS);
      threads++;
    }
    if (threads != workers) return NAN;
    const double flops = 2. * lanes * CHAINS * STEPS * workers;
    best = fmax(best, flops / (clock_seconds() - begin));
  }
  __asm__ volatile("" : : "g"(sum)); /* so that the work is not left out */
  return best;
}
