/* What the parts of the library share: the context and how a failure is reported. */
#ifndef TUTTI_INTERNAL_H
#define TUTTI_INTERNAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <tutti/context.h>
#include <tutti/random.h>
#include <tutti/ranks.h>

#include "core/scope.h"
#include "isa/kernels.h"

#ifdef __FAST_MATH__
#error "tutti promises the same bits everywhere and cannot be built with -ffast-math"
#endif

enum { TUTTI_DETAIL_SIZE = 320, TUTTI_MAX_WORKERS = 4096 };

struct tutti_backend_ops;
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

struct tutti_ctx {
  tutti_config config; /* workers and isa resolved: neither 0 nor TUTTI_ISA_BEST */
  const struct tutti_backend_ops *backend;
  const tutti_kernels *kernels;
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

/* Read without a call, since every call of the library does so. These lie in a block that libraries loaded
 * later have to share (1.6 KB in all with glibc): nothing but words, 40 bytes of them, and no other
 * thread-local data, which would lie beside them. */
#define TUTTI_QUICK_TLS __attribute__((tls_model("initial-exec")))

/* True in a thread or process while it runs a chunk: calls made there are nested and run serially. */
extern _Thread_local bool tutti_in_worker TUTTI_QUICK_TLS;
/* The context whose chunk it is: what NULL stands for there. */
extern _Thread_local const tutti_ctx *tutti_worker_ctx TUTTI_QUICK_TLS;

/* Different in every thread of every process, and never NULL; not to be read from. */
const void *tutti_this_thread(void);

/* Whether it is of a thread of a process from which this one was forked: nobody here. */
bool tutti_left_behind(const void *thread);

/* *resolved = ctx; for NULL the context of the chunk this thread runs, or the default context. TUTTI_EBUSY:
 * it serves another thread's call. TUTTI_EINVAL and so on when the default context cannot be opened. */
tutti_status tutti_resolve(tutti_ctx *ctx, tutti_ctx **resolved);

/* A call, and what is to be as it was when it is left, by whatever way. */
typedef struct {
  tutti_ctx *claimed; /* is this thread's meanwhile; or NULL */
  const tutti_ctx *worker_ctx;
  bool in_worker;
  int cancel;
  tutti_scope scope;
} tutti_call;

/* Begin with {0}. Until it goes out of scope, or tutti_call_end, the context is this thread's, and
 * pthread_cancel waits. TUTTI_EBUSY: another thread has it. */
#define TUTTI_CALL __attribute__((cleanup(tutti_call_end))) tutti_call
tutti_status tutti_call_begin(tutti_call *call, tutti_ctx *ctx);
void tutti_call_end(tutti_call *call);

/* A context that runs as this one does, for a call within the one that it serves: to have another progress
 * function, say. It owns nothing, and has no workers that stand by. */
tutti_ctx tutti_ctx_within(const tutti_ctx *ctx);

/* Stores the formatted detail in the context (NULL: the calling thread's) and returns status. */
tutti_status tutti_fail(tutti_ctx *ctx, tutti_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Notes for the ranks' next meeting what this one was asked; nothing in a worker, or without ranks. To be
 * called once the arguments are checked. */
void tutti_note_call(tutti_ctx *ctx, const tutti_noted_call *asked);
#define TUTTI_NOTE_CALL(ctx, ...)                                                                            \
  ((ctx)->transport.ranks > 1 ? tutti_note_call(ctx, &(tutti_noted_call){.function = __func__, __VA_ARGS__}) \
                              : (void)0)

/* Whether all ranks were asked that, where nothing else is done together: TUTTI_EINVAL names the difference.
 */
tutti_status tutti_ranks_agree(tutti_ctx *ctx);

/* Tells the other ranks, instead of leaving them waiting, that this one refuses its arguments (TUTTI_EINVAL;
 * of anything else nobody is told). To be called before ranks have done anything together. Returns the
 * status. */
tutti_status tutti_refuse(tutti_ctx *ctx, tutti_status status);

/* What workers = 0 stands for: the usable cores, and no more than OMP_NUM_THREADS and OMP_THREAD_LIMIT. */
int tutti_default_workers(void);

/* TUTTI_EINVAL with the argument's name where a pointer needed for n > 0 items is NULL, or n items of
 * item_size bytes are more than any memory holds. */
tutti_status tutti_check_array(tutti_ctx *ctx, const char *name, const void *array, size_t n,
                               size_t item_size);

#endif
