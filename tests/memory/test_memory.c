/* tutti_alloc: aligned, zeroed, never more than there is; shared with worker processes where it says so. */
#define _GNU_SOURCE
#include "../support/testing.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory/blocks.h"

static const tutti_output shared_only[] = {{0}};
static const size_t sizes[] = {1,      7, 63, 64, 65, 4096, 100003, (1 << 20) - 65, 1 << 20, (1 << 20) + 1,
                               5000003};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void check_block(tutti_ctx *ctx, size_t bytes, const char *what) {
  unsigned char *memory = tutti_alloc(ctx, bytes);
  cr_assert(memory != NULL, "%s: %zu bytes: %s", what, bytes, tutti_error_detail(ctx));
  cr_assert((uintptr_t)memory % 64 == 0, "%s: %zu bytes at %p", what, bytes, (void *)memory);
  for (size_t i = 0; i < bytes; i++)
    cr_assert(memory[i] == 0, "%s: byte %zu of %zu is not 0", what, i, bytes);
  memset(memory, 0xFF, bytes); /* so that the next block shows whether it is zeroed */
  tutti_free(ctx, memory);
}

Test(memory, is_aligned_and_zeroed) {
  for (CONTEXTS c = {.workers = {2}, .schedules = BY_DYNAMIC}; contexts_next(&c);)
    for (int i = 0; i < SIZES; i++)
      for (int round = 0; round < 3; round++) check_block(c.ctx, sizes[i], c.name);
  for (int i = 0; i < SIZES; i++) check_block(NULL, sizes[i], "the default context");
}

Test(memory, blocks_do_not_overlap) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 2);
  unsigned char *block[3 * SIZES];
  for (int i = 0; i < 3 * SIZES; i++) {
    block[i] = tutti_alloc(ctx, sizes[i % SIZES]);
    memset(block[i], i + 1, sizes[i % SIZES]);
  }
  for (int i = 0; i < 3 * SIZES; i++)
    for (size_t b = 0; b < sizes[i % SIZES]; b++) cr_assert(block[i][b] == i + 1, "block %d, byte %zu", i, b);
  for (int i = 0; i < 3 * SIZES; i++) tutti_free(ctx, block[(i * 7) % (3 * SIZES)]); /* in another order */
  tutti_close(ctx);
}

static void check_too_much(tutti_ctx *ctx, size_t bytes, const char *what) {
  char word[32];
  snprintf(word, sizeof word, "%zu bytes", bytes);
  void *memory = tutti_alloc(ctx, bytes);
  cr_assert(memory == NULL, "%s: %zu bytes were handed out", what, bytes);
  cr_assert(strstr(tutti_error_detail(ctx), word), "%s: \"%s\"", what, tutti_error_detail(ctx));
  cr_assert(strstr(tutti_error_detail(ctx), "available"), "%s: \"%s\"", what, tutti_error_detail(ctx));
}

Test(memory, more_than_there_is_is_refused) {
  const size_t available = tutti_available_memory();
  cr_assert(available > 0);
  for (int i = 0; i < 4; i++) {
    tutti_ctx *ctx = i < 3 ? testing_open_backend((tutti_backend)i, 2) : NULL;
    const char *name = i < 3 ? tutti_backend_name((tutti_backend)i) : "the default context";
    check_too_much(ctx, 0, name);
    for (size_t less = 0; less <= 200; less++) check_too_much(ctx, SIZE_MAX - less, name);
    check_too_much(ctx, SIZE_MAX / 2, name);
    check_too_much(ctx, (size_t)PTRDIFF_MAX + 1, name);
    if (available < SIZE_MAX / 4) {
      check_too_much(ctx, 2 * available, name);
      /* All but one MiB of the machine: the kernel would hand it out, but some of it is always in use. */
      check_too_much(ctx, (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE) - (1 << 20), name);
    }
    tutti_close(ctx);
  }
}

Test(memory, outlives_its_context_and_null_is_ignored) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 2);
  unsigned char *small = tutti_alloc(ctx, 100), *large = tutti_alloc(ctx, 3 << 20);
  tutti_close(ctx);
  memset(small, 1, 100);
  memset(large, 2, 3 << 20);
  tutti_free(NULL, small);
  tutti_free(NULL, large);
  tutti_free(NULL, NULL);
}

/* -- shared with workers -- */

static int count_up(size_t begin, size_t end, void *args) {
  for (size_t i = begin; i < end; i++) ((uint64_t *)args)[i] += i;
  return 0;
}

Test(memory, what_a_worker_writes_is_seen, .timeout = 60) {
  static const size_t counts[] = {1, 1000, 300007}; /* a small block, and one of several pages */
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 3);
  for (int k = 0; k < 3; k++) {
    uint64_t *x = tutti_alloc(ctx, counts[k] * sizeof *x);
    for (int round = 0; round < 3; round++) /* also what the caller wrote in between */
      for (size_t i = 0; i < counts[k] + 1; i++) {
        if (i < counts[k]) x[i] += 5;
        else
          testing_expect(ctx, tutti_for(ctx, counts[k], 10, count_up, x, shared_only), TUTTI_OK, "",
                         "shared");
      }
    for (size_t i = 0; i < counts[k]; i++)
      cr_assert(x[i] == 3 * (5 + i), "item %zu of %zu: %llu", i, counts[k], (unsigned long long)x[i]);
    tutti_free(ctx, x);
  }
  tutti_close(ctx);
}

/* What the backend goes by when it decides whether an output must be copied. */
Test(memory, shared_ranges_lie_within_one_block) {
  unsigned char *a = tutti_memory_get(1000, true), *b = tutti_memory_get(1000, true);
  unsigned char *private = tutti_memory_get(1000, false), local[8] = {0};
  cr_assert(tutti_memory_serial(a, 1000) && tutti_memory_serial(b, 1000));
  cr_assert(tutti_memory_serial(a + 999, 1) && tutti_memory_serial(a + 10, 990));
  cr_assert(!tutti_memory_serial(a, 1001) && !tutti_memory_serial(a + 999, 2));
  cr_assert(!tutti_memory_serial(a - 1, 2) && !tutti_memory_serial(a, SIZE_MAX));
  cr_assert(!tutti_memory_serial(private, 1) && !tutti_memory_serial(local, 1));
  tutti_memory_release(a);
  cr_assert(!tutti_memory_serial(a, 1) && tutti_memory_serial(b, 1000));
  tutti_memory_release(b);
  cr_assert(!tutti_memory_serial(b, 1));
  tutti_memory_release(private);
  tutti_memory_release(NULL);
}

/* A child of the host's own makes and frees blocks as it likes: the parent's are as they were. */
static void let_a_child_release(size_t bytes) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 2);
  unsigned char *a = tutti_alloc(ctx, bytes), *b = tutti_alloc(ctx, bytes);
  memset(a, 7, bytes);
  memset(b, 8, bytes);
  const pid_t child = fork();
  if (child == 0) {
    tutti_free(ctx, a);
    bool good = !tutti_memory_serial(a, 1) && tutti_memory_serial(b, bytes);
    for (int i = 0; i < 100; i++) { /* as large, and of its own: kept and released */
      unsigned char *own = tutti_alloc(ctx, bytes);
      good = good && own && own[0] == 0 && own[bytes - 1] == 0;
      if (own) memset(own, 0xFF, bytes);
      if (i % 2) tutti_free(ctx, own);
    }
    b[0] = 9;
    tutti_free(ctx, b);
    _exit(good ? 0 : 1);
  }
  int status = -1;
  cr_assert(waitpid(child, &status, 0) == child && status == 0, "the child ended with %d", status);
  for (size_t i = 0; i < bytes; i++) cr_assert(a[i] == 7, "byte %zu of %zu is %d", i, bytes, a[i]);
  cr_assert(b[0] == 9 && b[bytes - 1] == 8);
  cr_assert(tutti_memory_serial(a, bytes) && tutti_memory_serial(b, bytes));
  unsigned char *c = tutti_alloc(ctx, bytes); /* not what the child released */
  for (size_t i = 0; i < bytes; i++) cr_assert(c[i] == 0 && a[i] == 7 && b[bytes - 1] == 8);
  tutti_free(ctx, a);
  cr_assert(!tutti_memory_serial(a, 1) && tutti_memory_serial(b, bytes));
  tutti_free(ctx, b);
  tutti_free(ctx, c);
  tutti_close(ctx);
}

Test(memory, of_the_parent_is_not_the_childs_to_change, .timeout = 60) {
  static const size_t bytes[] = {2, 100, 5000, 65536, 100000};
  for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) let_a_child_release(bytes[i]);
}

/* -- many -- */

enum { MANY = 100000 }; /* more than a process may have mappings */

static int mark(size_t begin, size_t end, void *args) {
  unsigned char **block = args;
  for (size_t i = begin; i < end; i++) block[i][0] = (unsigned char)(block[i][0] + 1 + i % 100);
  return 0;
}

static size_t size_of(size_t i) { return 1 + i * 37 % 700; }

static int mappings(void) {
  int lines = 0;
  FILE *file = fopen("/proc/self/maps", "re");
  for (int c; file && (c = fgetc(file)) != EOF;) lines += c == '\n';
  if (file) fclose(file);
  return lines;
}

static void take_many(tutti_ctx *ctx, unsigned char **block, size_t first, size_t step) {
  for (size_t i = first; i < MANY; i += step) {
    const size_t bytes = size_of(i);
    block[i] = tutti_alloc(ctx, bytes);
    cr_assert(block[i] != NULL, "block %zu: %s", i, tutti_error_detail(ctx));
    cr_assert((uintptr_t)block[i] % 64 == 0);
    for (size_t b = 0; b < bytes; b++) cr_assert(block[i][b] == 0, "block %zu, byte %zu", i, b);
    memset(block[i], (int)(i % 50), bytes);
  }
}

static void check_many(unsigned char *const *block, int first_byte_more) {
  for (size_t i = 0; i < MANY; i++) {
    const size_t bytes = size_of(i);
    const unsigned char marked = (unsigned char)(i % 50 + (first_byte_more ? 1 + i % 100 : 0));
    cr_assert(block[i][0] == marked, "block %zu: %d, not %d", i, block[i][0], marked);
    cr_assert(bytes == 1 || block[i][bytes - 1] == i % 50, "block %zu ends with %d", i, block[i][bytes - 1]);
  }
}

Test(memory, of_many_small_blocks_shares_mappings, .timeout = 120) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 2);
  unsigned char **block = tutti_alloc(ctx, MANY * sizeof *block);
  const int before = mappings();
  take_many(ctx, block, 0, 1);
  cr_assert(mappings() - before < 1000, "%d mappings, then %d", before, mappings());
  testing_expect(ctx, tutti_for(ctx, MANY, 100, mark, block, shared_only), TUTTI_OK, "", "many");
  check_many(block, true);
  for (size_t i = 0; i < MANY; i += 3) tutti_free(ctx, block[i]); /* scattered: reused, and zero again */
  take_many(ctx, block, 0, 3);
  for (size_t i = 0; i < MANY; i++) memset(block[i], (int)(i % 50), size_of(i));
  check_many(block, false);
  for (size_t i = 0; i < MANY; i++) tutti_free(ctx, block[i * 7 % MANY]);
  cr_assert(mappings() - before < 100, "%d mappings, then %d", before, mappings());
  tutti_free(ctx, block);
  tutti_close(ctx);
}

/* Released in a place of its own, a small block can be told from its neighbours. */
Test(memory, of_small_blocks_is_known_block_by_block) {
  unsigned char *a = tutti_memory_get(100, true), *b = tutti_memory_get(100, true);
  cr_assert(tutti_memory_serial(a, 100) && tutti_memory_serial(a, 100) == tutti_memory_serial(b, 100));
  cr_assert(!tutti_memory_serial(a, 101) && !tutti_memory_serial(a + 100, 1));
  tutti_memory_release(a);
  tutti_memory_release(a); /* once too often: of no effect */
  cr_assert(!tutti_memory_serial(a, 1) && tutti_memory_serial(b, 100));
  unsigned char *c = tutti_memory_get(100, true), *d = tutti_memory_get(100, true);
  cr_assert(c != b && d != b && c != d);
  const uint64_t newest = tutti_memory_newest();
  for (int i = 0; i < 100; i++) tutti_memory_release(tutti_memory_get(100, true));
  cr_assert(tutti_memory_newest() == newest, "a block that comes and goes is a mapping every time");
  tutti_memory_release(b);
  tutti_memory_release(c);
  tutti_memory_release(d);
}

/* -- several threads -- */

static void *come_and_go(void *args) {
  for (size_t i = 1; i <= 300; i++) {
    unsigned char *mine[4];
    for (size_t k = 0; k < 4; k++) {
      mine[k] = tutti_alloc(args, i * 17 + k);
      if (!mine[k]) return args;
      memset(mine[k], (int)k, i * 17 + k);
    }
    for (size_t k = 0; k < 4; k++) {
      if (mine[k][0] != k || !tutti_memory_serial(mine[k], i * 17 + k)) return args;
      tutti_free(args, mine[k]);
    }
  }
  return NULL;
}

Test(memory, threads_take_and_release_at_once, .timeout = 60) {
  enum { THREADS = 4 };
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 2);
  pthread_t thread[THREADS];
  void *wrong[THREADS];
  for (int i = 0; i < THREADS; i++) cr_assert(pthread_create(&thread[i], NULL, come_and_go, ctx) == 0);
  for (int i = 0; i < THREADS; i++) pthread_join(thread[i], &wrong[i]);
  for (int i = 0; i < THREADS; i++) cr_assert(wrong[i] == NULL, "thread %d", i);
  tutti_close(ctx);
}

/* A child of fork that lets memory go, while another thread of its parent's goes through the list of it. */
static atomic_bool enough;
static void *look_at_the_list(void *args) {
  while (!enough) (void)tutti_memory_serial(args, 1);
  return NULL;
}

Test(memory, a_fork_does_not_inherit_a_held_lock, .timeout = 100) {
  enum { BLOCKS = 5000, FORKS = 60 };
  static void *block[BLOCKS];
  int here;
  pthread_t thread;
  for (int i = 0; i < BLOCKS; i++) cr_assert((block[i] = tutti_memory_get(64, true)) != NULL);
  cr_assert(pthread_create(&thread, NULL, look_at_the_list, &here) == 0);
  for (int i = 0; i < FORKS; i++) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(20);
      tutti_memory_release(block[i]);
      _exit(0);
    }
    int status = -1;
    cr_assert(waitpid(child, &status, 0) == child && status == 0, "fork %d: status %d", i, status);
  }
  enough = true;
  pthread_join(thread, NULL);
  for (int i = 0; i < BLOCKS; i++) tutti_memory_release(block[i]);
}
