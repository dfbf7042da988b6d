/* Starting, watching and replacing worker processes.
 *
 * A worker that dies is replaced by another one, forked like the first, which goes on at its place: with the
 * chunk that killed it, from the beginning. Chunks that were handed out and never begun, because their worker
 * died on the way, are run in one more turn at the end.
 *
 * The caller notices deaths by descriptors of its workers (pidfd), and the end of a turn by one more, a bell
 * that the last worker rings. A host can lose those descriptors for us, and an old kernel has no pidfds: so
 * now and then it looks for itself. */
#define _GNU_SOURCE
#include "backends/processes/worker_pool.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "backends/fork_thread.h"
#include "platform/clock.h"

enum {
  SOON_MS = 20, /* where the descriptors do not tell everything */
  LATER_MS = 200,
  LONG_MS = 100, /* a look later than that after the last one: this process could not run, nor could others */
  MOST_DEATHS = 3, /* in a chunk */
  UNWATCHED = -2   /* in place of a descriptor */
};

static bool has_served(const board *b, int worker) {
  return atomic_load(&b->worker[worker].served) == atomic_load(&b->turn);
}

bool tutti_crew_has_served(const crew *c) {
  for (int w = 0; w < c->workers; w++)
    if (!has_served(c->board, w)) return false;
  return true;
}

/* There is something to do. */
static void wake(const crew *c) {
  atomic_fetch_add(&c->board->turn, 1);
  if (c->standing) syscall(SYS_futex, &c->board->turn, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* What a worker that has run LLVM's OpenMP, which registers every forked child by a shared-memory object,
 * could not take away itself. */
static void leave_openmp_for(pid_t pid) {
  char name[64];
  snprintf(name, sizeof name, "/__KMP_REGISTERED_LIB_%d_%d", (int)pid, (int)getuid());
  if (tutti_openmp_is_llvm()) shm_unlink(name);
}

/* Linux before 5.3 has no descriptors of processes, nor have valgrind and some sandboxes. */
static int watch_process(pid_t pid) {
  const int fd = (int)syscall(SYS_pidfd_open, pid, 0);
  return fd < 0 && (errno == ENOSYS || errno == EPERM) ? UNWATCHED : fd;
}

static void kill_worker(const crew *c, int worker) {
  const int fd = c->watch[worker].fd;
  if (fd >= 0 && syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) == 0) return;
  if (fd < 0 || errno != ESRCH) kill(c->pid[worker], SIGKILL);
}

/* error -1: its runtime has ended the worker before it could ask. */
static tutti_status no_openmp(const crew *c, int worker, int error) {
  return tutti_fail(c->ctx, TUTTI_ESYSTEM, "OpenMP cannot start in worker %d of %d: %s", worker + 1,
                    c->workers, error > 0 ? strerror(error) : "is a descriptor left for it?");
}

static tutti_status start_worker(crew *c, int worker, pid_t parent) {
  const int error = tutti_openmp_may_start();
  if (error) return no_openmp(c, worker, error);
  sem_init(&c->board->worker[worker].watched, 1, 0);
  atomic_store(&c->board->worker[worker].refused, -1);
  const pid_t pid = fork();
  if (pid == 0) tutti_worker_main(c, worker, parent);
  if (pid < 0)
    return tutti_fail(c->ctx, TUTTI_ESYSTEM, "worker %d of %d cannot be forked: %s", worker + 1, c->workers,
                      strerror(errno));
  c->pid[worker] = pid;
  c->watch[worker].fd = watch_process(pid);
  if (c->watch[worker].fd == -1)
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

/* As waitid, for this child alone: the host's others are left alone. A descriptor, as long as it is ours,
 * tells it even from a child of the host's that has got its pid, should the host have reaped ours. */
static int wait_for(crew *c, int worker, siginfo_t *end, int options) {
  enum { BY_PIDFD = 3 /* Linux 5.4; not in every C library */ };
  int error;
  do {
    const int fd = c->watch[worker].fd;
    memset(end, 0, sizeof *end);
    error = fd >= 0 ? waitid((idtype_t)BY_PIDFD, (id_t)fd, end, WEXITED | options)
                    : waitid(P_PID, (id_t)c->pid[worker], end, WEXITED | options);
    if (error && fd >= 0 && errno != ECHILD && errno != EINTR) c->watch[worker].fd = UNWATCHED;
  } while (error && errno != ECHILD);
  return error;
}

/* Whether the worker has ended (options 0: waits until it has). Takes it off the kernel's list then. */
static bool has_ended(crew *c, int worker, siginfo_t *end, int options) {
  if (wait_for(c, worker, end, options) == 0 && end->si_pid == 0) return false;
  if (c->standing || !has_served(c->board, worker)) leave_openmp_for(c->pid[worker]);
  if (c->watch[worker].fd >= 0) close(c->watch[worker].fd);
  c->watch[worker].fd = -1;
  c->pid[worker] = 0;
  return true;
}

/* What is still running computes what nobody will read. Those who stand by end by themselves: there may be no
 * permission to kill them. */
static void dismiss(crew *c) {
  siginfo_t end;
  atomic_store(&c->board->over, c->standing);
  wake(c);
  for (int w = 0; w < c->workers; w++)
    if (c->pid[w] > 0) kill_worker(c, w);
  for (int w = 0; w < c->workers; w++)
    if (c->pid[w] > 0) (void)has_ended(c, w, &end, 0);
}

/* The items of chunks that have ended; the workers' own count may lack those of a worker that died. */
static size_t items_done(const board *b) {
  size_t done = 0;
  for (size_t chunk = 0; chunk < b->job.plan.count; chunk++)
    if (atomic_load(&b->job.ended[chunk]))
      done += plan_begin(&b->job.plan, chunk + 1) - plan_begin(&b->job.plan, chunk);
  return done;
}

/* A worker has died: another one takes its place, unless its chunk has killed too many. Where that chunk has
 * failed, or a lower one has, there is nothing left for it to do: chunks are handed out in ascending order.
 */
static tutti_status replace(crew *c, int worker, const siginfo_t *end) {
  board *b = c->board;
  const int refused = atomic_load(&b->worker[worker].refused);
  if (refused > 0 || (refused < 0 && tutti_openmp_is_llvm() && end->si_status != SIGKILL))
    return no_openmp(c, worker, refused);
  const uint64_t left = atomic_load(&b->worker[worker].place.left);
  const size_t none = b->job.plan.count, chunk = left ? tutti_place_chunk(left) : none + (size_t)worker;
  char how[96], where[96] = "before their first chunk";
  if (left && !tutti_run_wants(&b->run, chunk)) {
    atomic_store(&b->worker[worker].served, atomic_load(&b->turn));
    return TUTTI_OK;
  }
  if (!left &&
      items_done(b) > c->done_before) { /* between chunks: only deaths without any work between count */
    c->done_before = items_done(b);
    memset(c->deaths + none, 0, (size_t)c->workers);
  }
  if (++c->deaths[chunk] < MOST_DEATHS) {
    c->pace[worker] = (pace){0};
    return start_workers(c);
  }
  if (c->pace[worker].overdue)
    snprintf(how, sizeof how, "took longer than chunk_seconds = %g and was killed",
             c->ctx->config.chunk_seconds);
  else describe_end(end, how, sizeof how);
  if (left)
    snprintf(where, sizeof where, "in items [%zu, %zu)", plan_begin(&b->job.plan, chunk),
             plan_begin(&b->job.plan, chunk + 1));
  return tutti_fail(c->ctx, TUTTI_EWORKER, "%d workers died %s; the last, worker %d of %d, %s", MOST_DEATHS,
                    where, worker + 1, b->workers, how);
}

/* The time since the last look in which workers can have run: not that in which the whole group was stopped,
 * or the machine asleep. */
static uint64_t time_to_run(crew *c) {
  const uint64_t now = tutti_now_ns(), passed = now - c->looked, most = LONG_MS * UINT64_C(1000000);
  c->looked = now;
  return passed < most ? passed : most;
}

/* Kills workers whose chunk takes too long, or who do not begin one. */
static void look_at_the_clock(crew *c) {
  const double limit = 1e9 * c->ctx->config.chunk_seconds;
  if (!(limit > 0)) return;
  const uint64_t passed = time_to_run(c);
  for (int w = 0; w < c->workers; w++) {
    pace *p = &c->pace[w];
    const uint32_t steps = atomic_load(&c->board->worker[w].steps);
    p->ns = p->steps == steps ? p->ns + passed : 0;
    p->steps = steps;
    p->overdue = (double)p->ns > limit && c->pid[w] > 0 && !has_served(c->board, w);
    if (p->overdue) kill_worker(c, w);
  }
}

/* The ms until it is worth to look again. */
static int until_next_look(const crew *c) {
  bool soon = c->ctx->config.progress || c->ctx->config.chunk_seconds > 0;
  for (int w = 0; w < c->workers; w++) soon = soon || (c->pid[w] > 0 && c->watch[w].fd < 0);
  return soon ? SOON_MS : LATER_MS;
}

/* Waits until something has happened, or for a while. Returns whether the descriptors say what. */
static bool wait_a_while(crew *c, int ms) {
  struct pollfd *bell = &c->watch[c->workers];
  const int ready = poll(c->watch, (nfds_t)c->workers + 1, ms);
  if (ready < 0 && errno != EINTR) nanosleep(&(struct timespec){.tv_nsec = 1000000L * SOON_MS}, NULL);
  if (ready > 0 && bell->revents & POLLIN) (void)!read(bell->fd, &(uint64_t){0}, sizeof(uint64_t));
  if (ready > 0 && bell->revents & POLLNVAL) bell->fd = -1;
  return ready > 0;
}

/* Takes note of workers that have ended: all of them, or those whose descriptors say so. */
static tutti_status look_for_deaths(crew *c, bool all, bool count) {
  tutti_status status = TUTTI_OK;
  siginfo_t end;
  for (int w = 0; w < c->workers && !status; w++) {
    if (c->pid[w] == 0 || (!all && c->watch[w].fd >= 0 && !c->watch[w].revents)) continue;
    if (has_ended(c, w, &end, WNOHANG)) {
      if (count && !has_served(c->board, w)) status = replace(c, w, &end);
    } else if (c->watch[w].fd >= 0 && c->watch[w].revents) {
      c->watch[w].fd = UNWATCHED; /* something of the host's has that number now */
    }
  }
  return status;
}

/* Waits until every worker has served this turn, reporting meanwhile and replacing those that died. */
static tutti_status wait_for_workers(crew *c) {
  tutti_status status = TUTTI_OK;
  while (!status && !tutti_crew_has_served(c)) {
    look_at_the_clock(c);
    const bool told = wait_a_while(c, until_next_look(c));
    tutti_report(c->ctx, &c->board->job, &c->board->run);
    status = look_for_deaths(c, !told, true);
  }
  return status;
}

static tutti_status take_turn(crew *c) {
  if (c->standing) { /* who died since the last turn did nothing wrong */
    (void)poll(c->watch, (nfds_t)c->workers, 0);
    (void)look_for_deaths(c, false, false);
  }
  memset(c->pace, 0, (size_t)c->workers * sizeof *c->pace);
  c->looked = tutti_now_ns();
  wake(c);
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

/* What the host has printed comes before what workers print; if another thread of its is at it, it waits for
 * input perhaps, and what it has printed comes when it comes. */
static void write_out(void) {
  if (ftrylockfile(stdout) != 0) return;
  (void)fflush_unlocked(stdout);
  funlockfile(stdout);
}

tutti_status tutti_crew_work(crew *c) {
  write_out();
  memset(c->deaths, 0, c->board->job.plan.count + (size_t)c->workers);
  c->done_before = 0;
  tutti_run_init(&c->board->run);
  for (int w = 0; w < c->workers; w++) {
    worker_state *state = &c->board->worker[w];
    atomic_store(&state->place.left, 0);
    atomic_store(&state->place.turn, 0);
    atomic_store(&state->copied, SIZE_MAX);
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
  c->pace = calloc(places, sizeof *c->pace);
  c->deaths = calloc(PLAN_MAX_CHUNKS + places, sizeof *c->deaths);
  if (!c->pid || !c->watch || !c->pace || !c->deaths)
    return tutti_fail(ctx, TUTTI_ENOMEM, "no memory to keep track of %d workers", workers);
  for (size_t w = 0; w <= places; w++) c->watch[w] = (struct pollfd){.fd = -1, .events = POLLIN};
  c->watch[places].fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (c->watch[places].fd < 0)
    return tutti_fail(ctx, TUTTI_ESYSTEM, "no descriptor to wait for %d workers: %s", workers,
                      strerror(errno));
  c->keeper = standing ? tutti_keeper_open() : NULL;
  return standing && !c->keeper ? tutti_fail(ctx, TUTTI_ESYSTEM, "no thread for workers that stand by")
                                : TUTTI_OK;
}

void tutti_crew_close(crew *c, bool mine) {
  if (c->pid && c->watch && c->pace && c->deaths) {
    if (mine) dismiss(c);
    for (int w = 0; w <= c->workers; w++)
      if (c->watch[w].fd >= 0) close(c->watch[w].fd);
  }
  tutti_keeper_close(c->keeper, mine);
  free(c->deaths);
  free(c->pace);
  free(c->watch);
  free(c->pid);
  *c = (crew){0};
}
