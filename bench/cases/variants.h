/* The variants: the ways in which a case is run. */
#ifndef BENCH_VARIANTS_H
#define BENCH_VARIANTS_H

#include <stdbool.h>
#include <tutti/tutti.h>

enum {
  VARIANT_SERIAL,
  VARIANT_VECTOR,
  VARIANT_THREADS,
  VARIANT_THREADS_VECTOR,
  VARIANT_PROCESSES,
  VARIANT_PROCESSES_VECTOR,
  VARIANT_MPI,
  VARIANT_MPI_VECTOR,
  VARIANT_COUNT
};

struct variant {
  const char *name, *description;
  tutti_backend backend;
  bool vector;   /* runs at the best ISA level; otherwise at scalar */
  bool parallel; /* is measured for every worker count */
};

extern const struct variant variants[VARIANT_COUNT];

/* The variant of that name, or NULL. */
const struct variant *variant_find(const char *name);

/* The one-core variant with the same instructions: what the gain of more workers is measured against. */
const struct variant *variant_one_core(const struct variant *variant);

int variant_index(const struct variant *variant);

#endif
