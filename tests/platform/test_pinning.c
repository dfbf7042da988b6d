/* Pinned workers stay on one processor each, and leave the host's threads where they were. */
#define _GNU_SOURCE
#include "../support/testing.h"

#include <omp.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "context/open.h"
#include "core/call.h"
#include "memory/blocks.h"

enum { N = 64 };

static cpu_set_t mask_now(void) {
  cpu_set_t mask;
  cr_assert(sched_getaffinity(0, sizeof mask, &mask) == 0);
  return mask;
}

/* Writes the only processor the worker may run on; -1: there are several. */
static int where(size_t index, const void *args, void *out) {
  cpu_set_t mask;
  (void)index, (void)args;
  if (sched_getaffinity(0, sizeof mask, &mask)) return 1;
  *(int *)out = CPU_COUNT(&mask) == 1 && CPU_ISSET(sched_getcpu(), &mask) ? sched_getcpu() : -1;
  return 0;
}

Test(pinning, every_worker_has_its_processor, .timeout = 60) {
  const int processors = tutti_processors(NULL, 0); /* LLVM's runtime binds a thread that asks it */
  const cpu_set_t before = mask_now();
  if (processors != CPU_COUNT(&before)) cr_skip_test("the OpenMP runtime was told to bind this thread");
  for (CONTEXTS c = {.backends = ON_THREADS | ON_PROCESSES, .schedules = BY_STATIC, .workers = {2, 3, 4, 7}};
       contexts_step(&c);) {
    for (c.config.pinning = TUTTI_PIN_NONE; c.config.pinning <= TUTTI_PIN_SPREAD; c.config.pinning++)
      for (c.config.standing = 0; c.config.standing < 2; c.config.standing++) {
        c.ctx = testing_open(&c.config);
        int *cpu = tutti_alloc(c.ctx, N * sizeof *cpu);
        for (int call = 0; call < 3; call++) {
          testing_expect(c.ctx, tutti_map(c.ctx, N, where, NULL, cpu, sizeof *cpu), TUTTI_OK, "", c.name);
          const bool pinned = c.config.pinning != TUTTI_PIN_NONE;
          for (int i = 0; i < N; i++)
            cr_assert((cpu[i] >= 0) == (pinned || processors == 1), "%s, item %d: %d", c.name, i, cpu[i]);
          if (pinned && processors > 1 && c.config.workers == 2)
            cr_assert(cpu[0] != cpu[N - 1], "%s", c.name);
          const cpu_set_t after = mask_now();
          cr_assert(CPU_EQUAL(&before, &after), "%s: the calling thread has moved", c.name);
        }
        tutti_free(c.ctx, cpu);
        tutti_close(c.ctx);
        c.ctx = NULL;
      }
  }
  int moved = 0; /* the rest of the team */
#pragma omp parallel num_threads(7) reduction(+ : moved)
  {
    const cpu_set_t mask = mask_now();
    moved += !CPU_EQUAL(&mask, &before);
  }
  cr_assert(moved == 0, "%d threads", moved);
}

Test(pinning, other_values_are_refused) {
  tutti_config config;
  tutti_ctx *ctx = NULL;
  tutti_config_default(&config);
  config.pinning = 3;
  testing_expect(NULL, tutti_open(&config, &ctx), TUTTI_EINVAL, "pinning = 3 is none", "");
  cr_assert(ctx == NULL);
}

static int no_progress(void *user, size_t done, size_t total) {
  (void)done, (void)total;
  ++*(int *)user;
  return 1;
}

/* Every page is there afterwards, none was before, and all are still zero. */
Test(pinning, first_touch_takes_every_page, .timeout = 60) {
  enum { PAGE = 4096, PAGES = 3000, BYTES = PAGES * PAGE - 100 };
  unsigned char resident[PAGES + 1];
  for (CONTEXTS c = {.schedules = BY_DYNAMIC, .workers = {EVERY_CORE}}; contexts_step(&c);) {
    int reports = 0;
    c.config.progress = no_progress;
    c.config.progress_user = &reports;
    c.ctx = testing_open(&c.config);
    unsigned char *memory = tutti_memory_get(BYTES, true), *page = memory - (uintptr_t)memory % PAGE;
    madvise(page, BYTES, MADV_NOHUGEPAGE);
    size_t there = 0;
    cr_assert(mincore(page, BYTES, resident) == 0);
    for (int i = 0; i < PAGES; i++) there += resident[i] & 1;
    cr_assert(there < PAGES / 2, "%zu pages before", there);
    /* Also while a call holds the context: that touches memory, too, and need not wait. */
    TUTTI_CALL call = {0};
    cr_assert(tutti_call_begin(&call, c.ctx) == TUTTI_OK);
    cr_assert(tutti_first_touch(c.ctx, memory, BYTES) == TUTTI_OK && reports == 0);
    tutti_call_end(&call);
    cr_assert(mincore(page, BYTES, resident) == 0);
    for (int i = 0; i < PAGES; i++) cr_assert(resident[i] & 1, "page %d", i);
    for (int i = 0; i < BYTES; i++) cr_assert(memory[i] == 0);
    tutti_memory_release(memory);
  }
}
