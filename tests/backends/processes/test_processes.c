/* Worker processes: what they see, what comes back, what they leave behind; and a host that has signal
 * handlers and children of its own. How workers die is in test_deaths.c, a host that runs OpenMP in
 * test_openmp.c. */
#define _GNU_SOURCE
#include "../../support/testing.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const tutti_output shared_only[] = {{0}};

/* -- memory -- */

enum { N = 10007, GRAIN = 100 };

struct axpy {
  const double *x;
  double *y, *z;
};

static int axpy_body(size_t begin, size_t end, void *args) {
  const struct axpy *a = args;
  for (size_t i = begin; i < end; i++) {
    a->y[i] = 2 * a->x[i] + 1;
    a->z[i] = -a->x[i];
  }
  return 0;
}

static void check_axpy(tutti_ctx *ctx, double *x, double *y, double *z, const char *what) {
  const tutti_output outputs[] = {{y, sizeof *y}, {z, sizeof *z}, {0}};
  for (int round = 0; round < 3; round++) { /* x is read as it is when the call begins */
    for (int i = 0; i < N; i++) x[i] = i * 10 + round, y[i] = z[i] = 0.5;
    testing_expect(ctx, tutti_for(ctx, N, GRAIN, axpy_body, &(struct axpy){x, y, z}, outputs), TUTTI_OK, "",
                   what);
    for (int i = 0; i < N; i++)
      cr_assert(y[i] == 2 * (i * 10 + round) + 1 && z[i] == -(i * 10 + round), "%s, round %d, item %d: %g %g",
                what, round, i, y[i], z[i]);
  }
}

Test(processes, declared_outputs_come_back_from_any_memory, .timeout = 60) {
  static double fixed[3][N];
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 3),
            *threads = testing_open_backend(TUTTI_THREADS, 2);
  double *heap[3], *shared = tutti_alloc(ctx, 3 * N * sizeof *shared);
  double *other = tutti_alloc(threads, 3 * N * sizeof *other); /* not shared: of a context of threads */
  for (int i = 0; i < 3; i++) heap[i] = malloc(N * sizeof **heap);
  check_axpy(ctx, heap[0], heap[1], heap[2], "malloc");
  check_axpy(ctx, fixed[0], fixed[1], fixed[2], "static");
  check_axpy(ctx, shared, shared + N, shared + 2 * N, "tutti_alloc");
  check_axpy(ctx, heap[0], shared + 2 * N, fixed[2], "mixed");
  check_axpy(ctx, other, other + N, other + 2 * N, "tutti_alloc for threads");
  for (int i = 0; i < 3; i++) free(heap[i]);
  tutti_free(ctx, shared);
  tutti_free(threads, other);
  tutti_close(threads);
  tutti_close(ctx);
}

static int double_in_place(size_t begin, size_t end, void *args) {
  for (size_t i = begin; i < end; i++) ((int64_t *)args)[i] *= 2;
  return 0;
}

Test(processes, an_output_may_be_input_too, .timeout = 60) {
  int64_t x[N];
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 4);
  for (int i = 0; i < N; i++) x[i] = i;
  for (int round = 0; round < 5; round++)
    testing_expect(ctx, tutti_for(ctx, N, 1, double_in_place, x, (tutti_output[]){{x, sizeof *x}, {0}}),
                   TUTTI_OK, "", "in place");
  for (int i = 0; i < N; i++) cr_assert(x[i] == 32 * i, "item %d: %lld", i, (long long)x[i]);
  tutti_close(ctx);
}

struct undeclared {
  int *shared, *private;
};

static int write_both(size_t begin, size_t end, void *args) {
  const struct undeclared *u = args;
  for (size_t i = begin; i < end; i++) u->shared[i] = u->private[i] = 9;
  return 0;
}

Test(processes, what_is_not_declared_stays_in_the_worker, .timeout = 60) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 2);
  int private[N] = {0}, *shared = tutti_alloc(ctx, sizeof private);
  testing_expect(ctx,
                 tutti_for(ctx, N, GRAIN, write_both, &(struct undeclared){shared, private}, shared_only),
                 TUTTI_OK, "", "undeclared");
  for (int i = 0; i < N; i++)
    cr_assert(shared[i] == 9 && private[i] == 0, "item %d: %d %d", i, shared[i], private[i]);
  tutti_free(ctx, shared);
  tutti_close(ctx);
}

static int must_not_run(size_t begin, size_t end, void *args) {
  (void)begin, (void)end, (void)args;
  abort();
}

static int must_not_run_task(void *args) {
  (void)args;
  abort();
}

Test(processes, nothing_is_lost_in_silence, .timeout = 60) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 2);
  const tutti_task task = {must_not_run_task, NULL};
  testing_expect(ctx, tutti_for(ctx, 10, 0, must_not_run, NULL, NULL), TUTTI_EUNSUPPORTED, "outputs = NULL",
                 "for");
  testing_expect(ctx, tutti_for(ctx, 0, 0, must_not_run, NULL, NULL), TUTTI_EUNSUPPORTED, "outputs = NULL",
                 "n = 0");
  testing_expect(ctx, tutti_invoke(ctx, &task, 1), TUTTI_EUNSUPPORTED, "worker processes", "invoke");
  tutti_close(ctx);
}

/* The copy of an output that would not fit is refused before anything runs. */
Test(processes, an_output_too_large_to_bring_back_is_refused, .timeout = 60) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 2);
  char byte = 3;
  const size_t n = (size_t)1 << 48;
  testing_expect(ctx, tutti_for(ctx, n, 0, must_not_run, NULL, (tutti_output[]){{&byte, 1}, {0}}),
                 TUTTI_ENOMEM, "bytes to bring results back from the workers do not fit", "2^48 bytes");
  cr_assert(byte == 3);
  tutti_close(ctx);
}

/* -- what is left behind -- */

static int count_descriptors(void) {
  int count = 0;
  DIR *folder = opendir("/proc/self/fd");
  cr_assert(folder != NULL);
  while (readdir(folder)) count++;
  closedir(folder);
  return count;
}

/* The workers there were, noted by themselves in shared memory. */
static struct {
  _Atomic int count;
  pid_t pid[4096];
} * workers_seen;

static void note_worker(void) {
  const int i = workers_seen ? atomic_fetch_add(&workers_seen->count, 1) : 4096;
  if (i < 4096) workers_seen->pid[i] = getpid();
}

/* Objects by which LLVM's OpenMP runtime registered a worker since then. Older ones are of other processes
 * that had the same numbers. */
static int count_registrations(time_t since) {
  int count = 0;
  struct stat about;
  for (int i = 0; i < workers_seen->count && i < 4096; i++) {
    char name[96];
    snprintf(name, sizeof name, "/dev/shm/__KMP_REGISTERED_LIB_%d_%d", (int)workers_seen->pid[i],
             (int)getuid());
    count += stat(name, &about) == 0 && about.st_mtime >= since;
  }
  return count;
}

/* All mappings, and those that are shared: of these each stands on a line of its own. */
static void count_mappings(int *all, int *shared) {
  char line[4096], access[8];
  FILE *maps = fopen("/proc/self/maps", "re");
  cr_assert(maps != NULL);
  for (*all = *shared = 0; fgets(line, sizeof line, maps); ++*all)
    *shared += sscanf(line, "%*s %7s", access) == 1 && access[3] == 's';
  fclose(maps);
}

static int fail_or_die(size_t begin, size_t end, void *args) {
  (void)end;
  note_worker();
  if (begin < 50) return 0;
  if (*(int *)args == 2) _exit(1);
  return *(int *)args;
}

/* A call that succeeds, one whose function fails, one whose worker dies. */
static void three_calls(tutti_ctx *ctx) {
  static const tutti_status expected[] = {TUTTI_OK, TUTTI_EUSER, TUTTI_EWORKER};
  static int64_t out[N];
  for (int how = 0; how < 3; how++)
    testing_expect(ctx, tutti_for(ctx, N, 10, fail_or_die, &how, (tutti_output[]){{out, sizeof *out}, {0}}),
                   expected[how], "", "a call that leaves nothing behind");
}

Test(processes, leave_no_zombie_descriptor_or_mapping, .timeout = 120) {
  enum { ROUNDS = 20 };
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 3);
  for (int i = 0; i < 3; i++) three_calls(ctx); /* what the first calls load stays */
  int all, shared, all_after, shared_after;
  const int descriptors = count_descriptors();
  const time_t begun = time(NULL);
  workers_seen = tutti_alloc(ctx, sizeof *workers_seen);
  cr_assert(workers_seen != NULL);
  count_mappings(&all, &shared);
  for (int i = 0; i < ROUNDS; i++) three_calls(ctx);
  count_mappings(&all_after, &shared_after);
  const int descriptors_after = count_descriptors();
  cr_assert(descriptors_after == descriptors, "%d descriptors, then %d", descriptors, descriptors_after);
  const int registrations = count_registrations(begun);
  cr_assert(workers_seen->count > ROUNDS && registrations == 0, "%d objects of %d workers are in /dev/shm",
            registrations, workers_seen->count);
  cr_assert(shared_after == shared, "%d shared mappings, then %d", shared, shared_after);
  cr_assert(all_after < all + ROUNDS, "%d mappings, then %d", all, all_after);
  cr_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "a child is left");
  tutti_free(ctx, workers_seen);
  workers_seen = NULL;
  tutti_close(ctx);
}

/* -- a host with children and handlers of its own -- */

static void check_calls(tutti_ctx *ctx, const char *what) {
  int64_t x[N];
  for (int round = 0; round < 20; round++) {
    for (int i = 0; i < N; i++) x[i] = i;
    testing_expect(ctx, tutti_for(ctx, N, GRAIN, double_in_place, x, (tutti_output[]){{x, sizeof *x}, {0}}),
                   TUTTI_OK, "", what);
    for (int i = 0; i < N; i++) cr_assert(x[i] == 2 * i, "%s: item %d", what, i);
  }
  int dies = 2;
  testing_expect(ctx, tutti_for(ctx, N, 10, fail_or_die, &dies, shared_only), TUTTI_EWORKER, "in items [",
                 what);
}

static volatile sig_atomic_t reaped;

static void reap_all(int signal_number) {
  const int saved = errno;
  (void)signal_number;
  while (waitpid(-1, NULL, WNOHANG) > 0) reaped++;
  errno = saved;
}

Test(processes, with_sigchld_ignored, .timeout = 60) {
  signal(SIGCHLD, SIG_IGN);
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 3);
  check_calls(ctx, "SIGCHLD ignored");
  tutti_close(ctx);
}

Test(processes, with_a_handler_that_reaps_every_child, .timeout = 60) {
  struct sigaction action = {.sa_handler = reap_all}; /* without SA_RESTART */
  sigaction(SIGCHLD, &action, NULL);
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 3);
  check_calls(ctx, "a handler that reaps");
  cr_assert(reaped > 0, "the handler never got a child: nothing was tested");
  tutti_close(ctx);
}

Test(processes, leave_the_children_of_the_host_alone, .timeout = 60) {
  const pid_t child = fork();
  if (child == 0) _exit(7);
  siginfo_t end;
  cr_assert(waitid(P_PID, (id_t)child, &end, WEXITED | WNOWAIT) ==
            0); /* it has ended and can be waited for */
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 3);
  check_calls(ctx, "a child of the host");
  int status = 0;
  cr_assert(waitpid(child, &status, WNOHANG) == child, "the host's child was reaped");
  cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
  tutti_close(ctx);
}

/* Chunks of several workers lie in one huge page, and each of them would have it whole. */
static long huge_pages_kib(void) {
  char line[128];
  long kib = -1;
  FILE *file = fopen("/proc/self/smaps_rollup", "re");
  while (file && fgets(line, sizeof line, file)) (void)sscanf(line, "AnonHugePages: %ld", &kib);
  if (file) fclose(file);
  return kib;
}

static int fill_small_pages(size_t begin, size_t end, void *args) {
  memset((unsigned char *)args + begin, 1, end - begin);
  return huge_pages_kib() > 0;
}

Test(processes, private_outputs_take_no_huge_pages_in_workers, .timeout = 60) {
  enum { BYTES = 32 << 20 };
  if (huge_pages_kib() != 0)
    cr_skip_test("the system does not tell of huge pages, or has given some already");
  unsigned char *x = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  cr_assert(x != MAP_FAILED);
  if (madvise(x, BYTES, MADV_HUGEPAGE)) cr_skip_test("no huge pages here");
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 3);
  testing_expect(ctx,
                 tutti_for(ctx, BYTES, 1 << 17, fill_small_pages, x, (const tutti_output[]){{x, 1}, {0}}),
                 TUTTI_OK, "", "small pages");
  for (size_t i = 0; i < BYTES; i++) cr_assert(x[i] == 1, "byte %zu", i);
  tutti_close(ctx);
}
