/* Starting, watching and replacing worker processes.
 *
 * A worker that dies is replaced by another one, forked like the first, which goes on at its place: with the
 * chunk that killed it, from the beginning. Chunks that were handed out and never begun, because their worker
 * died on the way, are run in one more turn at the end.
 *
 * The caller notices deaths by descriptors of its workers (pidfd), and the end of a turn by one more (a bell)
 * where workers stand by; those forked for the call just end. */
#define _GNU_SOURCE
#include "backends/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <omp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/clock.h"
#include "backends/keeper.h"
#include "pinning.h"

enum { REPORT_EVERY_MS = 20, MOST_DEATHS = 3 /* in a chunk */ };

static bool has_served(const board *b, int worker) {
  return atomic_load(&b->worker[worker].served) == atomic_load(&b->turn);
}

static bool all_have_served(const crew *c) {
  for (int w = 0; w < c->workers; w++)
    if (!has_served(c->board, w)) return false;
  return true;
}

/* -- in the worker -- */

/* A child of a process that has run an OpenMP region must not enter one (libgomp's team did not survive the
 * fork): every region of this process has one thread, also one that names a number. OpenBLAS asks the
 * runtime, too. */
static void keep_openmp_serial(void) {
  omp_set_num_threads(1);
  omp_set_max_active_levels(0);
}

/* LLVM's runtime registers every forked child by a shared-memory object, which it removes when it is told to
 * end. */
static void leave_openmp(void) {
  if (tutti_openmp_is_llvm()) omp_pause_resource_all(omp_pause_hard);
}

/* The same for a worker that could not do it itself. */
static void leave_openmp_for(pid_t pid) {
  char name[64];
  snprintf(name, sizeof name, "/__KMP_REGISTERED_LIB_%d_%d", (int)pid, (int)getuid());
  if (tutti_openmp_is_llvm()) shm_unlink(name);
}

/* Ctrl-C reaches the whole group: the caller decides what it means, and its death ends the workers. */
static void settle(const crew *c, int worker, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_DFL);
  signal(SIGHUP, SIG_DFL);
  signal(SIGQUIT, SIG_DFL);
  pthread_sigmask(SIG_SETMASK, &c->mask, NULL);
  tutti_pin(c->ctx, worker, NULL);
  keep_openmp_serial();
  tutti_in_worker = true;
}

/* A worker that stays must not keep the host's pipes and locks open, only what it rings and what tells of its
 * end. An old kernel keeps them. */
static void close_inherited(int bell, int life) {
#ifdef SYS_close_range
  const int first = bell < life ? bell : life, second = bell < life ? life : bell;
  int from = STDERR_FILENO + 1;
  for (int kept = 0; kept < 2; kept++) {
    const int fd = kept ? second : first;
    if (fd > from) (void)syscall(SYS_close_range, from, fd - 1, 0);
    if (fd >= from) from = fd + 1;
  }
  (void)syscall(SYS_close_range, from, ~0U, 0);
#else
  (void)bell, (void)life;
#endif
}

static uint32_t stand_by(board *b, const worker_state *state) {
  uint32_t turn;
  while ((turn = atomic_load(&b->turn)) == atomic_load(&state->served))
    syscall(SYS_futex, &b->turn, FUTEX_WAIT, turn, NULL, NULL, 0);
  return turn;
}

/* life: closed by the end of the worker, which tells the caller; or -1 */
static _Noreturn void worker_main(const crew *c, int worker, pid_t parent, int life) {
  board *b = c->board;
  worker_state *state = &b->worker[worker];
  const int bell = c->watch[c->workers].fd;
  settle(c, worker, parent);
  /* Where the host ignores SIGCHLD, a worker that ended now would be gone, and its pid free for another
   * process. */
  while (sem_wait(&state->watched) != 0) {
  }
  if (c->standing) close_inherited(bell, life);
  do {
    const uint32_t turn = stand_by(b, state);
    if (worker < b->workers) tutti_board_work(c->ctx, b, worker);
    if (!c->standing) leave_openmp();
    atomic_store(&state->served, turn);
    if (c->standing && all_have_served(c)) (void)!write(bell, &(uint64_t){1}, sizeof(uint64_t));
  } while (c->standing);
  _exit(0);
}

/* -- in the caller -- */

/* Linux before 5.3, and valgrind, have no descriptors of processes: a pipe that only the worker could write
 * to ends with it, too. */
static bool have_pidfds(void) {
  static _Atomic int known; /* 1: no, 2: yes */
  if (!known) {
    const int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
    known = fd < 0 && errno == ENOSYS ? 1 : 2;
    if (fd >= 0) close(fd);
  }
  return known == 2;
}

static void kill_worker(const crew *c, int worker) {
  if (have_pidfds()) syscall(SYS_pidfd_send_signal, c->watch[worker].fd, SIGKILL, NULL, 0);
  else kill(c->pid[worker], SIGKILL);
}

static tutti_status start_worker(crew *c, int worker, pid_t parent) {
  int life[2] = {-1, -1};
  bool watched = have_pidfds() || pipe2(life, O_CLOEXEC) == 0;
  sem_init(&c->board->worker[worker].watched, 1, 0);
  const pid_t pid = watched ? fork() : -1;
  if (pid == 0) worker_main(c, worker, parent, life[1]);
  const int error = errno;
  if (life[1] >= 0) close(life[1]);
  if (watched && pid < 0) {
    if (life[0] >= 0) close(life[0]);
    return tutti_fail(c->ctx, TUTTI_ESYSTEM, "worker %d of %d cannot be forked: %s", worker + 1, c->workers,
                      strerror(error));
  }
  if (watched) {
    c->pid[worker] = pid;
    c->watch[worker].fd = life[0] >= 0 ? life[0] : (int)syscall(SYS_pidfd_open, pid, 0);
    watched = c->watch[worker].fd >= 0;
  }
  if (!watched)
    return tutti_fail(c->ctx, TUTTI_ESYSTEM, "no descriptor to watch worker %d of %d: %s", worker + 1,
                      c->workers, strerror(errno));
  sem_post(&c->board->worker[worker].watched);
  return TUTTI_OK;
}

/* Those who are missing. Signals wait meanwhile, so that no handler of the caller's runs in a worker. */
static tutti_status start_missing(void *crew_) {
  crew *c = crew_;
  sigset_t all, mask;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &mask);
  const pid_t parent = getpid();
  tutti_status status = TUTTI_OK;
  for (int w = 0; w < c->workers && !status; w++)
    if (c->pid[w] == 0 && !has_served(c->board, w)) status = start_worker(c, w, parent);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  return status;
}

static tutti_status start_workers(crew *c) {
  bool missing = false;
  for (int w = 0; w < c->workers; w++) missing = missing || c->pid[w] == 0;
  if (!missing) return TUTTI_OK;
  return c->standing ? tutti_keeper_run(c->keeper, start_missing, c) : start_missing(c);
}

static void describe_end(const siginfo_t *end, char *text, size_t size) {
  const char *name = sigabbrev_np(end->si_status);
  if (end->si_code == CLD_EXITED) snprintf(text, size, "exited with status %d", end->si_status);
  else if (end->si_code == CLD_KILLED || end->si_code == CLD_DUMPED)
    snprintf(text, size, "was killed by signal %d (%s%s)", end->si_status, name ? "SIG" : "no name",
             name ? name : "");
  else snprintf(text, size, "ended"); /* the host ignores SIGCHLD: the kernel keeps no status */
}

/* Takes the worker off the kernel's list. Only this child is waited for; the host's others are left alone. */
static void reap(crew *c, int worker, siginfo_t *end) {
  memset(end, 0, sizeof *end);
  while (waitid(P_PID, (id_t)c->pid[worker], end, WEXITED) < 0 && errno == EINTR) {
  }
  if (c->standing || !has_served(c->board, worker)) leave_openmp_for(c->pid[worker]);
  if (c->watch[worker].fd >= 0) close(c->watch[worker].fd);
  c->watch[worker].fd = -1;
  c->pid[worker] = 0;
}

/* What is still running computes what nobody will read. Without a descriptor a worker has not begun: it
 * waits, and its pid is its own. */
static void dismiss(crew *c) {
  siginfo_t end;
  for (int w = 0; w < c->workers; w++) {
    if (c->watch[w].fd >= 0) kill_worker(c, w);
    else if (c->pid[w] > 0) kill(c->pid[w], SIGKILL);
  }
  for (int w = 0; w < c->workers; w++)
    if (c->pid[w] > 0) reap(c, w, &end);
}

/* The items of chunks that have ended; the workers' own count may lack those of a worker that died. */
static size_t items_done(const board *b) {
  size_t done = 0;
  for (size_t chunk = 0; chunk < b->job.plan.count; chunk++)
    if (atomic_load(&b->job.ended[chunk]))
      done += plan_begin(&b->job.plan, chunk + 1) - plan_begin(&b->job.plan, chunk);
  return done;
}

/* A worker has died: another one takes its place, unless its chunk has killed too many. */
static tutti_status replace(crew *c, int worker, const siginfo_t *end) {
  board *b = c->board;
  const uint64_t left = atomic_load(&b->worker[worker].place.left);
  const size_t chunk = left ? tutti_place_chunk(left) : b->job.plan.count;
  char how[96], where[96] = "before their first chunk";
  if (!left &&
      items_done(b) > c->done_before) { /* between chunks: only deaths without any work between count */
    c->done_before = items_done(b);
    c->deaths[chunk] = 0;
  }
  if (++c->deaths[chunk] < MOST_DEATHS) {
    atomic_store(&b->worker[worker].began, 0);
    c->overdue[worker] = false;
    return start_workers(c);
  }
  if (c->overdue[worker])
    snprintf(how, sizeof how, "took longer than chunk_seconds = %g and was killed",
             c->ctx->config.chunk_seconds);
  else describe_end(end, how, sizeof how);
  if (left)
    snprintf(where, sizeof where, "in items [%zu, %zu)", plan_begin(&b->job.plan, chunk),
             plan_begin(&b->job.plan, chunk + 1));
  return tutti_fail(c->ctx, TUTTI_EWORKER, "%d workers died %s; the last, worker %d of %d, %s", MOST_DEATHS,
                    where, worker + 1, b->workers, how);
}

/* Kills workers whose chunk takes too long. Returns the ms until it is worth to look again; -1: never. */
static int look_at_the_clock(crew *c) {
  const double limit = 1e9 * c->ctx->config.chunk_seconds;
  const int wait = c->ctx->config.progress ? REPORT_EVERY_MS : -1;
  if (!(limit > 0)) return wait;
  const uint64_t now = tutti_now_ns();
  for (int w = 0; w < c->workers; w++) {
    const uint64_t began = atomic_load(&c->board->worker[w].began);
    if (c->watch[w].fd < 0 || !began || now < began || (double)(now - began) <= limit) continue;
    c->overdue[w] = true;
    kill_worker(c, w);
  }
  return REPORT_EVERY_MS;
}

/* Waits until every worker has served this turn, reporting meanwhile and replacing those that died. */
static tutti_status wait_for_workers(crew *c) {
  tutti_status status = TUTTI_OK;
  while (!status && !all_have_served(c)) {
    const int ready = poll(c->watch, (nfds_t)c->workers + 1, look_at_the_clock(c));
    tutti_report(c->ctx, &c->board->job, &c->board->run);
    if (ready > 0 && c->watch[c->workers].revents) (void)!read(c->watch[c->workers].fd, &(uint64_t){0}, 8);
    for (int w = 0; w < c->workers && ready > 0 && !status; w++) {
      if (c->watch[w].fd < 0 || !c->watch[w].revents) continue;
      siginfo_t end;
      reap(c, w, &end);
      if (!has_served(c->board, w)) status = replace(c, w, &end);
    }
  }
  return status;
}

static tutti_status take_turn(crew *c) {
  atomic_fetch_add(&c->board->turn, 1);
  if (c->standing) syscall(SYS_futex, &c->board->turn, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
  const tutti_status status = start_workers(c);
  return status ? status : wait_for_workers(c);
}

/* After all have ended by themselves: chunks nobody has begun are the first worker's. */
static tutti_status sweep(crew *c) {
  board *b = c->board;
  atomic_store(&b->run.done, items_done(b));
  if (atomic_load(&b->run.done) == b->job.plan.n || atomic_load(&b->run.canceled) ||
      atomic_load(&b->run.failure) != UINT64_MAX)
    return TUTTI_OK;
  const int workers = c->workers;
  if (!c->standing) {
    dismiss(c);
    c->watch[1] = c->watch[workers]; /* nobody rings */
    c->workers = 1;
  }
  b->workers = 1;
  atomic_store(&b->worker[0].place.left, tutti_place_of(0, b->job.plan.count));
  const tutti_status status = take_turn(c);
  atomic_store(&b->run.done, items_done(b));
  return status;
}

tutti_status tutti_crew_work(crew *c) {
  memset(c->deaths, 0, c->board->job.plan.count + 1);
  memset(c->overdue, 0, (size_t)c->workers * sizeof *c->overdue);
  c->done_before = 0;
  tutti_run_init(&c->board->run);
  for (int w = 0; w < c->workers; w++) {
    worker_state *state = &c->board->worker[w];
    atomic_store(&state->place.left, 0);
    atomic_store(&state->place.turn, 0);
    atomic_store(&state->copied, SIZE_MAX);
    atomic_store(&state->began, 0);
  }
  const tutti_status status = take_turn(c);
  return status ? status : sweep(c);
}

tutti_status tutti_crew_open(crew *c, tutti_ctx *ctx, board *b, int workers, bool standing) {
  const size_t places = (size_t)workers;
  *c = (crew){.ctx = ctx, .board = b, .workers = workers, .standing = standing};
  pthread_sigmask(SIG_SETMASK, NULL, &c->mask);
  c->pid = calloc(places, sizeof *c->pid);
  c->watch = calloc(places + 1, sizeof *c->watch);
  c->overdue = calloc(places, sizeof *c->overdue);
  c->deaths = calloc(PLAN_MAX_CHUNKS + 1, sizeof *c->deaths);
  if (!c->pid || !c->watch || !c->overdue || !c->deaths)
    return tutti_fail(ctx, TUTTI_ENOMEM, "no memory to keep track of %d workers", workers);
  for (size_t w = 0; w <= places; w++) c->watch[w] = (struct pollfd){.fd = -1, .events = POLLIN};
  if (!standing) return TUTTI_OK;
  c->watch[places].fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  c->keeper = tutti_keeper_open();
  if (c->watch[places].fd < 0 || !c->keeper)
    return tutti_fail(ctx, TUTTI_ESYSTEM, "no descriptor or no thread for workers that stand by");
  return TUTTI_OK;
}

void tutti_crew_close(crew *c, bool mine) {
  if (c->pid && c->watch && c->overdue && c->deaths) {
    if (mine) dismiss(c);
    for (int w = 0; w <= c->workers; w++)
      if (c->watch[w].fd >= 0) close(c->watch[w].fd);
  }
  tutti_keeper_close(c->keeper, mine);
  free(c->deaths);
  free(c->overdue);
  free(c->watch);
  free(c->pid);
}
