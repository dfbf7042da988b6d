/* libtutti_mpi: MPI as the transport of a context over ranks. */
#include <tutti/mpi.h>

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  MPI_Comm comm;
  int ranks, *count, *place;
  MPI_Win window;       /* its memory, the counter, is in rank 0 */
  MPI_Request *request; /* of the exchange that is under way */
  int requests, room;
} group;

enum { PIECE = 1 << 30 /* bytes of a message of MPI's, at most: its counts are ints */ };

/* Gathers in one call where MPI's int counts and displacements are large enough; else in pieces of at most
 * 1 GiB. */
static int gather(void *user, void *data, const size_t *start) {
  group *g = user;
  size_t most = 0;
  for (int r = 0; r < g->ranks; r++)
    if (start[r + 1] - start[r] > most) most = start[r + 1] - start[r];
  const size_t share = start[g->ranks] <= INT_MAX ? INT_MAX : (size_t)PIECE / (size_t)g->ranks;
  if (start[g->ranks] <= INT_MAX) {
    for (int r = 0; r < g->ranks; r++) {
      g->place[r] = (int)start[r];
      g->count[r] = (int)(start[r + 1] - start[r]);
    }
    return MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, data, g->count, g->place, MPI_BYTE, g->comm);
  }
  int error = MPI_SUCCESS; /* too far apart for int displacements: one rank after another, piece by piece */
  for (int r = 0; r < g->ranks && !error; r++)
    for (size_t at = start[r]; at < start[r + 1] && !error; at += share) {
      const size_t rest = start[r + 1] - at;
      error = MPI_Bcast((char *)data + at, (int)(rest < share ? rest : share), MPI_BYTE, r, g->comm);
    }
  return error;
}

static int allreduce_min(void *user, uint64_t *value) {
  const group *g = user;
  return MPI_Allreduce(MPI_IN_PLACE, value, 1, MPI_UINT64_T, MPI_MIN, g->comm);
}

/* One-sided. If the network cannot do it by itself, rank 0 answers in its next call of MPI. */
static int fetch_add(void *user, uint64_t amount, uint64_t *before) {
  const group *g = user;
  const int error = MPI_Fetch_and_op(&amount, before, MPI_UINT64_T, 0, 0, MPI_SUM, g->window);
  return error ? error : MPI_Win_flush(0, g->window);
}

/* Some implementations answer other ranks over a network only within calls of MPI: this is one. */
static void advance(void *user) {
  int there;
  MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, ((const group *)user)->comm, &there, MPI_STATUS_IGNORE);
}

/* -- messages -- */

static size_t pieces_of(const tutti_message *m, int count) {
  size_t pieces = 0;
  for (int i = 0; i < count; i++) pieces += m[i].bytes / PIECE + (m[i].bytes % PIECE != 0);
  return pieces;
}

static bool make_room(group *g, size_t requests) {
  if (requests == 0 || requests <= (size_t)g->room) return true;
  MPI_Request *more = requests <= INT_MAX ? realloc(g->request, requests * sizeof(MPI_Request)) : NULL;
  if (!more) return false;
  g->request = more;
  g->room = (int)requests;
  return true;
}

/* MPI keeps the order of messages from one rank to another that have the same tag. */
static int begin_messages(group *g, const tutti_message *m, int count, bool send) {
  int error = MPI_SUCCESS;
  for (int i = 0; i < count; i++)
    for (size_t at = 0; at < m[i].bytes && !error; at += PIECE) {
      const size_t rest = m[i].bytes - at;
      const int bytes = (int)(rest < PIECE ? rest : PIECE);
      char *data = (char *)m[i].data + at;
      MPI_Request *request = &g->request[g->requests];
      error = send ? MPI_Isend(data, bytes, MPI_BYTE, m[i].rank, 0, g->comm, request)
                   : MPI_Irecv(data, bytes, MPI_BYTE, m[i].rank, 0, g->comm, request);
      g->requests += !error;
    }
  return error;
}

static int start_exchange(void *user, const tutti_message *send, int sends, const tutti_message *receive,
                          int receives) {
  group *g = user;
  const size_t pieces = pieces_of(send, sends) + pieces_of(receive, receives);
  if (!make_room(g, (size_t)g->requests + pieces)) return MPI_ERR_NO_MEM; /* some, where an exchange failed */
  const int error = begin_messages(g, receive, receives, false);
  return error ? error : begin_messages(g, send, sends, true);
}

static int finish_exchange(void *user) {
  group *g = user;
  const int requests = g->requests;
  g->requests = 0;
  return MPI_Waitall(requests, g->request, MPI_STATUSES_IGNORE);
}

/* -- opening and closing -- */

/* Whether `well` is true on every rank. */
static bool agree(const group *g, bool well) {
  int all = well;
  return MPI_Allreduce(MPI_IN_PLACE, &all, 1, MPI_INT, MPI_MIN, g->comm) == MPI_SUCCESS && all;
}

static bool open_window(group *g, int rank) {
  uint64_t *counter = NULL;
  const MPI_Aint bytes = rank == 0 ? sizeof *counter : 0;
  if (MPI_Win_allocate(bytes, sizeof *counter, MPI_INFO_NULL, g->comm, &counter, &g->window)) {
    g->window = MPI_WIN_NULL;
    return false;
  }
  MPI_Win_set_errhandler(g->window, MPI_ERRORS_RETURN);
  if (rank == 0) *counter = 0;
  return MPI_Win_lock_all(MPI_MODE_NOCHECK, g->window) == MPI_SUCCESS &&
         MPI_Win_sync(g->window) == MPI_SUCCESS;
}

/* Opens the window of the counter. Some networks have no one-sided communication: then there is no
 * counter, and every rank has its share of the chunks from the start. */
static bool try_window(group *g, int rank) {
  MPI_Errhandler handler;
  MPI_Comm_get_errhandler(g->comm, &handler);
  MPI_Comm_set_errhandler(g->comm, MPI_ERRORS_RETURN);
  const bool opened = agree(g, open_window(g, rank));
  MPI_Comm_set_errhandler(g->comm, handler);
  MPI_Errhandler_free(&handler);
  return opened;
}

static void close_group(void *user) {
  group *g = user;
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (!finalized && g->window != MPI_WIN_NULL) {
    (void)MPI_Win_unlock_all(g->window);
    MPI_Win_free(&g->window);
  }
  if (!finalized && g->comm != MPI_COMM_NULL) MPI_Comm_free(&g->comm);
  free(g->count);
  free(g->place);
  free(g->request);
  free(g);
}

static tutti_status fail(tutti_status status, const char *why) {
  tutti_set_error_detail(why);
  return status;
}

tutti_status tutti_open_mpi(MPI_Comm comm, const tutti_config *config, tutti_ctx **ctx) {
  int initialized = 0, level = MPI_THREAD_SINGLE, rank = 0;
  MPI_Initialized(&initialized);
  if (!initialized) return fail(TUTTI_EINVAL, "MPI is not initialised");
  MPI_Query_thread(&level);
  tutti_config own;
  if (config) own = *config;
  else tutti_config_default(&own);
  if (own.workers == 0 && level < MPI_THREAD_FUNNELED) own.workers = 1;
  if (own.workers > 1 && level < MPI_THREAD_FUNNELED)
    return fail(TUTTI_EINVAL, "several workers need MPI_THREAD_FUNNELED; MPI was initialised with less");
  group *g = calloc(1, sizeof *g);
  if (!g) return fail(TUTTI_ENOMEM, "no memory for a communicator");
  g->comm = MPI_COMM_NULL;
  g->window = MPI_WIN_NULL;
  if (MPI_Comm_dup(comm, &g->comm) || MPI_Comm_size(g->comm, &g->ranks) || MPI_Comm_rank(g->comm, &rank)) {
    close_group(g);
    return fail(TUTTI_ESYSTEM, "MPI cannot duplicate the communicator");
  }
  g->count = calloc((size_t)g->ranks, sizeof *g->count);
  g->place = calloc((size_t)g->ranks, sizeof *g->place);
  const bool one_sided = try_window(g, rank);
  const tutti_transport transport = {.rank = rank,
                                     .ranks = g->ranks,
                                     .user = g,
                                     .gather = gather,
                                     .allreduce_min = allreduce_min,
                                     .close = close_group,
                                     .fetch_add = one_sided ? fetch_add : NULL,
                                     .advance = advance,
                                     .start_exchange = start_exchange,
                                     .finish_exchange = finish_exchange};
  tutti_ctx *opened = NULL;
  const tutti_status status = g->count && g->place ? tutti_open_ranks(&transport, &own, &opened)
                                                   : fail(TUTTI_ENOMEM, "no memory for the ranks");
  if (agree(g, status == TUTTI_OK)) {
    *ctx = opened;
    return TUTTI_OK;
  }
  if (opened) tutti_close(opened);
  else close_group(g);
  return status ? status : fail(TUTTI_ESYSTEM, "another rank could not open its context");
}
