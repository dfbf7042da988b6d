/* Workers that stand by between calls: they are the same ones, and they never read stale memory. */
#define _GNU_SOURCE
#include "standing.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/mman.h>

static const tutti_output shared_only[] = {{0}};

/* -- who runs the chunks, and what they see -- */

Test(pool, workers_stay_between_calls_and_end_with_the_context, .timeout = 60) {
  tutti_ctx *ctx = open_standing(WORKERS);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  const team t = standing_team(ctx, out);
  tutti_free(ctx, out);
  tutti_close(ctx);
  cr_assert(!is_alive(t.first) && !is_alive(t.last));
  expect_no_child();
}

/* Without the promise, or with memory they cannot know, workers are forked, and see what there is now. */
static double private_number;
static int read_private(size_t index, const void *args, void *out) {
  (void)index;
  *(double *)out = private_number + (args ? *(const double *)args : 0);
  return 0;
}

Test(pool, calls_that_may_read_anything_are_forked_for, .timeout = 60) {
  tutti_ctx *plain = testing_open_backend(TUTTI_PROCESSES, WORKERS), *standing = open_standing(WORKERS);
  double *shared = tutti_alloc(plain, N * sizeof *shared), own[N], addend;
  for (int round = 1; round <= 4; round++) {
    private_number = round;
    addend = 100;
    testing_expect(plain, tutti_map(plain, N, read_private, NULL, shared, sizeof *shared), TUTTI_OK, "", "");
    for (int i = 0; i < N; i++) cr_assert(shared[i] == round, "no promise: %g", shared[i]);
    testing_expect(standing, tutti_map(standing, N, read_private, NULL, own, sizeof *own), TUTTI_OK, "", "");
    for (int i = 0; i < N; i++) cr_assert(own[i] == round, "private output: %g", own[i]);
    testing_expect(standing, tutti_map(standing, N, read_private, &addend, shared, sizeof *shared), TUTTI_OK,
                   "", "");
    for (int i = 0; i < N; i++) cr_assert(shared[i] == 100 + round, "private args: %g", shared[i]);
  }
  tutti_free(plain, shared);
  tutti_close(plain);
  tutti_close(standing);
}

static int add_up(size_t begin, size_t end, void *args) {
  double *x = args;
  for (size_t i = begin; i < end; i++) x[N + i] = 2 * x[i];
  return 0;
}

Test(pool, memory_made_after_the_workers_is_seen, .timeout = 60) {
  tutti_ctx *ctx = open_standing(WORKERS);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  const team old = standing_team(ctx, out);
  for (int round = 0; round < 5; round++) {
    double *x = tutti_alloc(ctx, (size_t)2 * N * sizeof *x); /* at the same address again, as a rule */
    for (int call = 0; call < 3; call++) {
      for (int i = 0; i < N; i++) x[i] = 1000 * round + 10 * call + i;
      testing_expect(ctx, tutti_for(ctx, N, 1, add_up, x, shared_only), TUTTI_OK, "", "new memory");
      for (int i = 0; i < N; i++)
        cr_assert(x[N + i] == 2 * x[i], "round %d, call %d, item %d", round, call, i);
    }
    tutti_free(ctx, x);
  }
  cr_assert(!same(old, ask(ctx, out)) && !is_alive(old.first) && !is_alive(old.last));
  tutti_free(ctx, out);
  tutti_close(ctx);
}

/* Small blocks share mappings: the workers know the place of a block that is younger than they are. */
Test(pool, small_memory_within_what_they_see_is_no_reason_to_start_anew, .timeout = 60) {
  tutti_ctx *ctx = open_standing(WORKERS);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  const team t = standing_team(ctx, out);
  for (int round = 0; round < 5; round++) {
    pid_t *more = tutti_alloc(ctx, N * sizeof *more);
    cr_assert(same(t, ask(ctx, more)), "round %d", round);
    tutti_free(ctx, round % 2 ? more : out);
    if (round % 2 == 0) out = more;
  }
  tutti_free(ctx, out);
  tutti_close(ctx);
}

static long shared_kib(pid_t pid) {
  char path[64], line[128];
  long kib = -1;
  snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
  FILE *file = fopen(path, "re");
  while (file && fgets(line, sizeof line, file)) (void)sscanf(line, "RssShmem: %ld", &kib);
  if (file) fclose(file);
  return kib;
}

/* An emulator may take the advice and do nothing. */
static bool pages_can_be_removed(void) {
  char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  cr_assert(page != MAP_FAILED);
  *page = 1;
  const bool removed = madvise(page, 4096, MADV_REMOVE) == 0 && *(volatile char *)page == 0;
  munmap(page, 4096);
  return removed;
}

Test(pool, memory_that_is_freed_is_free_at_once, .timeout = 60) {
  if (!pages_can_be_removed()) cr_skip_test("this system keeps pages that it is told to remove");
  enum { LARGE = 64 << 20 };
  tutti_ctx *ctx = open_standing(WORKERS);
  double *large = tutti_alloc(ctx, LARGE);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  const team t = standing_team(ctx, out);
  for (int call = 0; call < 2; call++)
    testing_expect(ctx, tutti_uniform(ctx, (tutti_rng){1, 2}, 0, large, LARGE / sizeof *large), TUTTI_OK, "",
                   "");
  cr_assert(same(t, ask(ctx, out)));
  const long before = shared_kib(t.first);
  tutti_free(ctx, large);
  const long after = shared_kib(t.first);
  cr_assert(before > 10 * 1024 && after >= 0 && after < 5 * 1024, "%ld KiB, then %ld", before, after);
  tutti_free(ctx, out);
  tutti_close(ctx);
}

Test(pool, libraries_loaded_later_are_seen, .timeout = 60) {
  tutti_ctx *ctx = open_standing(WORKERS);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  const team t = standing_team(ctx, out);
  void *library = dlopen("libnss_dns.so.2", RTLD_NOW);
  if (!library) library = dlopen("libanl.so.1", RTLD_NOW);
  if (!library) cr_skip_test("no library to load");
  cr_assert(!same(t, ask(ctx, out)));
  dlclose(library);
  tutti_free(ctx, out);
  tutti_close(ctx);
}

/* -- cancellation and failures -- */

static int cancel_at_once(void *user, size_t done, size_t total) {
  (void)done, (void)total;
  ++*(int *)user;
  return 1;
}

static int nap(size_t begin, size_t end, void *args) {
  (void)begin, (void)end, (void)args;
  nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
  return 0;
}

static int fail_from_20(size_t begin, size_t end, void *args) {
  (void)end, (void)args;
  return begin >= 20 ? (int)begin : 0;
}

Test(pool, calls_are_canceled_and_fail_as_on_any_backend, .timeout = 60) {
  int reports = 0;
  tutti_config config = standing_config(WORKERS);
  config.schedule = TUTTI_DYNAMIC;
  tutti_ctx *ctx = testing_open(&config);
  for (int call = 0; call < 4; call++)
    testing_expect(ctx, tutti_for(ctx, N, 4, fail_from_20, NULL, shared_only), TUTTI_EUSER,
                   "returned 20 for items [20, 24)", "fail");
  tutti_close(ctx);
  config.progress = cancel_at_once;
  config.progress_user = &reports;
  ctx = testing_open(&config);
  for (int call = 1; call <= 4; call++) {
    testing_expect(ctx, tutti_for(ctx, 1000, 1, nap, NULL, shared_only), TUTTI_ECANCELED, "canceled after",
                   "cancel");
    cr_assert(reports >= call);
  }
  tutti_close(ctx);
}
