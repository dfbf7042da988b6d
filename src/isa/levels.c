/* Which ISA levels this build has and this machine can run. */
#include <stdbool.h>
#include <stddef.h>

#include "isa/kernels.h"
#include "isa/levels.h"

static bool always(void) { return true; }

#if defined(__x86_64__)
/* __builtin_cpu_supports also checks that the operating system saves the registers. */
static bool has_fma(void) { return __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"); }
static bool has_avx2(void) { return has_fma() && __builtin_cpu_supports("avx2"); }
static bool has_avx512(void) {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
}
#endif

/* Levels, the best one first. SCALAR occurs twice: with the machine's FMA, and without it as PORTABLE. */
extern const tutti_kernels tutti_table_avx512, tutti_table_avx2, tutti_table_neon, tutti_table_scalar,
    tutti_table_portable;
static const struct level {
  tutti_isa isa;
  bool (*available)(void);
  const tutti_kernels *kernels;
} levels[] = {
#ifdef TUTTI_HAVE_AVX512
    {TUTTI_ISA_AVX512, has_avx512, &tutti_table_avx512},
#endif
#ifdef TUTTI_HAVE_AVX2
    {TUTTI_ISA_AVX2, has_avx2, &tutti_table_avx2},
#endif
#ifdef TUTTI_HAVE_NEON
    {TUTTI_ISA_NEON, always, &tutti_table_neon},
#endif
#ifdef TUTTI_HAVE_SCALAR
    {TUTTI_ISA_SCALAR, has_fma, &tutti_table_scalar},
#endif
    {TUTTI_ISA_SCALAR, always, &tutti_table_portable},   {TUTTI_ISA_PORTABLE, always, &tutti_table_portable},
};

static const struct level *find(tutti_isa isa) {
  for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
    if ((isa == TUTTI_ISA_BEST || isa == levels[i].isa) && levels[i].available()) return &levels[i];
  return NULL;
}

const tutti_kernels *tutti_kernels_of(tutti_isa isa) {
  const struct level *level = find(isa);
  return level ? level->kernels : NULL;
}

tutti_isa tutti_isa_best(void) { return find(TUTTI_ISA_BEST)->isa; }
int tutti_isa_available(tutti_isa isa) { return find(isa) != NULL; }
