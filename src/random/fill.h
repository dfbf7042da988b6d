/* Filling an array with variates of a stream, chunk by chunk. */
#ifndef TUTTI_RANDOM_FILL_H
#define TUTTI_RANDOM_FILL_H

#include "core/context.h"
#include "isa/kernels.h"

/* Variates a chunk has at least: some tens of microseconds, and a multiple of the stream's block. */
enum { TUTTI_FILL_GRAIN = 8192 };

typedef struct tutti_variates tutti_variates;
struct tutti_variates {
  /* Makes variates first .. first + n - 1. */
  void (*make)(const tutti_variates *v, uint64_t first, void *out, size_t n);
  tutti_rng rng;
  uint64_t first;
  void *out;
  size_t item_size;       /* bytes of a variate */
  const void *parameters; /* of the distribution, as `make` knows them */
  const tutti_kernels *kernels;
  size_t parameter_bytes;   /* of numbers without gaps at `parameters`, to compare over ranks */
  tutti_numbers numbers[2]; /* more of them */
};

/* Variates v->first .. v->first + n - 1 into v->out; v->kernels is set here. TUTTI_EINVAL: out is NULL with n
 * > 0, or variates beyond 2^64. */
tutti_status tutti_fill_as(const char *function, tutti_ctx *ctx, tutti_variates *v, size_t n);
#define tutti_fill(...) tutti_fill_as(__func__, __VA_ARGS__)

#endif
