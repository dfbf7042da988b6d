/* Filling an array with variates of a stream, chunk by chunk. */
#ifndef TUTTI_RANDOM_FILL_H
#define TUTTI_RANDOM_FILL_H

#include "core/context.h"
#include "isa/kernels.h"

/* Variates that a chunk has at least: they take some tens of microseconds. A multiple of the stream's
 * block. */
enum { TUTTI_FILL_GRAIN = 8192 };

/* Which variates, of which distribution, and where to. */
typedef struct tutti_variates tutti_variates;
struct tutti_variates {
  /* Makes variates first .. first + n - 1. */
  void (*make)(const tutti_variates *v, uint64_t first, void *out, size_t n);
  tutti_rng rng;
  uint64_t first;
  void *out;
  size_t item_size;       /* bytes of a variate */
  const void *parameters; /* parameters of the distribution, for `make` */
  const tutti_kernels *kernels;
  size_t parameter_bytes;   /* bytes at `parameters`, a struct without padding: ranks compare them */
  tutti_numbers numbers[2]; /* arrays of parameters that ranks compare, too */
};

/* Writes variates v->first .. v->first + n - 1 to v->out; sets v->kernels. TUTTI_EINVAL: out is NULL with
 * n > 0, or there are variates beyond number 2^64. */
tutti_status tutti_fill_as(const char *function, tutti_ctx *ctx, tutti_variates *v, size_t n);
#define tutti_fill(...) tutti_fill_as(__func__, __VA_ARGS__)

#endif
