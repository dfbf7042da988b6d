/* Contexts over ranks: processes that each make the same calls, on one machine or on many, and exchange
 * what they computed. A transport says how they exchange it: libtutti_mpi (<tutti/mpi.h>) is one; another
 * can be written from two functions (tutti_transport has seven, of which five may be NULL).
 *
 * On such a context every rank calls the same functions in the same order with the same arguments, as in
 * MPI. There are two kinds of functions:
 *
 * - Shared chunks: tutti_for, tutti_map, tutti_reduce, and functions that need no input array (random
 *   numbers, Monte Carlo, ensembles). The chunks are divided among the ranks, in equal shares
 *   (TUTTI_STATIC) or as ranks ask for more. Each rank runs its chunks on its threads; afterwards every
 *   rank holds all declared outputs and the result. Input arrays of yours must be the same on all ranks.
 *   Memory of tutti_alloc is each rank's own, too.
 * - Parts of an array: tutti_sum, tutti_dot, tutti_asum, tutti_nrm2, with their strided and float forms,
 *   tutti_sum_i64, weighted sums, tutti_minmax (positions are those in the whole), tutti_moments,
 *   tutti_histogram, tutti_quantile and tutti_cumsum (each rank gets the prefixes of its part). Each rank
 *   passes its own part of the array, of any length, 0 included; every rank gets the result of the whole.
 *   However the array is cut, the bits are the same, with two exceptions, which stay within their error
 *   bounds: the moments above the mean, unless parts begin at multiples of 512 items; and prefix sums
 *   whose terms cancel by more than a factor of 2^50.
 *
 * Checks. Before anything is done, ranks tell each other what they were asked: the function, n, grain, the
 * sizes of accumulators and outputs, seed, stream, first element, and a hash of the other parameters.
 * Where they differ, nothing is done, every rank gets TUTTI_EINVAL, and the detail names the rank and what
 * it passed:
 *
 *     ranks differ: rank 3 passed n = 11, rank 0 n = 10, to tutti_for
 *
 * Calls after that work again, if ranks agree on them. Not compared is what the library cannot know to be
 * the same: functions of yours and what `args` points to; the contents of arrays (but those of levels of
 * quantiles, parameters of a generator, covariances and observations are compared); the number of threads.
 *
 * Failures. The bits are those of one rank. These failures in one rank are failures of all ranks:
 *
 * - a failure within a chunk: a function of yours that returns non-zero, no memory;
 * - a progress function that cancels;
 * - arguments that one rank finds wrong, or a library that only this rank lacks: that rank's status and
 *   detail say what it is, the others get TUTTI_EINVAL.
 *
 * These leave the other ranks waiting, as in MPI itself: no memory in one rank for a call's work space; a
 * call that some ranks do not make at all. A rank that dies is for the transport to report. */
#ifndef TUTTI_RANKS_H
#define TUTTI_RANKS_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>

TUTTI_BEGIN_DECLS

/* A message from or to a rank: `bytes` bytes at `data`. */
typedef struct {
  int rank;
  void *data;
  size_t bytes;
} tutti_message;
typedef tutti_message tutti_message_t;

/* A transport: how ranks exchange bytes. Functions are named after those of MPI that do the same. `gather`
 * and `allreduce_min` are needed.
 *
 * They are called by every rank, in the same order (except fetch_add, advance and the exchange of messages),
 * from the thread that calls the library. Non-zero is a failure: the call returns TUTTI_ESYSTEM with the
 * number in its detail. They must return: an exception that leaves one in one rank leaves the other ranks
 * waiting. */
typedef struct {
  int rank, ranks; /* 0 <= rank < ranks */
  void *user;      /* the first argument of all functions */
  /* Every rank gets the bytes of all (MPI_Allgatherv): rank r holds bytes [start[r], start[r + 1]) of
   * data[start[ranks]]; afterwards every rank holds all of them. */
  int (*gather)(void *user, void *data, const size_t *start);
  /* *value becomes the smallest of all ranks' values (MPI_Allreduce with MPI_MIN). */
  int (*allreduce_min)(void *user, uint64_t *value);
  void (*close)(void *user); /* called by tutti_close; or NULL */
  /* For chunks that are shared out while they run (schedules TUTTI_DYNAMIC and TUTTI_GUIDED); NULL: every
   * rank has its share from the start. There is a counter that all ranks see, 0 at first. The function
   * adds amount to it, modulo 2^64, in one indivisible step, and sets *before to what it was
   * (MPI_Fetch_and_op with MPI_SUM). It is called by one rank alone, at any time. */
  int (*fetch_add)(void *user, uint64_t amount, uint64_t *before);
  /* Called between chunks, for a transport that answers other ranks only when it is called; or NULL. */
  void (*advance)(void *user);
  /* For grids (<tutti/grid.h>), whose ranks send rows to their neighbours while they compute others: both,
   * or neither (NULL: rows are gathered, and nothing is computed meanwhile). start_exchange begins to send
   * and to receive messages, and waits for nothing (MPI_Isend, MPI_Irecv); its two lists are valid until it
   * returns. finish_exchange waits until all have been sent and received (MPI_Waitall). There is one
   * exchange at a time. Messages from one rank to another arrive in the order in which both have listed
   * them, and have the length that is expected. Ranks without messages call neither. */
  int (*start_exchange)(void *user, const tutti_message *send, int sends, const tutti_message *receive,
                        int receives);
  int (*finish_exchange)(void *user);
} tutti_transport;
typedef tutti_transport tutti_transport_t;

/* Opens a context over ranks. config is as in tutti_open, except that `workers` are the threads of this
 * rank (0: as there, as many as this process may use), and that the backend is TUTTI_MPI whatever it says.
 * TUTTI_EINVAL: NULL (also gather or allreduce_min, or one of the two functions of an exchange), or rank not
 * in [0, ranks). TUTTI_ENOMEM. */
TUTTI_API tutti_status tutti_open_ranks(const tutti_transport *transport, const tutti_config *config,
                                        tutti_ctx **ctx);

/* Sets what tutti_error_detail(NULL) says in this thread, for a transport that cannot be opened. */
TUTTI_API void tutti_set_error_detail(const char *text);

/* The number of this rank, from 0; 0 for a context without ranks. Thread-safe. */
TUTTI_API int tutti_rank(const tutti_ctx *ctx);

/* How many ranks there are; 1 for a context without ranks. Thread-safe. */
TUTTI_API int tutti_ranks(const tutti_ctx *ctx);

TUTTI_END_DECLS

#endif
