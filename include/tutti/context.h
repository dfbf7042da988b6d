/* Contexts: who runs the chunks (backend, workers, schedule) and with which instructions (ISA).
 *
 * A context serves one call at a time: a second thread that uses it meanwhile gets TUTTI_EBUSY, of which
 * tutti_error_detail(NULL) tells, in that thread. Different contexts are independent. Every function of the
 * library also takes ctx = NULL, a process-wide default context (threads, all cores) made on first use, which
 * any number of threads may share; in a function of yours that the library calls from a worker, NULL is the
 * context of that call.
 *
 * All calls hold pthread_cancel of the calling thread off: a thread that is canceled meanwhile (deferred, as
 * is the default) ends at its next cancellation point after the call. What may not leave functions of yours
 * is said in <tutti/parallel.h>.
 *
 * Worker processes are children of the process: a SIGCHLD handler of the host is called when they end, and
 * its waitpid(-1) or wait() may get them. That does no harm but that TUTTI_EWORKER can not say how a worker
 * ended. The library itself waits for its own children only.
 *
 * None of backend, workers, schedule and ISA ever changes a result; they change the time it takes.
 *
 * A child that the program forks may use the contexts it finds, and has its workers too. Where the process
 * had other threads, an OpenMP team perhaps, that of the thread that forked is lost with GNU's runtime: its
 * calls with TUTTI_THREADS are then run by a team of another thread, begun by the first of them, and cost
 * about 20 us more each. The child's own regions hang there, as ever after a fork. The library stays loaded
 * after dlclose, as its threads do; a plug-in that contains libtutti.a is to be linked with -Wl,-z,nodelete.
 */
#ifndef TUTTI_CONTEXT_H
#define TUTTI_CONTEXT_H

#include <stddef.h>
#include <tutti/status.h>

TUTTI_BEGIN_DECLS

typedef struct tutti_ctx tutti_ctx;

enum tutti_backend_ {
  TUTTI_SERIAL,    /* the calling thread alone */
  TUTTI_THREADS,   /* an OpenMP team */
  TUTTI_PROCESSES, /* worker processes: forked for the call, so that they see the caller's memory as it is,
                      copy-on-write; or standing by, see `standing` below */
  TUTTI_MPI        /* a library of its own; tutti_open here answers TUTTI_EUNSUPPORTED */
};
TUTTI_ENUM(tutti_backend);

typedef enum {
  TUTTI_ISA_BEST,    /* the best level this machine has */
  TUTTI_ISA_SCALAR,  /* one element at a time, with the machine's FMA where it has one; vectoriser off */
  TUTTI_ISA_AVX2,    /* x86-64: AVX2 and FMA */
  TUTTI_ISA_AVX512,  /* x86-64: AVX-512 F, DQ, VL, BW */
  TUTTI_ISA_NEON,    /* aarch64 */
  TUTTI_ISA_PORTABLE /* scalar code for the oldest CPU of the architecture; never chosen by itself where
                        SCALAR finds an FMA instruction, listed so that tests can reach it */
} tutti_isa;

typedef enum { TUTTI_STATIC, TUTTI_DYNAMIC, TUTTI_GUIDED } tutti_schedule; /* speed only, never the result */

/* Where workers run. Pinned, each stays on one of the processors the process may use, which keeps it beside
 * its caches and its memory; a processor that shares its core with another is taken when every core has a
 * worker. More workers than processors begin anew. The calling thread, worker 0 of TUTTI_THREADS, and the
 * rest of the team are put back where they were after every call.
 *
 * Not pinned, threads are where the OpenMP runtime puts them (OMP_PROC_BIND, OMP_PLACES and the like hold),
 * and worker processes may run on every processor of the process, whatever thread forks them. */
typedef enum {
  TUTTI_PIN_NONE,    /* the system moves them as it likes */
  TUTTI_PIN_COMPACT, /* side by side: few workers share a NUMA node and its cache */
  TUTTI_PIN_SPREAD   /* on the NUMA nodes in turn: few workers have the bandwidth of all */
} tutti_pinning;

/* Start with tutti_config_default: {0} is the serial backend. */
typedef struct {
  tutti_backend backend;   /* default TUTTI_THREADS */
  int workers;             /* 0, the default: every core this process may use (affinity, cgroup quota), and no
                              more than OMP_NUM_THREADS (its first number) and OMP_THREAD_LIMIT, where the
                              environment has them when the context is opened */
  tutti_isa isa;           /* default TUTTI_ISA_BEST */
  tutti_schedule schedule; /* default TUTTI_DYNAMIC */
  /* Called from the calling thread, from time to time and once at the end, with the items done so far;
   * non-zero cancels: chunks not yet begun are not run and the call returns TUTTI_ECANCELED. (At the end,
   * done = total, there is nothing to cancel.) What it calls of the library runs serially. It returns: see
   * "Leaving" in <tutti/parallel.h>. */
  int (*progress)(void *user, size_t done, size_t total);
  void *progress_user;
  /* TUTTI_PROCESSES: a worker that takes longer for a chunk is killed, as if it had died; time in which the
   * caller was stopped too (SIGSTOP to the group, a laptop asleep) does not count. 0, the default: it may
   * take as long as it likes. */
  double chunk_seconds;
  /* TUTTI_PROCESSES: whether functions of yours may run in workers that stand by between calls, at a fiftieth
   * of the cost of forking. Those read the caller's memory as it was when they were started (what it frees
   * or rewrites stays with them until the context is closed), have no descriptors but the standard ones, and
   * the working directory and umask of then: 1 promises that your functions read nothing else that has
   * changed since the first call than memory of tutti_alloc. A call whose `args` (or NULL) and outputs lie
   * there goes to them. Where standard input, output or error has become another file they are started anew.
   * Kernels of the library go to them in any case, where they can and the process has at most 256 MiB of
   * private memory. They stay until the context is closed, and the thread that forks them, which takes no
   * signals, as long: close it before the main thread ends by pthread_exit. Default 0. */
  int standing;
  tutti_pinning pinning; /* default TUTTI_PIN_NONE; of no effect where the system does not allow it */
} tutti_config;

/* Fills *config with the defaults above. Thread-safe. */
TUTTI_API void tutti_config_default(tutti_config *config);

/* Opens a context; config = NULL means the defaults. The environment variable TUTTI_ISA (scalar, avx2,
 * avx512, neon, portable, best) overrides config->isa. *ctx is untouched on failure.
 * TUTTI_EINVAL: a value out of range, or TUTTI_ISA is no level's name. TUTTI_EUNSUPPORTED: the machine lacks
 * the ISA level, or the backend is not in this library. TUTTI_ESYSTEM: LLVM's OpenMP has no descriptor to
 * start with. TUTTI_ENOMEM. The detail of a failed open is tutti_error_detail(NULL). Thread-safe. */
TUTTI_API tutti_status tutti_open(const tutti_config *config, tutti_ctx **ctx);

/* Closes a context; NULL is ignored. Memory of tutti_alloc stays valid until tutti_free. */
TUTTI_API void tutti_close(tutti_ctx *ctx);

/* What exactly the last failed call on this context met, "" if none failed: one line, valid until the next
 * call on it. For NULL (the default context and tutti_open): the last failure in the calling thread. */
TUTTI_API const char *tutti_error_detail(const tutti_ctx *ctx);

/* The number of workers a call on this context uses at most; >= 1. A team of threads is smaller where its
 * stacks have no room (ulimit -v, ulimit -d). 0 for NULL when the default context
 * cannot be opened. */
TUTTI_API int tutti_workers(const tutti_ctx *ctx);

/* The ISA level this context's kernels run at, never TUTTI_ISA_BEST (except, for NULL, when the default
 * context cannot be opened). */
TUTTI_API tutti_isa tutti_context_isa(const tutti_ctx *ctx);

/* Whether a context could be opened with this level on this machine; BEST and SCALAR always. Thread-safe. */
TUTTI_API int tutti_isa_available(tutti_isa isa);

/* "scalar", "avx2", ...; "threads", ...; "dynamic", ...: the names the command line and TUTTI_ISA use.
 * "unknown" for a value out of range. Thread-safe. */
TUTTI_API const char *tutti_isa_name(tutti_isa isa);
TUTTI_API const char *tutti_backend_name(tutti_backend backend);
TUTTI_API const char *tutti_schedule_name(tutti_schedule schedule);

/* The cores this process may use: the processors it may run on, limited by the CPU quota of its cgroup and of
 * all ancestors (v1 and v2), rounded up; >= 1. Thread-safe. */
TUTTI_API int tutti_usable_cores(void);

/* Those processors: the first `most` of them, ascending, into processor[most], and how many there are in all;
 * 0: the system does not tell. They are the affinity mask of the calling thread; where that is a place to
 * which the OpenMP runtime binds threads (OMP_PROC_BIND, OMP_PLACES, GOMP_CPU_AFFINITY, KMP_AFFINITY), those
 * of all its places, which it has made of the mask the process was started with. OMP_PROC_BIND=primary keeps
 * all threads at one place, and that is all there is. Thread-safe. */
TUTTI_API int tutti_processors(int *processor, int most);

/* What of the machine this process may use, and what limits it. */
typedef struct {
  int online;   /* logical processors that run */
  int allowed;  /* of them, that this process may run on: tutti_processors() */
  double quota; /* cores' worth of time its cgroup and all ancestors leave it; 0: no limit */
  int usable;   /* tutti_usable_cores() */
  int cores; /* physical cores of the allowed processors: fewer than these where SMT siblings are among them
              */
  int packages;            /* sockets they lie in */
  int nodes;               /* NUMA nodes they lie in */
  int kinds;               /* of cores: 2 and more on a hybrid machine */
  size_t available_memory; /* tutti_available_memory() */
} tutti_topology_t;

/* Fills *topology; 0 in cores, packages, nodes or kinds: the system does not tell. TUTTI_EINVAL: NULL.
 * TUTTI_ENOMEM. Thread-safe. */
TUTTI_API tutti_status tutti_topology(tutti_topology_t *topology);

/* The same in one line of English, at most size bytes with the 0 at its end, and how many bytes the whole has
 * without it. Thread-safe. */
TUTTI_API size_t tutti_topology_text(const tutti_topology_t *topology, char *text, size_t size);

/* The bytes of memory that can be taken now without pushing the machine or this process's cgroup (and its
 * ancestors) out of memory; SIZE_MAX where the system does not tell. Limits of the process's address space
 * (ulimit -v) are not among them: beyond those nobody is killed, but an allocation fails. Thread-safe. */
TUTTI_API size_t tutti_available_memory(void);

/* Zeroed memory, 64-byte aligned. From a context with backend TUTTI_PROCESSES it is shared: workers, and
 * children you fork, read and write it without any copy, until it is released by the process it is from;
 * blocks of at most 64 KiB lie side by side in common mappings, so that there may be as many as memory holds.
 * NULL when bytes is 0 or more than tutti_available_memory() (the detail says how much that was), or when the
 * system has no address space or mapping left. Pages are taken
 * when they are first touched; on a machine with several NUMA nodes those of large memory are touched here,
 * by the workers in equal shares, so that it lies on all of the nodes. Release with tutti_free, from any
 * thread, also after the context was closed.
 */
TUTTI_API void *tutti_alloc(tutti_ctx *ctx, size_t bytes);
TUTTI_API void tutti_free(tutti_ctx *ctx, void *memory); /* NULL memory is ignored */

TUTTI_END_DECLS

#endif
