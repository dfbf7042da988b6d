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

/* Without gaps between them. */
typedef struct {
  const void *at;
  size_t bytes;
} tutti_numbers;

/* What a function that runs over ranks was asked: it must be the same in all of them. */
typedef struct {
  const char *function; /* its name */
  uint64_t n;           /* 0: that of the job */
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
  bool within; /* of a call of the library's that holds the context already: workers do not stand by for it */
} tutti_settings;

struct tutti_ctx {
  tutti_config config;     /* workers and isa resolved: neither 0 nor TUTTI_ISA_BEST */
  tutti_settings settings; /* of its calls */
  const struct tutti_kernels *kernels;
  bool shared;                 /* the default context: many threads at once, details kept per thread */
  _Atomic(const void *) owner; /* the thread whose call it serves, as tutti_this_thread; or NULL */
  tutti_transport transport;   /* of a context over ranks; ranks 0: it is not one */
  tutti_rank_record *records;  /* what its ranks tell each other, one a rank */
  tutti_noted_call noted;      /* what this rank tells next; function NULL: nothing was noted */
  uint64_t noted_parameters;   /* a hash of its parameters */
  int *pins; /* processors in the order in which workers take them, pin_count of them; NULL: wherever */
  int pin_count;
  struct tutti_standing_pool *pool; /* of workers that stand by, or NULL */
  char detail[TUTTI_DETAIL_SIZE];
};

#endif
