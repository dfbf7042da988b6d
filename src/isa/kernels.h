/* The kernels: the only code that is compiled once per ISA level.
 *
 * A kernel is written once, against isa/vec.h, in a file <family>/<x>_kernel.c; meson compiles the file per
 * level with TUTTI_LEVEL set to the level's name, and TUTTI_KERNEL(name) makes the symbol unique. isa/table.c
 * gathers a level's kernels into one table; a context points at the table it was opened with. Kernels do not
 * allocate, do not fail, and know nothing of threads. */
#ifndef TUTTI_ISA_KERNELS_H
#define TUTTI_ISA_KERNELS_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/random.h>
#include <tutti/reduce.h>
#include <tutti/weather.h>

#include "reduce/moments.h"

/* result type, name, parameters */
#define TUTTI_KERNEL_LIST(X)                                                                                 \
  /* Adds x[0..n) to the accumulator. */                                                                     \
  X(void, exact_add_array, (tutti_exact * acc, const double *x, size_t n))                                   \
  /* Elements first .. first + n - 1 of a stream: uint64_t, double, double. */                               \
  X(void, bits, (tutti_rng rng, uint64_t first, void *out, size_t n))                                        \
  X(void, uniform, (tutti_rng rng, uint64_t first, void *out, size_t n))                                     \
  X(void, normal, (tutti_rng rng, uint64_t first, void *out, size_t n))                                      \
  /* How many of the points first .. first + n - 1 lie in the quarter circle. */                             \
  X(uint64_t, pi_hits, (tutti_rng rng, uint64_t first, uint64_t n))                                          \
  /* The final values of runs [begin, end), begin a multiple of 16. */                                       \
  X(void, ar1_final,                                                                                         \
    (const tutti_ar1 *model, tutti_rng rng, double start, size_t steps, size_t begin, size_t end,            \
     double *final))                                                                                         \
  /* Adds (x - centre)^k, k = 1..4, of x[0..n) to the four power sums. */                                    \
  X(void, power_sums_add, (tutti_power_sums * sums, double centre, const double *x, size_t n))

#define TUTTI_CAT_(a, b, c) a##b##_##c
#define TUTTI_CAT(a, b, c)  TUTTI_CAT_(a, b, c)
#define TUTTI_KERNEL(name)  TUTTI_CAT(tutti_, name, TUTTI_LEVEL)

typedef struct {
#define TUTTI_KERNEL_MEMBER(type, name, args) type(*name) args;
  TUTTI_KERNEL_LIST(TUTTI_KERNEL_MEMBER)
#undef TUTTI_KERNEL_MEMBER
} tutti_kernels;

/* The kernels of the level this file is compiled for. */
#define TUTTI_KERNEL_DECLARE(type, name, args) type TUTTI_KERNEL(name) args;
TUTTI_KERNEL_LIST(TUTTI_KERNEL_DECLARE)
#undef TUTTI_KERNEL_DECLARE

/* The table of a level; NULL when this machine or build lacks it. BEST: the best there is. */
const tutti_kernels *tutti_kernels_of(tutti_isa isa);
/* The level BEST stands for here. */
tutti_isa tutti_isa_best(void);

#endif
