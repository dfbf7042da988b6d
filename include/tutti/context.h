/* Contexts: who runs the chunks (backend, workers, schedule) and with which instructions (ISA). None of
 * these ever changes a result; they change the time it takes.
 *
 * Threads. A context serves one call at a time: a second thread that uses it meanwhile gets TUTTI_EBUSY,
 * and tutti_error_detail(NULL) in that thread says so. Different contexts are independent. Every function
 * of the library also takes ctx = NULL, a process-wide default context (threads, all cores) that is made
 * on first use. Any number of threads may share it. In a function of yours that the library calls from a
 * worker, NULL is the context of that call.
 *
 * Cancellation. During a call pthread_cancel is held off from the calling thread: a thread that is
 * canceled meanwhile (deferred, as is the default) ends at its next cancellation point after the call.
 * What may not leave functions of yours is said in <tutti/parallel.h>.
 *
 * Worker processes are children of this process. A SIGCHLD handler of the program is called when they end,
 * and its waitpid(-1) or wait() may collect them. The only harm is that TUTTI_EWORKER can then not say how
 * a worker ended. The library itself waits for its own children only.
 *
 * Fork. A child that the program forks may use the contexts it finds, and has its workers too. With GNU's
 * OpenMP runtime there is a limit. Where the process had other threads when it forked (an OpenMP team,
 * perhaps), the forking thread's team does not exist in the child. Then:
 * - calls with TUTTI_THREADS are run by the team of another thread, which the first such call starts; each
 *   costs about 20 us more;
 * - OpenMP regions of the child's own hang, as they do after any such fork.
 *
 * Unloading. The library stays loaded after dlclose, because its threads do; a plug-in that contains
 * libtutti.a must be linked with -Wl,-z,nodelete. */
#ifndef TUTTI_CONTEXT_H
#define TUTTI_CONTEXT_H

#include <stddef.h>
#include <tutti/status.h>

TUTTI_BEGIN_DECLS

/* A context; see above. */
typedef struct tutti_ctx tutti_ctx;
typedef tutti_ctx tutti_ctx_t;

/* Who runs the chunks of a call. */
enum tutti_backend_ {
  TUTTI_SERIAL,    /* the calling thread alone */
  TUTTI_THREADS,   /* an OpenMP team */
  TUTTI_PROCESSES, /* worker processes: forked for the call, so that they see the caller's memory as it is,
                      copy-on-write; or kept between calls, see `standing` below */
  TUTTI_MPI        /* needs libtutti_mpi and <tutti/mpi.h>; tutti_open returns TUTTI_EUNSUPPORTED for it */
};
TUTTI_ENUM(tutti_backend);

/* With which instructions the library's kernels run. */
typedef enum {
  TUTTI_ISA_BEST,    /* the best level this machine has */
  TUTTI_ISA_SCALAR,  /* one element at a time, with the machine's FMA where it has one; vectoriser off */
  TUTTI_ISA_AVX2,    /* x86-64: AVX2 and FMA */
  TUTTI_ISA_AVX512,  /* x86-64: AVX-512 F, DQ, VL, BW */
  TUTTI_ISA_NEON,    /* aarch64 */
  TUTTI_ISA_PORTABLE /* scalar code for the oldest CPU of the architecture; never chosen by itself where
                        SCALAR finds an FMA instruction, listed so that tests can reach it */
} tutti_isa;

/* How chunks are handed to workers, as in OpenMP: in equal shares beforehand, one by one as workers get
 * free, or in ever smaller portions. Speed only, never the result. */
typedef enum { TUTTI_STATIC, TUTTI_DYNAMIC, TUTTI_GUIDED } tutti_schedule;

/* On which processors workers run.
 *
 * Pinned, each worker stays on one of the processors that the process may use, close to its caches and its
 * memory. Processors are given out in this order: first one of each core; then, when every core has a
 * worker, those that share a core with another (SMT); then, with more workers than processors, from the
 * beginning again. After every call all threads of the team, the calling thread (worker 0 of
 * TUTTI_THREADS) among them, are put back where they were.
 *
 * Not pinned, threads are where the OpenMP runtime puts them (OMP_PROC_BIND, OMP_PLACES and the like
 * hold), and worker processes may run on every processor of the process, whatever thread forks them. */
typedef enum {
  TUTTI_PIN_NONE,    /* the system moves them as it likes */
  TUTTI_PIN_COMPACT, /* side by side: few workers share a NUMA node and its cache */
  TUTTI_PIN_SPREAD   /* on the NUMA nodes in turn: few workers have the bandwidth of all */
} tutti_pinning;

/* How a context is to work. Start with tutti_config_default: {0} is the serial backend. */
typedef struct {
  tutti_backend backend;   /* default TUTTI_THREADS */
  int workers;             /* 0, the default: as many as this process may use cores (affinity, cgroup quota),
                              but at most OMP_NUM_THREADS (its first number) and at most OMP_THREAD_LIMIT,
                              where the environment has them when the context is opened */
  tutti_isa isa;           /* default TUTTI_ISA_BEST */
  tutti_schedule schedule; /* default TUTTI_DYNAMIC */
  /* Called from the calling thread, from time to time and once at the end, with the items done so far; may
   * be NULL. Non-zero cancels: chunks not yet begun are not run and the call returns TUTTI_ECANCELED. (At
   * the end, where done = total, there is nothing left to cancel.) Functions of the library that it calls
   * run serially. It must return: see "Leaving" in <tutti/parallel.h>. */
  int (*progress)(void *user, size_t done, size_t total);
  void *progress_user;
  /* TUTTI_PROCESSES: the seconds a worker may take for one chunk. A worker that takes longer is killed,
   * and treated as one that died. Time in which the caller was stopped too (SIGSTOP to the group, a laptop
   * asleep) does not count. 0, the default: no limit. */
  double chunk_seconds;
  /* TUTTI_PROCESSES: whether functions of yours may run in standing workers: processes that are kept
   * between calls instead of forked for each one. Such a call costs a fiftieth of one that forks. Default
   * 0: no.
   *
   * 1 is a promise: everything that your functions read is either
   * - memory of tutti_alloc, which all workers share, or
   * - unchanged since the first call.
   *
   * It is needed because a standing worker was forked earlier and is a copy of the process as it was then:
   * - It sees the caller's memory of then. What the caller has since freed or overwritten takes up memory
   *   in the worker until the context is closed.
   * - It has the working directory and the umask of then.
   * - It has no file descriptors but standard input, output and error. Where one of these has become
   *   another file since, the workers are started anew.
   *
   * What runs in standing workers:
   * - your functions, with standing = 1, in calls whose `args` and outputs lie in memory of tutti_alloc
   *   (args may also be NULL);
   * - the library's own kernels, whatever `standing` is, where they can and the process has at most 256
   *   MiB of private memory.
   *
   * They stay until the context is closed. So does the thread of this process that forks them, which takes
   * no signals: close the context before the main thread ends by pthread_exit. */
  int standing;
  tutti_pinning pinning; /* default TUTTI_PIN_NONE; of no effect where the system does not allow it */
} tutti_config;
typedef tutti_config tutti_config_t;

/* Fills *config with the defaults of its fields. Thread-safe. */
TUTTI_API void tutti_config_default(tutti_config *config);

/* Opens a context; config = NULL means the defaults. The environment variable TUTTI_ISA (scalar, avx2,
 * avx512, neon, portable, best) overrides config->isa. *ctx is untouched on failure; the detail of a
 * failed open is tutti_error_detail(NULL). Thread-safe.
 *
 * - TUTTI_EINVAL: a value out of range, or TUTTI_ISA is no level's name.
 * - TUTTI_EUNSUPPORTED: the machine lacks the ISA level, or the backend is not in this library.
 * - TUTTI_ESYSTEM: LLVM's OpenMP runtime needs a file descriptor to start, and none is free.
 * - TUTTI_ENOMEM. */
TUTTI_API tutti_status tutti_open(const tutti_config *config, tutti_ctx **ctx);

/* Closes a context; NULL is ignored. Memory of tutti_alloc stays valid until tutti_free. */
TUTTI_API void tutti_close(tutti_ctx *ctx);

/* What exactly was wrong in the last failed call on this context, "" if none failed: one line, valid until
 * the next call on it. For NULL (the default context and tutti_open): the last failure in the calling
 * thread. */
TUTTI_API const char *tutti_error_detail(const tutti_ctx *ctx);

/* The number of workers that a call on this context uses at most; >= 1. A team of threads is smaller where
 * memory has no room for all of its stacks (ulimit -v, ulimit -d). 0 for NULL when the default context
 * cannot be opened. */
TUTTI_API int tutti_workers(const tutti_ctx *ctx);

/* The ISA level at which this context's kernels run. Never TUTTI_ISA_BEST, but for NULL when the default
 * context cannot be opened. */
TUTTI_API tutti_isa tutti_context_isa(const tutti_ctx *ctx);

/* Whether a context could be opened with this level on this machine; BEST and SCALAR always. Thread-safe. */
TUTTI_API int tutti_isa_available(tutti_isa isa);

/* The name of a level, a backend or a schedule ("scalar", "avx2", ...; "threads", ...; "dynamic", ...), as
 * the command line and TUTTI_ISA use it. "unknown" for a value out of range. Thread-safe. */
TUTTI_API const char *tutti_isa_name(tutti_isa isa);
TUTTI_API const char *tutti_backend_name(tutti_backend backend);
TUTTI_API const char *tutti_schedule_name(tutti_schedule schedule);

/* The number of cores this process may use, >= 1: the processors it may run on, or the CPU quota of its
 * cgroup and of all the cgroup's ancestors (v1 and v2), rounded up, where that is less. Thread-safe. */
TUTTI_API int tutti_usable_cores(void);

/* The numbers of the processors this process may run on. The first `most` of them, ascending, are written
 * to processor[most]; returns how many there are in all, 0 where the system does not tell. Thread-safe.
 *
 * They are the affinity mask of the calling thread, with one exception. The OpenMP runtime may have bound
 * that thread to one of its places (OMP_PROC_BIND, OMP_PLACES, GOMP_CPU_AFFINITY, KMP_AFFINITY). Then they
 * are the processors of all its places, which it has made of the mask the process was started with.
 * OMP_PROC_BIND=primary keeps all threads at one place, and the processors of that place are all there
 * are. */
TUTTI_API int tutti_processors(int *processor, int most);

/* What of the machine this process may use, and what limits it. Fields marked * are 0 where the system
 * does not tell. */
typedef struct {
  int online;   /* logical processors that run */
  int allowed;  /* those of them that this process may run on: tutti_processors() */
  double quota; /* the cores' worth of CPU time that its cgroup and all the cgroup's ancestors leave it;
                   0: no limit */
  int usable;   /* tutti_usable_cores() */
  int cores;    /* * physical cores of the allowed processors; less than `allowed` where two of these
                   share a core (SMT) */
  int packages; /* * sockets they lie in */
  int nodes;    /* * NUMA nodes they lie in */
  int kinds;    /* * kinds of cores: 2 and more on a hybrid machine */
  size_t available_memory; /* tutti_available_memory() */
} tutti_topology_t;

/* Fills *topology with what this process may use now. TUTTI_EINVAL: topology is NULL. TUTTI_ENOMEM.
 * Thread-safe. */
TUTTI_API tutti_status tutti_topology(tutti_topology_t *topology);

/* A topology in one line of English, into text[size], as snprintf does it: at most size bytes are written,
 * the last one 0; returns the length of the whole line without the 0. Thread-safe. */
TUTTI_API size_t tutti_topology_text(const tutti_topology_t *topology, char *text, size_t size);

/* The bytes of memory that can be taken now without pushing the machine, or this process's cgroup or one
 * of the cgroup's ancestors, out of memory; SIZE_MAX where the system does not tell. A limit of the
 * process's address space (ulimit -v) does not count: beyond that an allocation fails, but nobody is
 * killed. Thread-safe. */
TUTTI_API size_t tutti_available_memory(void);

/* Allocates memory that is zeroed, aligned to 64 bytes, and, from a context with backend TUTTI_PROCESSES,
 * shared with workers. Release it with tutti_free, from any thread, also after the context was closed.
 *
 * Shared: workers, and children that you fork, read and write the memory itself, not a copy, until the
 * process that allocated it releases it. Blocks of at most 64 KiB share mappings, so that there may be as
 * many of them as memory holds.
 *
 * Pages are taken from the system when they are first touched. On a machine with several NUMA nodes, pages
 * of large memory are touched here, by the workers in equal shares, so that they are spread over all
 * nodes.
 *
 * NULL: bytes is 0 or more than tutti_available_memory() (the detail says how much that was), or the
 * system has no address space or no mapping left. */
TUTTI_API void *tutti_alloc(tutti_ctx *ctx, size_t bytes);

/* Releases memory of tutti_alloc; NULL memory is ignored. */
TUTTI_API void tutti_free(tutti_ctx *ctx, void *memory);

TUTTI_END_DECLS

#endif
