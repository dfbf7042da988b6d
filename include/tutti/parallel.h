/* The engine, for kernels of your own.
 *
 * Every call splits [0, n) into chunks that depend on n, on the grain and (for a reduction) on the
 * accumulator's size, never on the workers or on timing; at most 4096 of them. Chunk boundaries are multiples
 * of the grain. A call made from within a chunk (nested) runs serially in that worker.
 *
 * Statuses common to all four functions: TUTTI_EINVAL for a NULL or contradictory argument, TUTTI_ENOMEM,
 * TUTTI_EUSER when a function of yours returned non-zero or did not return (the detail names the value and
 * the items; it is always the lowest chunk that fails, on any backend), TUTTI_ECANCELED, TUTTI_EWORKER when
 * worker processes kept dying, TUTTI_ESYSTEM when no process could be started, or OpenMP not in it,
 * TUTTI_EBUSY. After any of these an output array may hold the items of the chunks that did run; `acc` of
 * tutti_reduce is untouched.
 *
 * Leaving: functions of yours return. What happens when an exception, longjmp or pthread_exit leaves one:
 *
 * - In a worker process it goes no further: the worker ends, and the call returns TUTTI_EUSER with the way
 *   and the items in the detail, as if the function had returned non-zero. It is not run again.
 *
 * - In a team of threads (TUTTI_THREADS with more than one worker; init of a reduction and the progress
 *   function are called there, too) there is no way on. The process ends after a line on stderr with the
 *   items; for an exception, as a program does with one that nobody catches.
 *
 * - In the calling thread otherwise (TUTTI_SERIAL, merge of a reduction, a progress function of
 *   TUTTI_PROCESSES, a transport's functions of <tutti/ranks.h>; other ranks then wait) it goes where it was
 *   to go: the call is over, its workers are ended, and the context can be used again. A longjmp destroys no
 * C++ objects on its way; some of the memory of the call may be lost.
 *
 * Exceptions and jumps that stay within a function of yours are its own business. Not met, and never to be
 * done, are jumps other than those of glibc's longjmp (setcontext, __builtin_longjmp), from a thread of a
 * team to the stack of another thread, and by a signal handler out of the call that it interrupts.
 *
 * Death: a worker process that dies, by a signal, exit() or lack of memory, is replaced, and the chunk it was
 * at is run again from the beginning, its declared outputs as they were before. What a chunk writes to other
 * memory of tutti_alloc stays: it must come out right when written again. Three deaths in one chunk, or of
 * one worker between chunks, end the call: TUTTI_EWORKER, and the detail names the items and the signal or
 * exit status. exit() in a worker runs what the function itself has given to atexit, and nothing of the
 * host's but destructors of the calling thread's thread_local objects. SIGHUP, SIGINT, SIGQUIT and SIGTERM
 * are for the caller, who decides what they mean and whose end is its workers': a worker dies by one only if
 * it sends it to itself (SIGKILL ends it from outside), and ignores it where the caller does.
 *
 * Output: what functions of yours print to stdout in a worker process appears once, after what the caller has
 * printed before the call and, unless the worker dies by a signal, before the call returns. Other streams of
 * C, buffered ones of C++ and units of Fortran are yours: flush them before the call, and in the function.
 *
 * Memory: with TUTTI_SERIAL and TUTTI_THREADS all memory is shared. With TUTTI_PROCESSES a worker sees the
 * caller's memory as it was when the call began; of what it writes, the declared outputs and memory of
 * tutti_alloc reach the caller. Outputs in memory of tutti_alloc need none besides; others need twice their
 * size while the call runs (a copy where workers write, and one that comes back), accumulators too: where
 * tutti_available_memory() is less, TUTTI_ENOMEM before any work. */
#ifndef TUTTI_PARALLEL_H
#define TUTTI_PARALLEL_H

#include <stddef.h>
#include <tutti/context.h>

TUTTI_BEGIN_DECLS

/* Runs items [begin, end); non-zero stops the run: TUTTI_EUSER. Called from several workers at once. */
typedef int (*tutti_body)(size_t begin, size_t end, void *args);

/* An array a chunk [begin, end) writes the items [begin, end) of; item_size in bytes. */
typedef struct {
  void *base;
  size_t item_size;
} tutti_output;

/* Runs body over [0, n) in chunks of at least `grain` items (0: the engine's choice).
 * outputs: ended by {0}, or NULL: the body writes only memory all workers share. Processes share no memory
 * they are not told of: with TUTTI_PROCESSES, NULL is TUTTI_EUNSUPPORTED, so that nothing is lost in silence
 * (a body that only writes memory of tutti_alloc declares an empty list, {{0}}). */
TUTTI_API tutti_status tutti_for(tutti_ctx *ctx, size_t n, size_t grain, tutti_body body, void *args,
                                 const tutti_output *outputs);

typedef struct {
  size_t acc_size; /* bytes of an accumulator: plain bytes, no pointers inside; aligned to 64 */
  size_t grain;    /* items a chunk holds at least; 0: the engine's choice: 1; where acc_size is above 256, as
                      many as the accumulator has bytes, but no more than leave 256 chunks */
  void (*init)(void *acc, const void *args);
  int (*chunk)(void *acc, size_t begin, size_t end, const void *args); /* non-zero: TUTTI_EUSER */
  void (*merge)(void *into, const void *from, const void *args);       /* called in chunk order */
} tutti_reduction;

/* acc = init, merged with the accumulator of every chunk of [0, n) in ascending order: the same bits for any
 * backend and worker count even where merge does not commute. n = 0 gives the initial accumulator. */
TUTTI_API tutti_status tutti_reduce(tutti_ctx *ctx, const tutti_reduction *op, size_t n, const void *args,
                                    void *acc);

/* Computes one item: writes out_size bytes at out. Non-zero stops the run. */
typedef int (*tutti_map_fn)(size_t index, const void *args, void *out);

/* out[index] = fn(index) for every index of [0, n); out: n items of out_size bytes. */
TUTTI_API tutti_status tutti_map(tutti_ctx *ctx, size_t n, tutti_map_fn fn, const void *args, void *out,
                                 size_t out_size);

typedef struct {
  int (*run)(void *args);
  void *args;
} tutti_task;

/* Runs n different functions side by side. They declare no outputs, so TUTTI_PROCESSES is
 * TUTTI_EUNSUPPORTED. */
TUTTI_API tutti_status tutti_invoke(tutti_ctx *ctx, const tutti_task *tasks, size_t n);

TUTTI_END_DECLS

#endif
