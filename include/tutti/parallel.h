/* The engine, for kernels of your own.
 *
 * Every call splits [0, n) into at most 4096 chunks. They depend on n, on the grain and (for a reduction)
 * on the size of the accumulator, never on the workers or on timing. Chunk boundaries are multiples of the
 * grain. A call made from within a chunk (nested) runs serially in that worker.
 *
 * Statuses common to all four functions:
 *
 * - TUTTI_EINVAL: a NULL or contradictory argument. TUTTI_ENOMEM. TUTTI_EBUSY. TUTTI_ECANCELED.
 * - TUTTI_EUSER: a function of yours returned non-zero or did not return. The detail names the value and
 *   the items. It is always the lowest chunk that fails, on any backend.
 * - TUTTI_EWORKER: worker processes kept dying.
 * - TUTTI_ESYSTEM: no process could be started, or OpenMP could not be started in one.
 *
 * After any of these an output array may hold the items of the chunks that did run; `acc` of tutti_reduce
 * is untouched.
 *
 * Leaving. Functions of yours are to return. What happens when an exception, longjmp or pthread_exit
 * leaves one depends on where it runs:
 *
 * - In a worker process: the exception or jump goes no further. The worker ends, and the call returns
 *   TUTTI_EUSER, as if the function had returned non-zero; the detail says how it was left, and names the
 *   items. The chunk is not run again.
 * - In a team of threads (TUTTI_THREADS with more than one worker; init of a reduction and the progress
 *   function are called there, too): the process ends, because there is nowhere to go on. A line on stderr
 *   names the items. For an exception the process ends as a program does with one that nobody catches.
 * - In the calling thread otherwise (TUTTI_SERIAL, merge of a reduction, a progress function of
 *   TUTTI_PROCESSES, a transport's functions of <tutti/ranks.h>, where other ranks then wait): it goes on
 *   to wherever it was to go. The call is over, its workers are ended, and the context can be used again.
 *   A longjmp destroys no C++ objects on its way, and some of the memory of the call may be lost.
 *
 * Exceptions and jumps that stay within a function of yours are its own business. The library cannot deal
 * with the following; never do them:
 *
 * - jumps other than those of glibc's longjmp (setcontext, __builtin_longjmp);
 * - jumps from a thread of a team to the stack of another thread;
 * - jumps by a signal handler out of the call that it interrupts.
 *
 * Death. A worker process that dies, by a signal, exit() or lack of memory, is replaced, and its chunk is
 * run again from the beginning:
 *
 * - The chunk finds its declared outputs as they were before. What it has written to other memory of
 *   tutti_alloc stays: it must come out right when it is written again.
 * - Three deaths in one chunk, or three of one worker between chunks, end the call: TUTTI_EWORKER. The
 *   detail names the items and the signal or exit status.
 * - exit() in a worker runs what the function itself has given to atexit, and destructors of the calling
 *   thread's thread_local objects, but nothing else of the program's.
 * - SIGHUP, SIGINT, SIGQUIT and SIGTERM are for the caller: it decides what they mean, and its workers end
 *   when it does. A worker dies by one of them only if it sends it to itself, and ignores it where the
 *   caller does. From outside, SIGKILL ends a worker.
 *
 * Output. What functions of yours print to stdout in a worker process appears once, after what the caller
 * has printed before the call and, unless the worker dies by a signal, before the call returns. Other
 * streams of C, buffered ones of C++ and units of Fortran are up to you: flush them before the call, and
 * in the function.
 *
 * Memory. With TUTTI_SERIAL and TUTTI_THREADS all memory is shared. With TUTTI_PROCESSES a worker sees the
 * caller's memory as it was when the call began; of what it writes, the declared outputs and memory of
 * tutti_alloc reach the caller. Room that a call with TUTTI_PROCESSES needs besides:
 *
 * - none for outputs in memory of tutti_alloc;
 * - twice their size for other outputs and for accumulators: a copy in which workers write, and one that
 *   comes back. Where tutti_available_memory() is less, the call returns TUTTI_ENOMEM before any work. */
#ifndef TUTTI_PARALLEL_H
#define TUTTI_PARALLEL_H

#include <stddef.h>
#include <tutti/context.h>

TUTTI_BEGIN_DECLS

/* A function of yours that runs the items [begin, end). Non-zero stops the run: TUTTI_EUSER. Called from
 * several workers at once. */
typedef int (*tutti_body)(size_t begin, size_t end, void *args);

/* An output: an array of which the chunk [begin, end) writes the items [begin, end). item_size in bytes. */
typedef struct {
  void *base;
  size_t item_size;
} tutti_output;
typedef tutti_output tutti_output_t;

/* Runs body over [0, n) in chunks of at least `grain` items (0: the engine's choice).
 *
 * outputs: a list of the arrays that body writes, ended by {0}; or NULL, which says that body writes only
 * memory that all workers share. Processes share only memory that they are told of. With TUTTI_PROCESSES,
 * NULL is therefore TUTTI_EUNSUPPORTED, so that nothing is lost in silence. A body that only writes memory
 * of tutti_alloc declares an empty list, {{0}}. */
TUTTI_API tutti_status tutti_for(tutti_ctx *ctx, size_t n, size_t grain, tutti_body body, void *args,
                                 const tutti_output *outputs);

/* A reduction: how chunks are added up in accumulators, and accumulators merged. */
typedef struct {
  size_t acc_size; /* bytes of an accumulator: plain bytes, no pointers inside; aligned to 64 */
  size_t grain; /* items that a chunk holds at least. 0, the engine's choice: 1 where acc_size is at most 256;
                   else acc_size, or less where there would be fewer than 256 chunks */
  void (*init)(void *acc, const void *args);
  int (*chunk)(void *acc, size_t begin, size_t end, const void *args); /* non-zero: TUTTI_EUSER */
  void (*merge)(void *into, const void *from, const void *args);       /* called in chunk order */
} tutti_reduction;
typedef tutti_reduction tutti_reduction_t;

/* Reduces [0, n): each chunk has an accumulator of its own; acc is an initial one into which they are
 * merged in ascending order,
 *
 *     init(acc);   merge(acc, chunk 0);   merge(acc, chunk 1);   and so on.
 *
 * The bits are therefore the same for any backend and worker count, even where the order of merging
 * matters. n = 0 gives the initial accumulator. */
TUTTI_API tutti_status tutti_reduce(tutti_ctx *ctx, const tutti_reduction *op, size_t n, const void *args,
                                    void *acc);

/* A function of yours that computes one item: writes out_size bytes at out. Non-zero stops the run:
 * TUTTI_EUSER. */
typedef int (*tutti_map_fn)(size_t index, const void *args, void *out);

/* Computes out[index] = fn(index) for every index of [0, n). out: n items of out_size bytes. */
TUTTI_API tutti_status tutti_map(tutti_ctx *ctx, size_t n, tutti_map_fn fn, const void *args, void *out,
                                 size_t out_size);

/* A function and its argument. Non-zero is a failure: TUTTI_EUSER. */
typedef struct {
  int (*run)(void *args);
  void *args;
} tutti_task;
typedef tutti_task tutti_task_t;

/* Runs n different functions side by side. They declare no outputs, and so TUTTI_PROCESSES is
 * TUTTI_EUNSUPPORTED. */
TUTTI_API tutti_status tutti_invoke(tutti_ctx *ctx, const tutti_task *tasks, size_t n);

TUTTI_END_DECLS

#endif
