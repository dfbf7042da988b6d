/* The rate of fused multiply-adds, the most arithmetic that a core does: independent chains in registers, as
 * many as hide the latency of four to five cycles on two units. By intrinsics, since the build keeps
 * compilers from fusing. */
#include "measure/ceilings.h"

#include <math.h>
#include <stddef.h>

#include "util/bench_clock.h"

#define CHAINS 12
#define EACH(put, with)                                                                                      \
  put(0, with) put(1, with) put(2, with) put(3, with) put(4, with) put(5, with) put(6, with) put(7, with)    \
      put(8, with) put(9, with) put(10, with) put(11, with)

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
#define BEGIN(i, start) x##i = start(1 + (i));
#define STEP(i, multiply_add)                                                                                \
  x##i = multiply_add(x##i, factor, term);                                                                   \
  __asm__ volatile("" : "+" ANY_REGISTER(x##i));
#define ADD_UP(i, first) +first(x##i)

/* A function that does `steps` multiply-adds on each of the chains. start: a vector of one number in all
 * lanes; first: the first lane. */
#define PEAK(name, target, type, start, multiply_add, first)                                                 \
  target static double name(size_t steps) {                                                                  \
    const type factor = start(0.999999), term = start(1e-6);                                                 \
    type x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11;                                                   \
    EACH(BEGIN, start)                                                                                       \
    for (size_t s = 0; s < steps; s++) {                                                                     \
      EACH(STEP, multiply_add)                                                                               \
    }                                                                                                        \
    return 0 EACH(ADD_UP, first);                                                                            \
  }

struct peak {
  tutti_isa isa;
  int lanes;
  double (*body)(size_t steps);
};

#if defined(__x86_64__)
PEAK(scalar, TARGET("fma"), double, (double), __builtin_fma, (double))
PEAK(avx2, TARGET("avx2,fma"), __m256d, _mm256_set1_pd, _mm256_fmadd_pd, _mm256_cvtsd_f64)
PEAK(avx512, TARGET("avx512f"), __m512d, _mm512_set1_pd, _mm512_fmadd_pd, _mm512_cvtsd_f64)
static const struct peak peaks[] = {
    {TUTTI_ISA_SCALAR, 1, scalar}, {TUTTI_ISA_AVX2, 4, avx2}, {TUTTI_ISA_AVX512, 8, avx512}};
#elif defined(__aarch64__)
#define VECTOR_FMA(x, factor, term) vfmaq_f64((term), (x), (factor))
#define FIRST_LANE(x)               vgetq_lane_f64((x), 0)
PEAK(scalar, , double, (double), __builtin_fma, (double))
PEAK(neon, , float64x2_t, vdupq_n_f64, VECTOR_FMA, FIRST_LANE)
static const struct peak peaks[] = {{TUTTI_ISA_SCALAR, 1, scalar}, {TUTTI_ISA_NEON, 2, neon}};
#else
static const struct peak peaks[] = {{TUTTI_ISA_BEST, 0, NULL}};
#endif

double ceiling_multiply_add(tutti_isa isa, int workers) {
  enum { TIMES = 7, STEPS = 1000000 };
  const struct peak *peak = NULL;
  double best = 0, sum = 0;
  for (size_t i = 0; i < sizeof peaks / sizeof *peaks; i++)
    if (peaks[i].isa == isa && peaks[i].body) peak = &peaks[i];
  if (!peak) return NAN;
  for (int k = 0; k < TIMES; k++) {
    const double begin = clock_seconds();
    int threads = 0; /* there may be fewer than asked for */
#pragma omp parallel num_threads(workers) reduction(+ : sum, threads)
    {
      sum += peak->body(STEPS);
      threads++;
    }
    if (threads != workers) return NAN;
    const double flops = 2. * peak->lanes * CHAINS * STEPS * workers;
    best = fmax(best, flops / (clock_seconds() - begin));
  }
  __asm__ volatile("" : : "g"(sum)); /* so that the work is not left out */
  return best;
}
