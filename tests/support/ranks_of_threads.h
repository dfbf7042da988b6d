/* Ranks played by threads of this process, which exchange bytes through its memory. */
#ifndef TUTTI_TESTS_SUPPORT_RANKS_OF_THREADS_H
#define TUTTI_TESTS_SUPPORT_RANKS_OF_THREADS_H

#include "testing.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { MOST_RANKS = 7 };

/* Messages from one rank to another, which have not been received yet: a queue. */
typedef struct letter {
  struct letter *next;
  size_t bytes;
  char data[];
} letter;

/* What the ranks share. */
typedef struct {
  pthread_barrier_t meeting;
  void *data[MOST_RANKS];
  uint64_t value[MOST_RANKS];
  _Atomic int fail; /* what gathering answers */
  _Atomic uint64_t counter;
  pthread_mutex_t post;
  pthread_cond_t posted;
  letter *letters[MOST_RANKS][MOST_RANKS]; /* [from][to] */
} table;

typedef struct {
  table *shared;
  int (*play)(tutti_ctx *ctx, int rank, int ranks);
  int rank, ranks, workers, result;
  bool one_sided; /* the transport has a counter, and messages */
  int call;
  const tutti_message *receive; /* what this rank waits for */
  int receives;
} player;

static inline int gather(void *user, void *data, const size_t *start) {
  const player *p = user;
  table *t = p->shared;
  t->data[p->rank] = data;
  pthread_barrier_wait(&t->meeting);
  for (int r = 0; r < p->ranks; r++)
    if (r != p->rank) memcpy((char *)data + start[r], (char *)t->data[r] + start[r], start[r + 1] - start[r]);
  pthread_barrier_wait(&t->meeting);
  return t->fail;
}

static inline int allreduce_min(void *user, uint64_t *value) {
  const player *p = user;
  table *t = p->shared;
  t->value[p->rank] = *value;
  pthread_barrier_wait(&t->meeting);
  for (int r = 0; r < p->ranks; r++)
    if (t->value[r] < *value) *value = t->value[r];
  pthread_barrier_wait(&t->meeting);
  return 0;
}

static inline int fetch_add(void *user, uint64_t amount, uint64_t *before) {
  const player *p = user;
  *before = atomic_fetch_add(&p->shared->counter, amount);
  return 0;
}

/* -- messages: a copy is posted at once, and taken in when the exchange ends -- */

static _Atomic int exchange_fails; /* what the end of an exchange answers */

static inline int start_exchange(void *user, const tutti_message *send, int sends,
                                 const tutti_message *receive, int receives) {
  player *p = user;
  if (p->receive) return -1; /* one exchange at a time */
  pthread_mutex_lock(&p->shared->post);
  for (int i = 0; i < sends; i++) {
    letter *l = malloc(sizeof *l + send[i].bytes), **end = &p->shared->letters[p->rank][send[i].rank];
    *l = (letter){NULL, send[i].bytes};
    memcpy(l->data, send[i].data, send[i].bytes);
    while (*end) end = &(*end)->next;
    *end = l;
  }
  pthread_cond_broadcast(&p->shared->posted);
  pthread_mutex_unlock(&p->shared->post);
  tutti_message *list = malloc((size_t)(receives + 1) * sizeof *list);
  memcpy(list, receive, (size_t)receives * sizeof *list);
  p->receive = list;
  p->receives = receives;
  return 0;
}

static inline int finish_exchange(void *user) {
  player *p = user;
  int wrong = p->receive ? exchange_fails : -2;
  for (int i = 0; i < p->receives; i++) {
    const tutti_message *m = &p->receive[i];
    letter **first = &p->shared->letters[m->rank][p->rank];
    pthread_mutex_lock(&p->shared->post);
    while (!*first) pthread_cond_wait(&p->shared->posted, &p->shared->post);
    letter *l = *first;
    *first = l->next;
    pthread_mutex_unlock(&p->shared->post);
    if (l->bytes == m->bytes) memcpy(m->data, l->data, l->bytes);
    else wrong = -3;
    free(l);
  }
  free((void *)(uintptr_t)p->receive);
  p->receive = NULL;
  p->receives = 0;
  return wrong;
}

static bool canceling, schedules_differ;
static _Thread_local player *this_player;
static _Atomic int canceled_call; /* the last one that rank 1 has canceled, from 1 */
/* One rank alone has enough. */
static inline int cancel_at_a_quarter(void *user, size_t done, size_t total) {
  const player *p = user;
  const bool enough = p->rank == 1 && done >= total / 4 && done < total;
  if (enough) canceled_call = p->call;
  return enough;
}

static inline void *be_a_rank(void *args) {
  player *p = args;
  tutti_config config;
  tutti_ctx *ctx;
  const tutti_transport transport = {.rank = p->rank,
                                     .ranks = p->ranks,
                                     .user = p,
                                     .gather = gather,
                                     .allreduce_min = allreduce_min,
                                     .fetch_add = p->one_sided ? fetch_add : NULL,
                                     .start_exchange = p->one_sided ? start_exchange : NULL,
                                     .finish_exchange = p->one_sided ? finish_exchange : NULL};
  tutti_config_default(&config);
  config.workers = p->workers;
  config.schedule = (tutti_schedule)((p->ranks + p->workers) % 3);
  if (schedules_differ) config.schedule = p->rank == p->ranks - 1 ? TUTTI_STATIC : TUTTI_DYNAMIC;
  this_player = p;
  if (canceling) config.progress = cancel_at_a_quarter;
  config.progress_user = p;
  p->result = -1;
  if (tutti_open_ranks(&transport, &config, &ctx)) return NULL;
  p->result =
      tutti_rank(ctx) == p->rank && tutti_ranks(ctx) == p->ranks ? p->play(ctx, p->rank, p->ranks) : -2;
  tutti_close(ctx);
  return NULL;
}

/* Every rank must answer 0. */
static inline void with_ranks(int ranks, int workers, bool one_sided, int fail,
                              int (*play)(tutti_ctx *ctx, int rank, int ranks)) {
  table shared = {.fail = fail, .post = PTHREAD_MUTEX_INITIALIZER, .posted = PTHREAD_COND_INITIALIZER};
  player p[MOST_RANKS];
  pthread_t thread[MOST_RANKS];
  cr_assert(pthread_barrier_init(&shared.meeting, NULL, (unsigned)ranks) == 0);
  for (int r = 0; r < ranks; r++) {
    p[r] = (player){.shared = &shared,
                    .play = play,
                    .rank = r,
                    .ranks = ranks,
                    .workers = workers,
                    .one_sided = one_sided};
    cr_assert(pthread_create(&thread[r], NULL, be_a_rank, &p[r]) == 0);
  }
  for (int r = 0; r < ranks; r++) pthread_join(thread[r], NULL);
  pthread_barrier_destroy(&shared.meeting);
  for (int r = 0; r < ranks; r++)
    cr_assert(p[r].result == 0, "rank %d of %d, %d workers: %d", r, ranks, workers, p[r].result);
}

/* Any number of ranks, with any of workers, by both kinds of transport; under emulation by one or the other.
 */
static inline void everywhere(int (*play)(tutti_ctx *ctx, int rank, int ranks)) {
  for (int ranks = 1; ranks <= MOST_RANKS; ranks += ranks == 4 ? 3 : 1)
    for (int workers = 1; workers <= 3; workers += 2)
      for (int one_sided = 0; one_sided < 2; one_sided++)
        if (!TESTS_EMULATED || (ranks + workers / 2 + one_sided) % 2)
          with_ranks(ranks, workers, one_sided, 0, play);
}

#endif
