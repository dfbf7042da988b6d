/* The kernels: the only code that is compiled once per ISA level.
 *
 * A kernel is written once, against isa/vec.h, in a file <family>/<x>_kernel.c; meson compiles the file per
 * level with TUTTI_LEVEL set to the level's name, and TUTTI_KERNEL(name) makes the symbol unique. isa/table.c
 * gathers a level's kernels into one table; a context points at the table it was opened with. Kernels do not
 * allocate, do not fail, and know nothing of threads. */
#ifndef TUTTI_ISA_KERNELS_H
#define TUTTI_ISA_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tutti/random.h>
#include <tutti/reduce.h>
#include <tutti/weather.h>

#include "ode/batch.h"
#include "problems/ising.h"
#include "random/sobol.h"
#include "random/variates.h"
#include "reduce/cumsum.h"
#include "reduce/digits.h"
#include "reduce/histogram.h"
#include "reduce/minmax.h"
#include "reduce/moments.h"
#include "reduce/rows_cols.h"
#include "weather/generator.h"

enum { TUTTI_SHORT = 256 };

/* result type, name, parameters */
#define TUTTI_KERNEL_LIST(X)                                                                                 \
  /* Adds n terms to an accumulator: x[i], |x[i]|, x[i] y[i] not rounded, x[i]^2 rounded. */                 \
  X(void, exact_sum, (tutti_exact * acc, const void *x, const void *y, size_t n))                            \
  X(void, exact_asum, (tutti_exact * acc, const void *x, const void *y, size_t n))                           \
  X(void, exact_dot, (tutti_exact * acc, const void *x, const void *y, size_t n))                            \
  X(void, exact_squares, (tutti_exact * acc, const void *x, const void *y, size_t n))                        \
  X(void, exact_sum_f32, (tutti_exact * acc, const void *x, const void *y, size_t n))                        \
  X(void, exact_asum_f32, (tutti_exact * acc, const void *x, const void *y, size_t n))                       \
  X(void, exact_dot_f32, (tutti_exact * acc, const void *x, const void *y, size_t n))                        \
  /* The rounded sum of a few doubles, n <= TUTTI_SHORT; false: not this way, and *sum untouched. */         \
  X(bool, sum_short, (const double *x, size_t n, double *sum))                                               \
  /* Takes n items, the first of them item `first` of its array, into the extremes; of doubles, of floats.   \
   */                                                                                                        \
  X(void, minmax, (tutti_extremes * extremes, const void *x, size_t first, size_t n))                        \
  X(void, minmax_f32, (tutti_extremes * extremes, const void *x, size_t first, size_t n))                    \
  /* Counts n doubles into bins->count + 3 counters: the bins, below, above, NaN. */                         \
  X(void, histogram, (uint64_t * counts, const tutti_bins *bins, const double *x, size_t n))                 \
  /* Counts the digits of n doubles; writes the images that match and one more word, and returns how many.   \
   */                                                                                                        \
  X(void, digit_counts, (uint64_t * counts, const tutti_digits *digits, const double *x, size_t n))          \
  X(size_t, digit_matches, (uint64_t * image, const tutti_digits *digits, const double *x, size_t n))        \
  /* Elements first .. first + n - 1 of a stream: uint64_t, double, double. */                               \
  X(void, bits, (tutti_rng rng, uint64_t first, void *out, size_t n))                                        \
  X(void, uniform, (tutti_rng rng, uint64_t first, void *out, size_t n))                                     \
  X(void, normal, (tutti_rng rng, uint64_t first, void *out, size_t n))                                      \
  X(void, exponential, (tutti_rng rng, uint64_t first, void *out, size_t n))                                 \
  X(void, uniform_f32, (tutti_rng rng, uint64_t first, void *out, size_t n))                                 \
  X(void, lognormal, (tutti_rng rng, uint64_t first, double mu, double sigma, double *out, size_t n))        \
  /* 1 where an element is below the threshold. */                                                           \
  X(void, bernoulli, (tutti_rng rng, uint64_t first, uint64_t threshold, uint8_t * out, size_t n))           \
  /* low + an integer below range; range 0 stands for 2^64. */                                               \
  X(void, integers, (tutti_rng rng, uint64_t first, uint64_t range, int64_t low, int64_t * out, size_t n))   \
  X(void, gamma, (tutti_rng rng, uint64_t first, const tutti_gamma_params *params, double *out, size_t n))   \
  /* Points first .. first + n - 1 of a Sobol sequence, one row each. */                                     \
  X(void, sobol, (const tutti_sobol_params *params, uint32_t first, size_t n, double *out))                  \
  /* out[i] = the normal quantile of p[i]; out may be p. */                                                  \
  X(void, normal_icdf, (const double *p, double *out, size_t n))                                             \
  /* out[i] = exp x[i]; out[i] = log x[i], x[i] positive, normal and finite; out may be x. */                \
  X(void, exp, (const double *x, double *out, size_t n))                                                     \
  X(void, log, (const double *x, double *out, size_t n))                                                     \
  /* The sine and cosine of 2 pi u[i]. */                                                                    \
  X(void, sincos_turn, (const double *u, double *sine, double *cosine, size_t n))                            \
  /* How many of the points first .. first + n - 1 lie in the quarter circle. */                             \
  X(uint64_t, pi_hits, (tutti_rng rng, uint64_t first, uint64_t n))                                          \
  /* One sweep over an Ising lattice, the sweep'th of the stream; what a lattice says, summed over its       \
   * spins. */                                                                                               \
  X(void, ising_sweep, (ising_lattice * lattice, const ising_params *params, tutti_rng rng, uint64_t sweep)) \
  X(void, ising_measure, (const ising_lattice *lattice, int64_t *magnetisation, int64_t *energy))            \
  /* Steps [step, step + count) of eight members; non-zero is the right-hand side's. */                      \
  X(int, ode_advance, (const ode_batch *b, size_t step, size_t count))                                       \
  X(int, lorenz96_advance, (const ode_batch *b, size_t step, size_t count))                                  \
  X(int, lorenz63_advance, (const ode_batch *b, size_t step, size_t count))                                  \
  /* The final values of runs [begin, end), begin a multiple of 16. */                                       \
  X(void, ar1_final,                                                                                         \
    (const tutti_ar1 *model, tutti_rng rng, double start, size_t steps, size_t begin, size_t end,            \
     double *final))                                                                                         \
  /* Advances 16 runs, deviations from the mean, by `steps` steps, whose normals are the elements from       \
   * `first` on; path[16 t + j]: the value of run j after step t. */                                         \
  X(void, ar1_path,                                                                                          \
    (const tutti_ar1 *model, tutti_rng rng, uint64_t first, size_t steps, double *deviation, double *path))  \
  /* The weather of 16 runs on `days` days. normals: [4 stations x 16] a day; season: their days of the      \
   * year; state: [3 stations x 16], wet or not (1, 0) and the temperatures' residuals, before and after;    \
   * work: [3 stations x 16]; out: [stations x 3 x 16] a day. */                                             \
  X(void, generator_days,                                                                                    \
    (const generator_tables *tables, const double *normals, const uint16_t *season, size_t days,             \
     double *state, double *work, double *out))                                                              \
  /* Adds (x - centre)^k, k = 1..4, of x[0..n) to the four power sums. */                                    \
  X(void, power_sums_add, (tutti_power_sums * sums, double centre, const double *x, size_t n))               \
  /* Adds powers of (x - centre) scale. */                                                                   \
  X(void, central_sums, (tutti_central_sums * sums, double centre, double scale, const double *x, size_t n)) \
  X(void, sum_i64, (__int128 *total, const int64_t *x, size_t n))                                            \
  /* The sums of `cols` columns of `rows` items, each high + low, both exact; cols a multiple of 8, at most  \
   * TUTTI_TILE_COLS, rows at most TUTTI_TILE_ROWS. Bit j of the result: not so for column j. */             \
  X(uint64_t, column_slices,                                                                                 \
    (const double *a, size_t ld, size_t rows, size_t cols, double *high, double *low))                       \
  /* The rounded sums of `rows` short rows, cols at most TUTTI_SHORT_ROW. */                                 \
  X(void, row_sums, (const double *a, size_t ld, size_t rows, size_t cols, double *sum))                     \
  /* out[i] = the running sum after x[i]; out may be x. */                                                   \
  X(void, scan, (tutti_running * running, const double *x, double *out, size_t n))

#define TUTTI_CAT_(a, b, c) a##b##_##c
#define TUTTI_CAT(a, b, c)  TUTTI_CAT_(a, b, c)
#define TUTTI_KERNEL(name)  TUTTI_CAT(tutti_, name, TUTTI_LEVEL)

typedef struct tutti_kernels {
#define TUTTI_KERNEL_MEMBER(type, name, args) type(*name) args;
  TUTTI_KERNEL_LIST(TUTTI_KERNEL_MEMBER)
#undef TUTTI_KERNEL_MEMBER
} tutti_kernels;

/* The kernels of the level this file is compiled for. */
#define TUTTI_KERNEL_DECLARE(type, name, args) type TUTTI_KERNEL(name) args;
TUTTI_KERNEL_LIST(TUTTI_KERNEL_DECLARE)
#undef TUTTI_KERNEL_DECLARE

#endif
