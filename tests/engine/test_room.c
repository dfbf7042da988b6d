/* What a call needs beside what it is handed, against a machine that has so much left and no more. */
#include <math.h>
#include <stdlib.h>

#include "../support/testing.h"
#include "platform/cgroup.h"

enum { MIB = 1 << 20, WORKERS = 3 };

/* In place of the library's, which read /proc and /sys. */
static size_t left = SIZE_MAX;
size_t tutti_cgroup_free_memory(const char *root) {
  (void)root;
  return left;
}
double tutti_cgroup_cpus(const char *root) {
  (void)root;
  return (double)INFINITY;
}

static int fill(size_t begin, size_t end, void *args) {
  for (size_t i = begin; i < end; i++) ((size_t *)args)[i] = 3 * i;
  return 0;
}

/* Staging in shared memory, and the pages that workers write to. */
Test(room, private_outputs_are_counted_twice, .timeout = 60) {
  enum { BYTES = 8 * MIB, N = BYTES / sizeof(size_t) };
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, WORKERS);
  size_t *x = malloc(BYTES), *shared = tutti_alloc(ctx, BYTES);
  memset(x, 1, BYTES);
  const tutti_output outputs[] = {{x, sizeof *x}, {0}}, seen[] = {{shared, sizeof *x}, {0}};
  left = (size_t)BYTES + 4 * MIB;
  testing_expect(ctx, tutti_for(ctx, N, N / 8, fill, x, outputs), TUTTI_ENOMEM,
                 "do not fit in the 12582912 available (outputs in memory of tutti_alloc need few)", "twice");
  cr_assert(x[0] == x[N - 1] && x[0] == (size_t)0x0101010101010101, "they are touched");
  left = 4 * MIB;
  testing_expect(ctx, tutti_for(ctx, N, N / 8, fill, shared, seen), TUTTI_OK, "", "memory of tutti_alloc");
  left = (size_t)2 * BYTES + MIB;
  testing_expect(ctx, tutti_for(ctx, N, N / 8, fill, x, outputs), TUTTI_OK, "", "both fit");
  cr_assert(memcmp(x, shared, BYTES) == 0);
  free(x);
  tutti_free(ctx, shared);
  tutti_close(ctx);
}

/* Chunks smaller than a page: several workers copy the same one. */
Test(room, pages_of_several_workers_are_counted_for_each, .timeout = 60) {
  enum { BYTES = 4 * MIB, N = BYTES / sizeof(size_t) };
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, WORKERS);
  size_t *x = calloc(N, sizeof *x);
  const tutti_output outputs[] = {{x, sizeof *x}, {0}};
  left = (size_t)3 * BYTES;
  testing_expect(ctx, tutti_for(ctx, N, 1, fill, x, outputs), TUTTI_ENOMEM, "do not fit", "pages");
  free(x);
  tutti_close(ctx);
}

enum { ACC = 64 * 1024, CHUNKS = 64 };
static void init(void *acc, const void *args) { memset(acc, 0, ACC), (void)args; }
static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  (void)args;
  for (size_t i = begin; i < end; i++) ((size_t *)acc)[i] += i;
  return 0;
}
static void merge(void *into, const void *from, const void *args) {
  (void)args;
  for (size_t i = 0; i < ACC / sizeof(size_t); i++) ((size_t *)into)[i] += ((const size_t *)from)[i];
}

static tutti_status add_up(tutti_ctx *ctx, size_t n, size_t memory) {
  static const tutti_reduction op = {ACC, 1, init, chunk, merge};
  static size_t acc[ACC / sizeof(size_t)];
  left = memory;
  const tutti_status status = tutti_reduce(ctx, &op, n, NULL, acc);
  if (!status) cr_assert(acc[n - 1] == n - 1 && acc[n] == 0);
  return status;
}

/* Those in the workers' memory, and the caller's. */
Test(room, accumulators_are_counted_twice, .timeout = 60) {
  for (int standing = 0; standing < 2; standing++) {
    tutti_config config;
    tutti_config_default(&config);
    config.backend = TUTTI_PROCESSES;
    config.workers = WORKERS;
    config.standing = standing;
    tutti_ctx *ctx = testing_open(&config);
    for (int call = 0; call < 3; call++) /* workers stand by then */
      testing_expect(ctx, add_up(ctx, 2, SIZE_MAX), TUTTI_OK, "", "small");
    testing_expect(ctx, add_up(ctx, CHUNKS, CHUNKS * ACC + MIB), TUTTI_ENOMEM, "do not fit in the", "once");
    testing_expect(ctx, add_up(ctx, CHUNKS, 2 * CHUNKS * ACC + MIB), TUTTI_OK, "", "twice");
    /* Workers that stand by have the pages of theirs. */
    testing_expect(ctx, add_up(ctx, CHUNKS, CHUNKS * ACC + MIB), standing ? TUTTI_OK : TUTTI_ENOMEM,
                   "do not fit in the", "again");
    tutti_close(ctx);
  }
}

/* -- kernels with work space -- */

static int still(double t, const double *state, double *rate, size_t dims, const void *args) {
  (void)t, (void)state, (void)args;
  memset(rate, 0, TUTTI_ODE_BATCH * dims * sizeof *rate);
  return 0;
}

Test(room, every_workers_work_space_is_counted) {
  enum { DIMS = 10000, MEMBERS = 8 * WORKERS };
  tutti_ctx *ctx = testing_open_backend(TUTTI_THREADS, WORKERS);
  static double state[MEMBERS * DIMS];
  const tutti_ode ode = {.rhs = still, .dims = DIMS, .dt = 1, .steps = 4};
  left = (size_t)2 * 8 * 5 * DIMS * sizeof(double);
  testing_expect(ctx, tutti_ode_ensemble(ctx, &ode, 1, state, NULL), TUTTI_OK, "", "one batch");
  testing_expect(ctx, tutti_ode_ensemble(ctx, &ode, MEMBERS, state, NULL), TUTTI_ENOMEM,
                 "for the workers' batches of eight members do not fit", "three, and room for two");
  left *= 2;
  testing_expect(ctx, tutti_ode_ensemble(ctx, &ode, MEMBERS, state, NULL), TUTTI_OK, "", "three");
  tutti_close(ctx);
}
