/* What hosts do: signals to their group, output, stops, cancellation, children they wait for, jumps. */
#define _GNU_SOURCE
#include "../../support/directory.h"
#include "../../support/testing.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>

enum { N = 100, GRAIN = 10 };

static const tutti_output shared_only[] = {{0}};

/* What all processes of a test see. */
typedef struct {
  pid_t host;
  _Atomic int begun, go, landed, handled, handled_elsewhere, turns;
} board;

static board *b;

static void a_moment(void) { nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL); }

static void open_board(void) {
  b = mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  cr_assert(b != MAP_FAILED);
}

/* Workers that stand by are those of the third call of this kind. */
static tutti_ctx *open_processes(bool standing, double chunk_seconds, tutti_body body) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_PROCESSES;
  config.workers = 3;
  config.standing = standing;
  config.chunk_seconds = chunk_seconds;
  tutti_ctx *ctx = testing_open(&config);
  for (int i = 0; i < 2 * standing; i++) (void)tutti_for(ctx, 5, 1, body, NULL, shared_only);
  return ctx;
}

static void check_no_child(const char *what) {
  cr_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "%s: a child is left", what);
}

static int wait_to_go(size_t begin, size_t end, void *args) {
  (void)end, (void)args;
  if (begin != 50) return 0;
  b->begun++;
  while (!b->go) a_moment();
  a_moment(); /* what was sent before `go` has arrived */
  return 0;
}

/* A host in a group of its own, whose call waits in items [50, 60); its exit status is that of the call. */
static pid_t start_group(void (*prepare)(int how), int how, bool standing, double chunk_seconds) {
  b->begun = b->go = b->handled = b->handled_elsewhere = 0;
  const pid_t host = fork();
  cr_assert(host >= 0);
  if (host == 0) {
    setpgid(0, 0);
    b->host = getpid();
    prepare(how);
    tutti_ctx *ctx = open_processes(standing, chunk_seconds, wait_to_go);
    const tutti_status status = tutti_for(ctx, N, GRAIN, wait_to_go, NULL, shared_only);
    tutti_close(ctx);
    _exit((int)status);
  }
  while (!b->begun) a_moment();
  return host;
}

static void end_group(pid_t host, const char *what) {
  int status = -1;
  b->go = 1;
  cr_assert(waitpid(host, &status, 0) == host && status == 0, "%s: the host ended with %#x", what,
            (unsigned)status);
  cr_assert(b->begun == 1, "%s: the chunk was run %d times", what, b->begun);
}

/* -- signals -- */

static const int for_groups[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

static void handle(int signal_number) {
  (void)signal_number;
  if (getpid() == b->host) b->handled++;
  else b->handled_elsewhere++;
}

static void set_handlers(int ignore) {
  for (size_t i = 0; i < sizeof for_groups / sizeof *for_groups; i++)
    signal(for_groups[i], ignore ? SIG_IGN : handle);
}

Test(hosts, signals_to_the_group_are_for_the_caller, .timeout = 60) {
  open_board();
  for (int ignore = 0; ignore < 2; ignore++)
    for (int standing = 0; standing < 2; standing++) {
      const pid_t host = start_group(set_handlers, ignore, standing, 0);
      for (int times = 1; times <= 5; times++)
        for (size_t i = 0; i < sizeof for_groups / sizeof *for_groups; i++) {
          const int before = b->handled;
          cr_assert(kill(-host, for_groups[i]) == 0);
          while (!ignore && b->handled == before) a_moment();
        }
      end_group(host, ignore ? "ignored" : "handled");
      cr_assert(b->handled_elsewhere == 0, "the host's handler ran in a worker");
    }
}

static int is_ignored(size_t begin, size_t end, void *args) {
  struct sigaction action;
  (void)begin, (void)end, (void)args;
  for (size_t i = 0; i < sizeof for_groups / sizeof *for_groups; i++) {
    if (sigaction(for_groups[i], NULL, &action) != 0 || action.sa_handler != SIG_IGN) return for_groups[i];
    raise(for_groups[i]);
  }
  return 0;
}

Test(hosts, what_the_caller_ignores_stays_ignored, .timeout = 60) {
  set_handlers(true);
  for (int standing = 0; standing < 2; standing++) {
    tutti_ctx *ctx = open_processes(standing, 0, is_ignored);
    testing_expect(ctx, tutti_for(ctx, N, GRAIN, is_ignored, NULL, shared_only), TUTTI_OK, "", "ignored");
    tutti_close(ctx);
  }
}

/* -- stops -- */

static void prepare_nothing(int how) { (void)how; }

Test(hosts, time_in_which_all_are_stopped_does_not_count, .timeout = 120) {
  open_board();
  for (int standing = 0; standing < 2; standing++) {
    const pid_t host = start_group(prepare_nothing, 0, standing, 2);
    int status;
    cr_assert(kill(-host, SIGSTOP) == 0);
    cr_assert(waitpid(host, &status, WUNTRACED) == host && WIFSTOPPED(status));
    nanosleep(&(struct timespec){.tv_sec = 4}, NULL);
    cr_assert(kill(-host, SIGCONT) == 0);
    for (int i = 0; i < 100; i++) a_moment(); /* as long as the caller needs to look */
    end_group(host, "stopped");
  }
}

/* -- output -- */

static int print(size_t begin, size_t end, void *args) {
  (void)args;
  for (size_t i = begin; i < end; i++) printf("item %zu\n", i);
  return 0;
}

static void keep_quiet(void) {
  static const char words[] = "the host's handler\n";
  (void)!write(STDOUT_FILENO, words, sizeof words - 1);
}

static int print_and_exit(size_t begin, size_t end, void *args) {
  (void)end, (void)args;
  if (begin != 50) return 0;
  puts("exit");
  exit(3);
}

static void *hold_stdout(void *held) {
  flockfile(stdout);
  atomic_store((_Atomic int *)held, 1);
  while (true) pause();
  return NULL;
}

typedef enum { PRINTS, EXITS, LOCKED } printing;

/* In a child, whose stdout is the file. */
static void host_that_prints(FILE *file, printing what, bool standing) {
  _Atomic int held = 0;
  pthread_t holder;
  dup2(fileno(file), STDOUT_FILENO);
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  atexit(keep_quiet);
  tutti_ctx *ctx = open_processes(standing, 0, wait_to_go);
  fputs("before\n", stdout);
  if (what == LOCKED && pthread_create(&holder, NULL, hold_stdout, &held) == 0)
    while (!held) a_moment();
  const tutti_status status =
      tutti_for(ctx, N, GRAIN, what == EXITS ? print_and_exit : print, NULL, shared_only);
  if (what == EXITS && (status != TUTTI_EWORKER || !strstr(tutti_error_detail(ctx), "exited with status 3")))
    _exit(1);
  if (what != EXITS && status) _exit(2);
  if (what == LOCKED) (void)fputs_unlocked("after\n", stdout), (void)fflush_unlocked(stdout);
  else fputs("after\n", stdout), (void)fflush(stdout);
  _exit(0);
}

/* How often the line is in the file; *at: where it was last. */
static int count_lines(FILE *file, const char *line, int *at) {
  char text[64];
  int count = 0;
  rewind(file);
  for (int i = 0; fgets(text, sizeof text, file); i++) {
    text[strcspn(text, "\n")] = 0;
    if (strcmp(text, line) == 0) count++, *at = i;
  }
  return count;
}

static void check_output(printing what, bool standing) {
  FILE *file = tmpfile();
  cr_assert(file != NULL);
  open_board();
  const pid_t host = fork();
  if (host == 0) host_that_prints(file, what, standing);
  int status = -1, at = -1;
  cr_assert(waitpid(host, &status, 0) == host && status == 0, "%d: the host ended with %#x", (int)what,
            (unsigned)status);
  cr_assert(count_lines(file, "before", &at) == 1 && (what == LOCKED || at == 0), "\"before\" at %d", at);
  cr_assert(count_lines(file, "the host's handler", &at) == 0, "a worker ran the host's handler");
  if (what == EXITS) cr_assert(count_lines(file, "exit", &at) == 3, "three workers have printed");
  for (int i = 0; i < N && what != EXITS; i++) {
    char line[32];
    snprintf(line, sizeof line, "item %d", i);
    cr_assert(count_lines(file, line, &at) == 1, "%d: \"%s\" %d times", (int)what, line,
              count_lines(file, line, &at));
  }
  const int lines = what == EXITS ? 5 : N + 2;
  cr_assert(count_lines(file, "after", &at) == 1 && at == lines - 1, "\"after\" at %d of %d", at, lines);
  fclose(file);
}

Test(hosts, output_appears_once, .timeout = 60) {
  for (int standing = 0; standing < 2; standing++) check_output(PRINTS, standing);
}

Test(hosts, a_worker_that_exits_runs_nothing_of_the_hosts, .timeout = 60) {
  for (int standing = 0; standing < 2; standing++) check_output(EXITS, standing);
}

Test(hosts, a_thread_may_hold_the_lock_of_stdout, .timeout = 60) {
  for (int standing = 0; standing < 2; standing++) check_output(LOCKED, standing);
}

/* -- cancellation -- */

typedef struct {
  tutti_ctx *ctx;
  _Atomic int status;
  bool went_on;
} caller;

static void *call_and_be_canceled(void *caller_) {
  caller *c = caller_;
  c->status = (int)tutti_for(c->ctx, N, GRAIN, wait_to_go, NULL, shared_only);
  pthread_testcancel();
  c->went_on = true;
  return NULL;
}

static void cancel_a_call(tutti_ctx *ctx, const char *what) {
  caller c = {.ctx = ctx, .status = -1};
  pthread_t thread;
  void *end = NULL;
  b->begun = b->go = 0;
  cr_assert(pthread_create(&thread, NULL, call_and_be_canceled, &c) == 0);
  while (!b->begun) a_moment();
  cr_assert(pthread_cancel(thread) == 0);
  for (int i = 0; i < 50; i++) a_moment();
  b->go = 1;
  cr_assert(pthread_join(thread, &end) == 0);
  cr_assert(c.status == TUTTI_OK, "%s: status %d", what, c.status);
  cr_assert(end == PTHREAD_CANCELED && !c.went_on, "%s: the cancellation was forgotten", what);
  testing_expect(ctx, tutti_for(ctx, N, GRAIN, wait_to_go, NULL, shared_only), TUTTI_OK, "", what);
}

Test(hosts, cancellation_waits_for_the_end_of_a_call, .timeout = 120) {
  open_board();
  for (CONTEXTS c = {.workers = {1, 2}}; contexts_next(&c);) {
    const int descriptors = count_entries("/proc/self/fd");
    cancel_a_call(c.ctx, c.name);
    cr_assert(count_entries("/proc/self/fd") == descriptors, "%s: descriptors are left", c.name);
    check_no_child(c.name);
  }
  b->go = 1;
  tutti_ctx *standing = open_processes(true, 0, wait_to_go);
  cancel_a_call(standing, "standing");
  tutti_close(standing);
  check_no_child("standing");
}

/* Calls that read files, and ask for memory before they run anything. */
static void *ask_and_be_canceled(void *calls_) {
  enum { LEVELS = 1 << 16 };
  static double level[LEVELS], out[LEVELS];
  _Atomic int *calls = calls_;
  tutti_topology_t topology;
  tutti_daily daily;
  (void)pthread_cancel(pthread_self());
  (void)tutti_usable_cores(), ++*calls;
  (void)tutti_available_memory(), ++*calls;
  (void)tutti_topology(&topology), ++*calls;
  (void)tutti_processors(NULL, 0), ++*calls;
  (void)tutti_daily_read(NULL, "/dev/null", &daily), ++*calls;
  (void)tutti_quantile(NULL, level, LEVELS, level, LEVELS, out), ++*calls;
  pthread_testcancel();
  return NULL;
}

Test(hosts, cancellation_waits_where_files_are_read, .timeout = 60) {
  _Atomic int calls = 0;
  pthread_t thread;
  void *end = NULL;
  cr_assert(pthread_create(&thread, NULL, ask_and_be_canceled, &calls) == 0);
  cr_assert(pthread_join(thread, &end) == 0);
  cr_assert(calls == 6, "call %d was left", calls + 1);
  cr_assert(end == PTHREAD_CANCELED, "the cancellation was forgotten");
}

/* -- children -- */

static void *wait_for_any_child(void *over) {
  while (!atomic_load((atomic_bool *)over))
    if (waitpid(-1, NULL, 0) < 0) a_moment();
  return NULL;
}

static int die_in_turn(size_t begin, size_t end, void *args) {
  (void)end, (void)args;
  if (begin == 50 && ++b->turns % 5 < 3) _exit(9); /* three in a row, or fewer */
  return 0;
}

Test(hosts, a_thread_may_wait_for_any_child, .timeout = 120) {
  atomic_bool over = false;
  pthread_t thread;
  open_board();
  cr_assert(pthread_create(&thread, NULL, wait_for_any_child, &over) == 0);
  for (int standing = 0; standing < 2; standing++) {
    tutti_ctx *ctx = open_processes(standing, 0, die_in_turn);
    int good = 0;
    for (int call = 0; call < 20; call++) {
      const tutti_status status = tutti_for(ctx, N, GRAIN, die_in_turn, NULL, shared_only);
      if (status) testing_expect(ctx, status, TUTTI_EWORKER, "3 workers died in items [50, 60)", "thrice");
      else good++;
    }
    cr_assert(good > 5 && good < 20, "%d good calls", good);
    tutti_close(ctx);
  }
  over = true;
  pthread_join(thread, NULL);
}

/* -- leaving, as any language can; a host in C++ is in leaving.cpp -- */

static jmp_buf home;

static int jump(size_t begin, size_t end, void *args) {
  (void)end, (void)args;
  if (begin == 50) longjmp(home, 1);
  return 0;
}

static int throw_something(size_t begin, size_t end, void *args) {
  static struct _Unwind_Exception exception; /* of no language */
  (void)end, (void)args;
  if (begin == 50) (void)_Unwind_RaiseException(&exception);
  return 0;
}

Test(hosts, a_worker_never_lands_in_the_host, .timeout = 60) {
  open_board();
  for (CONTEXTS c = {.backends = ON_PROCESSES, .workers = {1, 2, 3}, .schedules = BY_DYNAMIC};
       contexts_next(&c);) {
    if (setjmp(home) != 0) {
      b->landed++;
      _exit(0);
    }
    testing_expect(c.ctx, tutti_for(c.ctx, N, GRAIN, jump, NULL, shared_only), TUTTI_EUSER,
                   "longjmp or pthread_exit left the function for items [50, 60)", "jump");
    testing_expect(c.ctx, tutti_for(c.ctx, N, GRAIN, throw_something, NULL, shared_only), TUTTI_EUSER,
                   "an exception left the function for items [50, 60)", "throw");
    cr_assert(b->landed == 0, "%d landed", b->landed);
    contexts_close(&c);
    check_no_child("leaving");
  }
}

/* Chunks below the one that is left still run, and fail first. */
static int fail_at_20_throw_at_50(size_t begin, size_t end, void *args) {
  if (begin == 20) {
    while (!b->begun) a_moment();
    return 77;
  }
  if (begin == 50) b->begun = 1;
  return throw_something(begin, end, args);
}

Test(hosts, the_lowest_failure_is_reported_whatever_it_is, .timeout = 60) {
  open_board();
  for (int standing = 0; standing < 2; standing++) {
    b->begun = 1;
    tutti_ctx *ctx = open_processes(standing, 0, fail_at_20_throw_at_50);
    for (int call = 0; call < 5; call++) {
      b->begun = 0;
      testing_expect(ctx, tutti_for(ctx, N, GRAIN, fail_at_20_throw_at_50, NULL, shared_only), TUTTI_EUSER,
                     "returned 77 for items [20, 30)", "both");
    }
    tutti_close(ctx);
  }
}

static void *call_well(void *ctx) {
  b->go = 1;
  b->landed = (int)tutti_for(ctx, N, GRAIN, wait_to_go, NULL, shared_only);
  return NULL;
}

Test(hosts, the_context_of_a_call_that_was_jumped_out_of_can_be_used, .timeout = 60) {
  open_board();
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  for (volatile int times = 0; times < 3; times++) {
    if (setjmp(home) == 0) {
      (void)tutti_for(ctx, N, GRAIN, jump, NULL, shared_only);
      cr_assert(false, "it returned");
    }
    pthread_t thread;
    b->landed = -1;
    cr_assert(pthread_create(&thread, NULL, call_well, ctx) == 0);
    pthread_join(thread, NULL);
    cr_assert(b->landed == TUTTI_OK, "another thread: %s", tutti_strerror((tutti_status)b->landed));
    testing_expect(ctx, tutti_for(ctx, N, GRAIN, wait_to_go, NULL, shared_only), TUTTI_OK, "", "the same");
  }
  tutti_close(ctx);
}
