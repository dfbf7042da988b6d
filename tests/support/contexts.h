/* One context after another, over backend x instruction set x workers x schedule: the only such loop in the
 * tests. Each is open for one round and is closed by itself, also where the loop is left early:
 *
 *   for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);)
 *     check(c.ctx, c.name);
 *
 * What a field that is not given stands for is written beside it. Ranks, which are contexts too, but several
 * at a time, are in ranks_of_threads.h. */
#ifndef TUTTI_TESTS_SUPPORT_CONTEXTS_H
#define TUTTI_TESTS_SUPPORT_CONTEXTS_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <tutti/tutti.h>

#include "share.h"

enum {
  ON_SERIAL = 1 << TUTTI_SERIAL,
  ON_THREADS = 1 << TUTTI_THREADS,
  ON_PROCESSES = 1 << TUTTI_PROCESSES,
  BY_STATIC = 1 << TUTTI_STATIC,
  BY_DYNAMIC = 1 << TUTTI_DYNAMIC,
  BY_GUIDED = 1 << TUTTI_GUIDED,
  EVERY_CORE = -1, /* what workers = 0 of a configuration stands for */
};

typedef struct {
  /* Which ones. */
  bool every_isa;     /* every one this machine has; else the best */
  unsigned backends;  /* of ON_; 0: all three */
  unsigned schedules; /* of BY_; 0: all three */
  int workers[10];    /* ended by 0; none: 1, 2, 3, 4, 7. A serial context is there once a schedule */
  /* The one at hand. */
  int next; /* grows; steps over some numbers */
  tutti_config config;
  tutti_ctx *ctx;
  char name[96];
} contexts;

/* A serial context for every instruction set; and beside it one of threads on every core. */
static inline contexts every_isa(void) {
  return (contexts){.every_isa = true, .backends = ON_SERIAL, .schedules = BY_DYNAMIC};
}
static inline contexts every_isa_also_threaded(void) {
  contexts c = every_isa();
  c.backends |= ON_THREADS;
  c.workers[0] = EVERY_CORE;
  return c;
}

static inline void contexts_close(contexts *c) {
  tutti_close(c->ctx);
  c->ctx = NULL;
}
#define CONTEXTS __attribute__((cleanup(contexts_close))) contexts

/* Under emulation every instruction set is tried on every backend with every schedule and every number of
 * workers, but not every schedule with every number: a third of all. */
static inline bool contexts_skips(const contexts *c, int isa, int schedule, int count) {
  return TESTS_EMULATED && c->every_isa && !c->schedules && !c->workers[0] && (isa + schedule + count) % 3;
}

/* Whether the context at hand is asked question i of several. Under emulation it is asked a fourth of them,
 * and the next context other ones. */
static inline bool contexts_asks(const contexts *c, size_t i) {
  return !TESTS_EMULATED || ((size_t)c->next + i) % 4 == 0;
}

/* Steps to the next configuration, and opens nothing: for those who change c->config first and open it into
 * c->ctx. False at the end. */
static inline bool contexts_step(contexts *c) {
  enum { BACKENDS = 3, SCHEDULES = 3, MOST = sizeof c->workers / sizeof *c->workers };
  static const int usual[MOST] = {1, 2, 3, 4, 7};
  const int *workers = c->workers[0] ? c->workers : usual;
  int counts = 0;
  while (counts < MOST && workers[counts]) counts++;
  contexts_close(c);
  for (;;) {
    int i = c->next++;
    const int schedule = i % SCHEDULES, count = (i /= SCHEDULES) % counts, backend = (i /= counts) % BACKENDS;
    const tutti_isa isa = (tutti_isa)(i / BACKENDS);
    if (isa > (c->every_isa ? TUTTI_ISA_PORTABLE : TUTTI_ISA_BEST)) return false;
    if (c->every_isa && isa == TUTTI_ISA_BEST) continue; /* one of the others by another name */
    if (c->backends && !(c->backends >> backend & 1)) continue;
    if (c->schedules && !(c->schedules >> schedule & 1)) continue;
    if (contexts_skips(c, (int)isa, schedule, count)) continue;
    if ((backend == TUTTI_SERIAL && count > 0) || !tutti_isa_available(isa)) continue;
    tutti_config_default(&c->config);
    c->config.backend = (tutti_backend)backend;
    c->config.isa = isa;
    c->config.workers = workers[count] == EVERY_CORE ? 0 : workers[count];
    c->config.schedule = (tutti_schedule)schedule;
    snprintf(c->name, sizeof c->name, "%s, %d workers, %s, %s", tutti_backend_name(c->config.backend),
             c->config.workers, tutti_schedule_name(c->config.schedule), tutti_isa_name(c->config.isa));
    return true;
  }
}

/* Closes the context of the last round, and opens the next one. */
static inline bool contexts_next(contexts *c) {
  if (!contexts_step(c)) return false;
  if (tutti_open(&c->config, &c->ctx)) {
    fprintf(stderr, "tutti_open, %s: %s\n", c->name, tutti_error_detail(NULL));
    abort();
  }
  return true;
}

#endif
