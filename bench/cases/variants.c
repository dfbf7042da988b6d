/* The table of variants. */
#include "cases/variants.h"

#include <string.h>

const struct variant variants[VARIANT_COUNT] = {
    [VARIANT_SERIAL] = {"serial", "one core, scalar code: the reference", TUTTI_SERIAL, false, false},
    [VARIANT_VECTOR] = {"vector", "one core, vector units", TUTTI_SERIAL, true, false},
    [VARIANT_THREADS] = {"threads", "OpenMP threads, scalar code", TUTTI_THREADS, false, true},
    [VARIANT_THREADS_VECTOR] = {"threads+vector", "OpenMP threads, vector units", TUTTI_THREADS, true, true},
    [VARIANT_PROCESSES] = {"processes", "forked processes, scalar code", TUTTI_PROCESSES, false, true},
    [VARIANT_PROCESSES_VECTOR] = {"processes+vector", "forked processes, vector units", TUTTI_PROCESSES, true,
                                  true},
    [VARIANT_MPI] = {"mpi", "ranks of MPI, scalar code; under mpirun only", TUTTI_MPI, false, true},
    [VARIANT_MPI_VECTOR] = {"mpi+vector", "ranks of MPI, vector units; under mpirun only", TUTTI_MPI, true,
                            true},
};

const struct variant *variant_find(const char *name) {
  for (int i = 0; i < VARIANT_COUNT; i++) {
    if (strcmp(variants[i].name, name) == 0) return &variants[i];
  }
  return NULL;
}

const struct variant *variant_one_core(const struct variant *variant) {
  return &variants[variant->vector ? VARIANT_VECTOR : VARIANT_SERIAL];
}

int variant_index(const struct variant *variant) { return (int)(variant - variants); }
