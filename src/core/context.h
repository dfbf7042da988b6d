/* The context's data, which all parts of the library share; context/open.c fills them in. */
#ifndef TUTTI_CORE_CONTEXT_H
#define TUTTI_CORE_CONTEXT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <tutti/context.h>
#include <tutti/random.h>
#include <tutti/ranks.h>

#include "core/error.h"
#include "core/scope.h"
#include "core/thread.h"

#ifdef __FAST_MATH__
#error "tutti promises the same bits everywhere and cannot be built with -ffast-math"
#endif

struct tutti_backend_ops;
struct tutti_kernels; /* isa/kernels.h */
typedef struct tutti_rank_record tutti_rank_record;

/* An array of numbers: plain bytes, whose struct types have no padding. */
typedef struct {
  const void *at;
  size_t bytes;
} tutti_numbers;

/* What a function was asked in a context over ranks: it must be the same on all ranks. */
typedef struct {
  const char *function; /* its name */
  uint64_t n;           /* items; 0: as many as the job has */
  tutti_rng rng;
  uint64_t first;
  tutti_numbers parameters[6];
} tutti_noted_call;

/* How a call runs: as the context was opened, unless a function of the library asks for something else. */
typedef struct {
  const struct tutti_backend_ops *backend;
  tutti_schedule schedule;
  int (*progress)(void *user, size_t done, size_t total); /* or NULL */
  void *progress_user;
  bool within; /* the call is part of another one, which holds the context: standing workers are not used for
                  it */
} tutti_settings;

struct tutti_ctx {
  tutti_config config;     /* workers and isa resolved: neither 0 nor TUTTI_ISA_BEST */
  tutti_settings settings; /* of its calls, unless a job has others */
  const struct tutti_kernels *kernels;
  bool shared; /* the default context: many threads may use it at once, and details are kept per thread */
  _Atomic(const void *) owner; /* the thread whose call it serves (tutti_this_thread); NULL: none */
  tutti_transport transport;   /* in a context over ranks; in others ranks = 0 */
  tutti_rank_record *records;  /* [ranks]: what ranks tell each other before they do something together */
  tutti_noted_call noted;      /* what this rank tells the others next; function NULL: nothing was noted */
  uint64_t noted_parameters;   /* a hash of noted.parameters */
  int *pins; /* [pin_count]: processors in the order in which workers are pinned to them; NULL: not pinned */
  int pin_count;
  struct tutti_standing_pool *pool; /* standing workers, or NULL */
  char detail[TUTTI_DETAIL_SIZE];
};

#endif
