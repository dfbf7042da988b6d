/* Contexts over ranks: processes that each make the same calls, on one machine or on many, and exchange what
 * they computed. How they exchange it is a transport's business: libtutti_mpi (<tutti/mpi.h>) is one; another
 * can be written from three functions.
 *
 * On such a context every rank calls the same functions in the same order with the same arguments, as in MPI:
 *
 * - tutti_for, tutti_map, tutti_reduce, and what needs no input array (random numbers, Monte Carlo,
 * ensembles): the chunks are shared out among the ranks, in equal shares (TUTTI_STATIC) or as ranks ask for
 * more; each rank runs its own on its threads, and afterwards every rank holds all declared outputs (memory
 * of tutti_alloc, too, is each rank's own) and the result. Input arrays of yours must be the same on all
 * ranks.
 *
 * - tutti_sum, tutti_dot, tutti_asum, tutti_nrm2, with their strided and float forms, tutti_sum_i64, weighted
 * sums, tutti_minmax (positions are those in the whole), tutti_moments, tutti_histogram, tutti_quantile and
 * tutti_cumsum (each rank gets the prefixes of its part): each rank passes its own part of the array, of any
 * length, also none; every rank gets the result of the whole. However it is cut, the bits are the same, with
 * two exceptions: the moments above the mean, unless parts begin at multiples of 512 items, and prefix sums
 * whose terms cancel by more than 2^50; these stay within their bounds.
 *
 * Before anything is done, ranks tell each other what they were asked: the function, n, grain, the sizes of
 * accumulators and outputs, seed, stream, first element, and a hash of the other parameters. Where they
 * differ, nothing is done, every rank gets TUTTI_EINVAL, and the detail names the rank and what it passed
 * ("ranks differ: rank 3 passed n = 11, rank 0 n = 10, to tutti_for"). Not compared is what the library
 * cannot know to be the same thing: functions of yours and what `args` points to, the contents of arrays (but
 * levels of quantiles, a generator's laws, covariances and observations are), the number of threads. The
 * calls after that work, if ranks agree on them.
 *
 * The bits are those of one rank. A failure within a chunk in one rank (a function of yours that returns
 * non-zero, no memory) is the failure of all, and so is a progress function that cancels, and arguments that
 * one rank finds wrong, or a library that it alone has not (the others get TUTTI_EINVAL; that rank's status
 * and detail say what). No memory there for a call's work space, and a call that some ranks do not make at
 * all, leave the others waiting, as in MPI itself; a rank that dies is the transport's to report. */
#ifndef TUTTI_RANKS_H
#define TUTTI_RANKS_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>

TUTTI_BEGIN_DECLS

/* The functions are called by every rank, in the same order; non-zero is a failure, which the call returns as
 * TUTTI_ESYSTEM with the number in its detail. They are called from the thread that calls the library, and
 * return: an exception that leaves one in one rank leaves the others waiting. */
typedef struct {
  int rank, ranks; /* 0 <= rank < ranks */
  void *user;      /* their first argument */
  /* Rank r holds bytes [start[r], start[r + 1]) of data[start[ranks]]; afterwards every rank holds all. */
  int (*gather)(void *user, void *data, const size_t *start);
  /* *value becomes the least of all ranks' values. */
  int (*allreduce_min)(void *user, uint64_t *value);
  void (*close)(void *user); /* by tutti_close; or NULL */
  /* For chunks that are shared out while they run (schedule TUTTI_DYNAMIC and TUTTI_GUIDED); NULL: every rank
   * has its share from the start. There is a counter that all ranks see, 0 at first: adds amount, modulo
   * 2^64, and *before is what it was. Called by one rank alone, at any time. */
  int (*fetch_add)(void *user, uint64_t amount, uint64_t *before);
  /* Called between chunks, for a transport that answers other ranks only when it is called; or NULL. */
  void (*advance)(void *user);
} tutti_transport;

/* Opens a context over ranks. config as in tutti_open: `workers` are the threads of this rank, 0: as there,
 * of what this process may use; backend is TUTTI_MPI whatever it says. TUTTI_EINVAL: NULL, or rank not in [0,
 * ranks). TUTTI_ENOMEM.
 */
TUTTI_API tutti_status tutti_open_ranks(const tutti_transport *transport, const tutti_config *config,
                                        tutti_ctx **ctx);

/* For a transport that cannot be opened: what tutti_error_detail(NULL) shall say in this thread. */
TUTTI_API void tutti_set_error_detail(const char *text);

/* This rank and their number; 0 and 1 for a context without. Thread-safe. */
TUTTI_API int tutti_rank(const tutti_ctx *ctx);
TUTTI_API int tutti_ranks(const tutti_ctx *ctx);

TUTTI_END_DECLS

#endif
