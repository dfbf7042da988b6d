/* Workers that stand by between calls: they are the same ones, they never read stale memory, and they survive
 * what they should and nothing else. */
#define _GNU_SOURCE
#include "../support/testing.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 2, N = 64 };

static const tutti_output shared_only[] = {{0}};

static tutti_ctx *open_standing(int workers) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_PROCESSES;
  config.workers = workers;
  config.schedule = TUTTI_STATIC;
  config.standing = 1;
  return testing_open(&config);
}

/* -- who runs the chunks -- */

static int who(size_t index, const void *args, void *out) {
  (void)index, (void)args;
  *(pid_t *)out = getpid();
  return 0;
}

typedef struct {
  pid_t first, last;
} team;

/* Who ran the first and the last item of a call whose output is that. */
static team ask(tutti_ctx *ctx, pid_t *out) {
  memset(out, 0, N * sizeof *out);
  testing_expect(ctx, tutti_map(ctx, N, who, NULL, out, sizeof *out), TUTTI_OK, "", "who");
  for (int i = 0; i < N; i++) cr_assert(out[i] > 0 && out[i] != getpid(), "item %d by %d", i, (int)out[i]);
  return (team){out[0], out[N - 1]};
}

static bool same(team a, team b) { return a.first == b.first && a.last == b.last; }

/* The one that stands by: from the second call on. */
static team standing_team(tutti_ctx *ctx, pid_t *out) {
  (void)ask(ctx, out);
  const team t = ask(ctx, out);
  cr_assert(t.first != t.last);
  cr_assert(same(t, ask(ctx, out)), "they did not stay");
  return t;
}

static bool is_alive(pid_t pid) {
  char path[64], state = 'X';
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  FILE *file = fopen(path, "re");
  if (file && fscanf(file, "%*d (%*[^)]) %c", &state) != 1) state = 'X';
  if (file) fclose(file);
  return state != 'X' && state != 'Z';
}

static void await_end(pid_t pid) {
  while (is_alive(pid)) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

Test(pool, workers_stay_between_calls_and_end_with_the_context, .timeout = 60) {
  tutti_ctx *ctx = open_standing(WORKERS);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  const team t = standing_team(ctx, out);
  tutti_free(ctx, out);
  tutti_close(ctx);
  cr_assert(!is_alive(t.first) && !is_alive(t.last));
  cr_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "a child is left");
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

/* -- kernels of the library -- */

typedef struct {
  double sum, dot, asum, nrm2, scan[8], uniform, normal, ar1;
  int64_t integers;
  tutti_minmax_t ends;
  tutti_moments_t moments, ensemble;
  uint64_t counts[16];
  tutti_estimate pi, heads;
} results;

enum { ITEMS = 1 << 20 };

/* work: [4 ITEMS] */
static void run_kernels(tutti_ctx *ctx, double *work, results *r) {
  double *x = work, *y = x + ITEMS, *z = y + ITEMS;
  int64_t *k = (int64_t *)(z + ITEMS);
  const tutti_rng rng = {7, 3};
  memset(r, 0, sizeof *r);
  cr_assert(tutti_uniform(ctx, rng, 5, x, ITEMS) == TUTTI_OK);
  cr_assert(tutti_normal(ctx, rng, 6, y, ITEMS) == TUTTI_OK);
  for (int i = 0; i < ITEMS; i++) k[i] = (int64_t)(1e6 * y[i]);
  cr_assert(tutti_sum(ctx, y, ITEMS, &r->sum) == TUTTI_OK);
  cr_assert(tutti_dot(ctx, x, y, ITEMS, &r->dot) == TUTTI_OK);
  cr_assert(tutti_asum(ctx, y, ITEMS, &r->asum) == TUTTI_OK);
  cr_assert(tutti_nrm2(ctx, y, ITEMS, &r->nrm2) == TUTTI_OK);
  cr_assert(tutti_cumsum(ctx, y, ITEMS, z) == TUTTI_OK);
  for (int i = 0; i < 8; i++) r->scan[i] = z[ITEMS / 8 * (i + 1) - 1];
  cr_assert(tutti_sum_i64(ctx, k, ITEMS, &r->integers) == TUTTI_OK);
  cr_assert(tutti_minmax(ctx, y, ITEMS, &r->ends) == TUTTI_OK);
  cr_assert(tutti_moments(ctx, y, ITEMS, &r->moments) == TUTTI_OK);
  cr_assert(tutti_histogram(ctx, x, ITEMS, 0, 1, 16, r->counts) == TUTTI_OK);
  cr_assert(tutti_mc_pi(ctx, rng, 10 * ITEMS, &r->pi) == TUTTI_OK);
  cr_assert(tutti_mc_coin(ctx, rng, 0.3, 10 * ITEMS, &r->heads) == TUTTI_OK);
  cr_assert(tutti_ar1_ensemble(ctx, &(tutti_ar1){10, 0.7, 2}, rng, 3, 20000, 50, z, &r->ensemble) ==
            TUTTI_OK);
  r->uniform = x[12345], r->normal = y[54321], r->ar1 = z[19999];
}

Test(pool, kernels_give_the_same_bits, .timeout = 120) {
  results expected, found;
  tutti_ctx *serial = testing_open_backend(TUTTI_SERIAL, 1);
  double *work = calloc(4, ITEMS * sizeof *work);
  run_kernels(serial, work, &expected);
  free(work);
  tutti_close(serial);
  for (int workers = 1; workers <= 5; workers += 2) {
    tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, workers);
    work = tutti_alloc(ctx, (size_t)4 * ITEMS * sizeof *work);
    for (int round = 0; round < 3; round++) {
      memset(work, 0, (size_t)4 * ITEMS * sizeof *work);
      run_kernels(ctx, work, &found);
      cr_assert(memcmp(&found, &expected, sizeof found) == 0, "%d workers, round %d", workers, round);
    }
    tutti_free(ctx, work);
    tutti_close(ctx);
  }
}

/* Private memory the workers have seen before it changed. */
Test(pool, kernels_on_private_memory_see_it_as_it_is, .timeout = 60) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, WORKERS);
  double *shared = tutti_alloc(ctx, ITEMS * sizeof *shared), *own = malloc(ITEMS * sizeof *own), sum;
  for (int round = 1; round <= 4; round++) {
    for (int i = 0; i < ITEMS; i++) shared[i] = own[i] = round;
    cr_assert(tutti_sum(ctx, shared, ITEMS, &sum) == TUTTI_OK && sum == (double)round * ITEMS);
    cr_assert(tutti_sum(ctx, own, ITEMS, &sum) == TUTTI_OK && sum == (double)round * ITEMS);
    cr_assert(tutti_dot(ctx, own, shared, ITEMS, &sum) == TUTTI_OK && sum == (double)round * round * ITEMS);
    cr_assert(tutti_uniform(ctx, (tutti_rng){(uint64_t)round, 0}, 0, own, ITEMS) == TUTTI_OK);
    cr_assert(own[ITEMS - 1] < 1 && own[0] != own[1]);
  }
  free(own);
  tutti_free(ctx, shared);
  tutti_close(ctx);
}

/* -- deaths -- */

typedef struct {
  int deaths, how_many;
  double x[N];
} plague;

static int double_in_place(size_t begin, size_t end, void *args) {
  plague *p = args;
  for (size_t i = begin; i < end; i++) {
    p->x[i] = 2 * p->x[i] + 1;
    if (i == 21 && p->deaths < p->how_many) {
      p->deaths++;
      raise(SIGKILL);
    }
  }
  return 0;
}

Test(pool, a_worker_that_dies_at_work_is_replaced, .timeout = 60) {
  tutti_ctx *ctx = open_standing(WORKERS);
  plague *p = tutti_alloc(ctx, sizeof *p);
  for (int round = 0; round < 12; round++) {
    *p = (plague){.how_many = round % 4};
    for (int i = 0; i < N; i++) p->x[i] = i;
    const tutti_output outputs[] = {{p->x, sizeof *p->x}, {0}};
    const tutti_status status = tutti_for(ctx, N, 4, double_in_place, p, outputs);
    if (round % 4 == 3) {
      testing_expect(
          ctx, status, TUTTI_EWORKER,
          "3 workers died in items [20, 24); the last, worker 1 of 2, was killed by signal 9 (SIGKILL)",
          "thrice");
      continue;
    }
    testing_expect(ctx, status, TUTTI_OK, "", "replaced");
    for (int i = 0; i < N; i++) cr_assert(p->x[i] == 2. * i + 1, "round %d, item %d: %g", round, i, p->x[i]);
    cr_assert(p->deaths == p->how_many);
  }
  tutti_free(ctx, p);
  tutti_close(ctx);
  cr_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "a child is left");
}

Test(pool, workers_that_die_while_they_stand_by_are_replaced, .timeout = 60) {
  tutti_ctx *ctx = open_standing(WORKERS);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  team t = standing_team(ctx, out);
  for (int round = 0; round < 20; round++) {
    kill(t.first, SIGKILL);
    if (round % 2) kill(t.last, SIGKILL);
    if (round % 3) await_end(t.first);
    const team now = ask(ctx, out);
    cr_assert(now.first != t.first && (round % 2 || now.last == t.last), "round %d", round);
    t = now;
  }
  tutti_free(ctx, out);
  tutti_close(ctx);
  cr_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "a child is left");
}

/* -- threads, parents and children of the host -- */

typedef struct {
  tutti_ctx *ctx;
  pid_t *out;
  team t;
} started;

static void *start_in_a_thread(void *args) {
  started *s = args;
  s->ctx = open_standing(WORKERS);
  s->out = tutti_alloc(s->ctx, N * sizeof *s->out);
  s->t = standing_team(s->ctx, s->out);
  return NULL;
}

static started start_elsewhere(void) {
  started s;
  pthread_t thread;
  cr_assert(pthread_create(&thread, NULL, start_in_a_thread, &s) == 0);
  pthread_join(thread, NULL);
  return s;
}

Test(pool, the_end_of_the_thread_that_started_them_is_not_theirs, .timeout = 60) {
  const started s = start_elsewhere();
  nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
  cr_assert(is_alive(s.t.first) && is_alive(s.t.last));
  cr_assert(same(s.t, ask(s.ctx, s.out)));
  tutti_free(s.ctx, s.out);
  tutti_close(s.ctx);
}

Test(pool, the_end_of_the_process_is_theirs, .timeout = 60) {
  int ends[2];
  team t;
  cr_assert(pipe(ends) == 0);
  const pid_t host = fork();
  if (host == 0) {
    const started s = start_elsewhere();
    if (write(ends[1], &s.t, sizeof s.t) != sizeof s.t) _exit(1);
    while (true) pause();
  }
  cr_assert(read(ends[0], &t, sizeof t) == sizeof t);
  kill(host, SIGKILL);
  waitpid(host, NULL, 0);
  await_end(t.first);
  await_end(t.last);
}

/* A child of the host's own has the context, but not its workers. */
Test(pool, a_child_of_the_host_has_workers_of_its_own, .timeout = 60) {
  const started s = start_elsewhere();
  const pid_t child = fork();
  if (child == 0) {
    memset(s.out, 0, N * sizeof *s.out);
    const bool ran = tutti_map(s.ctx, N, who, NULL, s.out, sizeof *s.out) == TUTTI_OK;
    const bool others = s.out[0] > 0 && s.out[0] != s.t.first && s.out[N - 1] != s.t.last;
    tutti_close(s.ctx);
    _exit(ran && others ? 0 : 1);
  }
  int status = -1;
  cr_assert(waitpid(child, &status, 0) == child && status == 0, "the child ended with %d", status);
  cr_assert(same(s.t, ask(s.ctx, s.out)));
  tutti_free(s.ctx, s.out);
  tutti_close(s.ctx);
}

Test(pool, workers_do_not_keep_pipes_of_the_host_open, .timeout = 60) {
  int ends[2];
  char byte;
  cr_assert(pipe(ends) == 0);
  const started s = start_elsewhere();
  close(ends[1]);
  cr_assert(read(ends[0], &byte, 1) == 0, "no end of file");
  tutti_free(s.ctx, s.out);
  tutti_close(s.ctx);
}

static int entries(const char *path) {
  int count = 0;
  DIR *directory = opendir(path);
  while (directory && readdir(directory)) count++;
  if (directory) closedir(directory);
  return count;
}

/* A thread that was joined, and a process that was waited for, can still be seen in /proc for a moment. */
static void await_entries(const char *path, int count) {
  while (entries(path) > count) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  cr_assert(entries(path) == count, "%s: %d entries instead of %d", path, entries(path), count);
}

Test(pool, nothing_is_left_behind, .timeout = 60) {
  tutti_close(testing_open_backend(TUTTI_PROCESSES, WORKERS));
  const int descriptors = entries("/proc/self/fd"), threads = entries("/proc/self/task");
  for (int round = 0; round < 20; round++) {
    tutti_ctx *ctx = open_standing(WORKERS);
    pid_t *out = tutti_alloc(ctx, N * sizeof *out);
    const team t = standing_team(ctx, out);
    if (round % 2) kill(t.first, SIGKILL);
    tutti_free(ctx, out);
    tutti_close(ctx);
  }
  cr_assert(entries("/proc/self/fd") == descriptors);
  await_entries("/proc/self/task", threads);
  cr_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "a child is left");
}

/* The whole team, killed while it stands by: nobody's fault. */
Test(pool, however_many_may_die_while_they_stand_by, .timeout = 60) {
  enum { MANY = 5 };
  tutti_ctx *ctx = open_standing(MANY);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  for (int round = 0; round < 5; round++) {
    (void)standing_team(ctx, out);
    for (int i = 0; i < N; i++) kill(out[i], SIGKILL);
    for (int i = 0; i < N; i++) await_end(out[i]);
    (void)ask(ctx, out);
  }
  tutti_free(ctx, out);
  tutti_close(ctx);
}

Test(pool, a_worker_that_is_stopped_while_it_stands_by_meets_the_time_limit, .timeout = 60) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_PROCESSES;
  config.workers = WORKERS;
  config.schedule = TUTTI_STATIC;
  config.standing = 1;
  config.chunk_seconds = 0.3;
  tutti_ctx *ctx = testing_open(&config);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  const team t = standing_team(ctx, out);
  kill(t.first, SIGSTOP);
  const team now = ask(ctx, out);
  cr_assert(now.first != t.first && now.last == t.last);
  tutti_free(ctx, out);
  tutti_close(ctx);
}

/* A host that closes what it does not know, or has other things under those numbers. In a child: the test's
 * own descriptors are among them. */
static void lose_descriptors(bool reuse) {
  int ends[2];
  alarm(30);
  tutti_ctx *ctx = open_standing(WORKERS);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  for (int i = 0; i < 3; i++)
    if (tutti_map(ctx, N, who, NULL, out, sizeof *out)) _exit(1);
  if (pipe(ends) || write(ends[1], "x", 1) != 1) _exit(2);
  for (int fd = STDERR_FILENO + 1; fd < 64; fd++) {
    if (fd == ends[0] || fd == ends[1] || fcntl(fd, F_GETFD) < 0) continue;
    if (reuse) dup2(ends[0], fd);
    else close(fd);
  }
  for (int i = 0; i < 3; i++)
    if (tutti_map(ctx, N, who, NULL, out, sizeof *out) || out[0] == out[N - 1]) _exit(3);
  tutti_free(ctx, out);
  tutti_close(ctx);
  _exit(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD ? 0 : 4);
}

Test(pool, the_host_may_close_its_descriptors, .timeout = 60) {
  for (int reuse = 0; reuse < 2; reuse++) {
    const pid_t child = fork();
    if (child == 0) lose_descriptors(reuse);
    int status = -1;
    cr_assert(waitpid(child, &status, 0) == child && status == 0, "the child ended with %#x",
              (unsigned)status);
  }
}

static int use_stack(size_t index, const void *args, void *out) {
  volatile char much[5 << 20];
  (void)args;
  much[0] = much[sizeof much - 1] = (char)index;
  *(pid_t *)out = (pid_t)(unsigned char)much[0];
  return 0;
}

Test(pool, workers_have_the_stack_of_a_process, .timeout = 60) {
  struct rlimit limit;
  cr_assert(getrlimit(RLIMIT_STACK, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  cr_assert(setrlimit(RLIMIT_STACK, &limit) == 0);
  tutti_ctx *ctx = open_standing(WORKERS);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  for (int call = 0; call < 4; call++)
    testing_expect(ctx, tutti_map(ctx, N, use_stack, NULL, out, sizeof *out), TUTTI_OK, "", "stack");
  tutti_free(ctx, out);
  tutti_close(ctx);
}

static int effective_user(size_t index, const void *args, void *out) {
  (void)index, (void)args;
  *(pid_t *)out = (pid_t)geteuid();
  return 0;
}

static int print_line(size_t index, const void *args, void *out) {
  (void)index, (void)args;
  *(pid_t *)out = getpid();
  return puts("line") == EOF;
}

static long size_of(FILE *file) {
  struct stat about;
  return fstat(fileno(file), &about) ? -1 : (long)about.st_size;
}

/* In a child: the test's own standard output is another's. */
static int print_to_two(void) {
  FILE *files[] = {tmpfile(), tmpfile()};
  tutti_ctx *ctx = open_standing(WORKERS);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  for (int f = 0; f < 2; f++) {
    if (!files[f] || dup2(fileno(files[f]), STDOUT_FILENO) < 0) return 1;
    for (int call = 0; call < 3; call++)
      if (tutti_map(ctx, N, print_line, NULL, out, sizeof *out)) return 2;
  }
  tutti_close(ctx);
  for (int f = 0; f < 2; f++)
    if (size_of(files[f]) != 3 * N * (long)strlen("line\n")) return 3 + f;
  return 0;
}

Test(pool, standard_output_is_that_of_the_call, .timeout = 60) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(30);
    _exit(print_to_two());
  }
  int status = -1;
  cr_assert(waitpid(child, &status, 0) == child && status == 0, "the child ended with %#x", (unsigned)status);
}

/* In a child, since there is no way back. Workers of before can neither be used nor killed. */
Test(pool, a_host_may_give_up_its_privileges, .timeout = 60) {
  if (geteuid() != 0) cr_skip_test("only root has any");
  const pid_t child = fork();
  if (child == 0) {
    alarm(30);
    tutti_ctx *ctx = open_standing(WORKERS);
    pid_t *out = tutti_alloc(ctx, N * sizeof *out);
    for (int i = 0; i < 3; i++)
      if (tutti_map(ctx, N, effective_user, NULL, out, sizeof *out) || out[0] != 0) _exit(1);
    if (setresuid(65534, 65534, 65534)) _exit(2);
    for (int i = 0; i < 3; i++)
      if (tutti_map(ctx, N, effective_user, NULL, out, sizeof *out) || out[0] != 65534 || out[N - 1] != 65534)
        _exit(3);
    tutti_close(ctx);
    _exit(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD ? 0 : 4);
  }
  int status = -1;
  cr_assert(waitpid(child, &status, 0) == child && status == 0, "the child ended with %#x", (unsigned)status);
}

/* As on Linux before 5.3: the system has no descriptors of processes. */
static void forbid_pidfds(void) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  cr_assert(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) cr_skip_test("no seccomp here");
  cr_assert(syscall(SYS_pidfd_open, getpid(), 0) == -1 && errno == ENOSYS);
}

Test(pool, an_old_kernel_will_do, .timeout = 60) {
  forbid_pidfds();
  const int descriptors = entries("/proc/self/fd");
  for (int standing = 0; standing < 2; standing++) {
    tutti_ctx *ctx = standing ? open_standing(WORKERS) : testing_open_backend(TUTTI_PROCESSES, WORKERS);
    plague *p = tutti_alloc(ctx, sizeof *p);
    for (int round = 0; round < 8; round++) {
      *p = (plague){.how_many = round % 4};
      for (int i = 0; i < N; i++) p->x[i] = i;
      const tutti_output outputs[] = {{p->x, sizeof *p->x}, {0}};
      const tutti_status status = tutti_for(ctx, N, 4, double_in_place, p, outputs);
      testing_expect(ctx, status, round % 4 == 3 ? TUTTI_EWORKER : TUTTI_OK,
                     round % 4 == 3 ? "was killed by signal 9 (SIGKILL)" : "", "old kernel");
      for (int i = 0; i < N && !status; i++) cr_assert(p->x[i] == 2. * i + 1, "item %d: %g", i, p->x[i]);
    }
    tutti_free(ctx, p);
    tutti_close(ctx);
  }
  cr_assert(entries("/proc/self/fd") == descriptors);
  cr_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "a child is left");
}

/* -- the rest of the engine -- */

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
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_PROCESSES;
  config.workers = WORKERS;
  config.standing = 1;
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
