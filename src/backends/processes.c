/* Worker processes, forked for the call: they see the caller's memory as it is, copy-on-write.
 *
 * A worker that dies is replaced by another one, forked like the first, which goes on at its place: with the
 * chunk that killed it, from the beginning. What that chunk had written to outputs in shared memory is taken
 * back before, from a copy each worker makes of the chunk's items. Chunks that were handed out and never
 * begun, because their worker died on the way, are run by one more worker at the end.
 *
 * Shared with the caller: the control block, the partials of a reduction, memory of tutti_alloc, and a
 * staging area for each declared output that is not shared already. A worker copies the items of a chunk
 * there when the chunk is done, and the caller copies them to their place when all went well.
 *
 * A child of a process that has run an OpenMP region must not enter one (libgomp's team did not survive the
 * fork), so a worker tells the runtime that every region has one thread; OpenBLAS asks the runtime, too. */
#define _GNU_SOURCE
#include <errno.h>
#include <omp.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "backends/backend.h"
#include "memory.h"

enum { REPORT_EVERY_MS = 20, MOST_DEATHS = 3 /* in a chunk */ };

typedef struct {
  tutti_place place;
  _Atomic size_t
      copied; /* the chunk whose items, as they were before it ran, are in the copies; or SIZE_MAX */
  _Atomic uint64_t began; /* ns: when the chunk did, where there is a time limit; 0: none runs */
  atomic_bool finished;   /* left the loop over chunks by itself */
  sem_t watched;          /* posted when the caller holds the descriptor that tells of the worker's end */
} worker_state;

typedef struct {
  tutti_run run;
  worker_state worker[];
} control;

typedef struct {
  tutti_ctx *ctx;
  const tutti_job *job; /* the caller's */
  control *shared;
  int workers;
  pid_t *pid;
  struct pollfd *exit;     /* of each worker; fd -1 once it is gone */
  unsigned char **staging; /* of each output, NULL where it is shared memory anyway */
  unsigned char *
      *copies; /* of each output in shared memory that chunks may read: a chunk's items a worker; or NULL */
  size_t outputs, chunk_items; /* the largest chunk */
  atomic_uchar *ended;         /* [chunks] */
  unsigned char *deaths;       /* [chunks]: in each of them, and [chunks]: in none, since there were... */
  size_t done_before;          /* ... so many items done */
  bool *overdue;               /* [workers]: killed because it took too long */
} session;

/* -- in the worker -- */

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Outputs that are where they were before the chunk ran: the first time it is run a copy is made, the next
 * time, by the worker that replaces the first one, they are set to it. */
static void keep_or_take_back(const session *s, worker_state *state, int worker, size_t chunk, size_t begin,
                              size_t end) {
  const bool again = atomic_load(&state->copied) == chunk;
  for (size_t i = 0; i < s->outputs; i++) {
    if (!s->copies[i]) continue;
    const size_t size = s->job->outputs[i].item_size;
    unsigned char *items = (unsigned char *)s->job->outputs[i].base + begin * size;
    unsigned char *copy = s->copies[i] + (size_t)worker * s->chunk_items * size;
    memcpy(again ? items : copy, again ? copy : items, (end - begin) * size);
  }
  atomic_store(&state->copied, chunk);
}

static int this_worker;

/* A chunk as the caller's job runs it, then its items to the staging areas. */
static int run_staged(const tutti_job *job, size_t chunk, size_t begin, size_t end) {
  const session *s = job->call;
  worker_state *state = &s->shared->worker[this_worker];
  if (s->ctx->config.chunk_seconds > 0) atomic_store(&state->began, now_ns());
  keep_or_take_back(s, state, this_worker, chunk, begin, end);
  const int value = s->job->run(s->job, chunk, begin, end);
  for (size_t i = 0; i < s->outputs && value == 0; i++) {
    const tutti_output *out = &s->job->outputs[i];
    if (s->staging[i])
      memcpy(s->staging[i] + begin * out->item_size, (unsigned char *)out->base + begin * out->item_size,
             (end - begin) * out->item_size);
  }
  atomic_store(&state->began, 0);
  return value;
}

/* Every region of this process has one thread, also one that names a number. */
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

static _Noreturn void worker_main(const session *s, int worker, pid_t parent, const sigset_t *mask) {
  /* Ctrl-C reaches the whole group: the caller decides what it means, and its death ends the workers. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_DFL);
  signal(SIGHUP, SIG_DFL);
  signal(SIGQUIT, SIG_DFL);
  pthread_sigmask(SIG_SETMASK, mask, NULL);
  keep_openmp_serial();
  tutti_in_worker = true;

  /* Where the host ignores SIGCHLD, a worker that ended now would be gone, and its pid free for another
   * process. */
  worker_state *state = &s->shared->worker[worker];
  while (sem_wait(&state->watched) != 0) {
  }

  this_worker = worker;
  tutti_job job = *s->job;
  job.run = run_staged;
  job.call = s;
  job.ended = s->ended;
  tutti_work(s->ctx, &job, &s->shared->run, worker, s->workers, false, &state->place);
  leave_openmp();
  atomic_store(&state->finished, true);
  _exit(0);
}

/* -- in the caller -- */

static tutti_status start_worker(session *s, int worker, pid_t parent, const sigset_t *mask) {
  sem_init(&s->shared->worker[worker].watched, 1, 0);
  const pid_t pid = fork();
  if (pid == 0) worker_main(s, worker, parent, mask);
  if (pid < 0)
    return tutti_fail(s->ctx, TUTTI_ESYSTEM, "worker %d of %d cannot be forked: %s", worker + 1, s->workers,
                      strerror(errno));
  s->pid[worker] = pid;
  s->exit[worker].fd = (int)syscall(SYS_pidfd_open, pid, 0);
  s->exit[worker].events = POLLIN;
  if (s->exit[worker].fd < 0)
    return tutti_fail(s->ctx, TUTTI_ESYSTEM, "no descriptor to watch worker %d of %d: %s", worker + 1,
                      s->workers, strerror(errno));
  sem_post(&s->shared->worker[worker].watched);
  return TUTTI_OK;
}

/* Workers [first, end). Signals wait meanwhile, so that no handler of the caller's runs in a worker. */
static tutti_status start_workers(session *s, int first, int end) {
  sigset_t all, mask;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &mask);
  const pid_t parent = getpid();
  tutti_status status = TUTTI_OK;
  for (int w = first; w < end && !status; w++) status = start_worker(s, w, parent, &mask);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  return status;
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
static void reap(session *s, int worker, siginfo_t *end) {
  memset(end, 0, sizeof *end);
  while (waitid(P_PID, (id_t)s->pid[worker], end, WEXITED) < 0 && errno == EINTR) {
  }
  if (!atomic_load(&s->shared->worker[worker].finished)) leave_openmp_for(s->pid[worker]);
  if (s->exit[worker].fd >= 0) close(s->exit[worker].fd);
  s->exit[worker].fd = -1;
  s->pid[worker] = 0;
}

/* The items of chunks that have ended; the workers' own count may lack those of a worker that died. */
static size_t items_done(const session *s) {
  size_t done = 0;
  for (size_t chunk = 0; chunk < s->job->plan.count; chunk++)
    if (atomic_load(&s->ended[chunk]))
      done += plan_begin(&s->job->plan, chunk + 1) - plan_begin(&s->job->plan, chunk);
  return done;
}

/* A worker has died: another one takes its place, unless its chunk has killed too many. */
static tutti_status replace(session *s, int worker, const siginfo_t *end) {
  const uint64_t left = atomic_load(&s->shared->worker[worker].place.left);
  const size_t chunk = left ? tutti_place_chunk(left) : s->job->plan.count;
  char how[96], where[96] = "before their first chunk";
  if (!left &&
      items_done(s) > s->done_before) { /* between chunks: only deaths without any work between them count */
    s->done_before = items_done(s);
    s->deaths[chunk] = 0;
  }
  if (++s->deaths[chunk] < MOST_DEATHS) {
    atomic_store(&s->shared->worker[worker].began, 0);
    s->overdue[worker] = false;
    return start_workers(s, worker, worker + 1);
  }
  if (s->overdue[worker])
    snprintf(how, sizeof how, "took longer than chunk_seconds = %g and was killed",
             s->ctx->config.chunk_seconds);
  else describe_end(end, how, sizeof how);
  if (left)
    snprintf(where, sizeof where, "in items [%zu, %zu)", plan_begin(&s->job->plan, chunk),
             plan_begin(&s->job->plan, chunk + 1));
  return tutti_fail(s->ctx, TUTTI_EWORKER, "%d workers died %s; the last, worker %d of %d, %s", MOST_DEATHS,
                    where, worker + 1, s->workers, how);
}

/* Kills workers whose chunk takes too long. Returns the ms until it is worth to look again; -1: never. */
static int look_at_the_clock(session *s) {
  const double limit = 1e9 * s->ctx->config.chunk_seconds;
  int wait = s->ctx->config.progress ? REPORT_EVERY_MS : -1;
  if (!(limit > 0)) return wait;
  const uint64_t now = now_ns();
  for (int w = 0; w < s->workers; w++) {
    const uint64_t began = atomic_load(&s->shared->worker[w].began);
    if (s->exit[w].fd < 0 || !began || now < began || (double)(now - began) <= limit) continue;
    s->overdue[w] = true;
    syscall(SYS_pidfd_send_signal, s->exit[w].fd, SIGKILL, NULL, 0);
  }
  return REPORT_EVERY_MS;
}

/* Waits until every worker has ended, reporting meanwhile and replacing those that died. */
static tutti_status wait_workers(session *s) {
  tutti_status status = TUTTI_OK;
  for (int left = s->workers; left > 0 && !status;) {
    const int ready = poll(s->exit, (nfds_t)s->workers, look_at_the_clock(s));
    tutti_report(s->ctx, s->job, &s->shared->run);
    for (int w = 0; w < s->workers && ready > 0 && !status; w++) {
      if (s->exit[w].fd < 0 || !s->exit[w].revents) continue;
      siginfo_t end;
      reap(s, w, &end);
      if (atomic_load(&s->shared->worker[w].finished)) left--;
      else status = replace(s, w, &end);
    }
  }
  return status;
}

/* After all have ended by themselves: chunks nobody has begun are one more worker's. */
static tutti_status sweep(session *s) {
  tutti_run *run = &s->shared->run;
  tutti_status status = TUTTI_OK;
  atomic_store(&run->done, items_done(s));
  if (atomic_load(&run->done) == s->job->plan.n || atomic_load(&run->canceled) ||
      atomic_load(&run->failure) != UINT64_MAX)
    return TUTTI_OK;
  const int workers = s->workers;
  s->workers = 1;
  atomic_store(&s->shared->worker[0].finished, false);
  atomic_store(&s->shared->worker[0].place.left, tutti_place_of(0, s->job->plan.count));
  status = start_workers(s, 0, 1);
  if (!status) status = wait_workers(s);
  s->workers = workers;
  atomic_store(&run->done, items_done(s));
  return status;
}

/* What is still running computes what nobody will read. Without a descriptor a worker has not begun: it
 * waits, and its pid is its own. */
static void kill_workers(session *s) {
  siginfo_t end;
  for (int w = 0; w < s->workers; w++) {
    if (s->exit[w].fd >= 0) syscall(SYS_pidfd_send_signal, s->exit[w].fd, SIGKILL, NULL, 0);
    else if (s->pid[w] > 0) kill(s->pid[w], SIGKILL);
  }
  for (int w = 0; w < s->workers; w++)
    if (s->pid[w] > 0) reap(s, w, &end);
}

static tutti_status no_memory_for(const session *s, size_t bytes) {
  return tutti_fail(s->ctx, TUTTI_ENOMEM,
                    "%zu bytes to bring an output back from the workers do not fit in the %zu available "
                    "(memory of tutti_alloc needs few)",
                    bytes, tutti_available_memory());
}

static tutti_status stage_outputs(session *s) {
  for (size_t i = 0; i < s->outputs; i++) {
    const tutti_output *out = &s->job->outputs[i];
    const size_t bytes = s->job->plan.n * out->item_size;
    const size_t copies = (size_t)s->workers * s->chunk_items * out->item_size;
    if (bytes == 0) continue;
    if (!tutti_memory_is_shared(out->base, bytes)) {
      s->staging[i] = tutti_memory_get(bytes, true);
      if (!s->staging[i]) return no_memory_for(s, bytes);
    } else if (!s->job->fresh) {
      s->copies[i] = tutti_memory_get(copies, true);
      if (!s->copies[i]) return no_memory_for(s, copies);
    }
  }
  return TUTTI_OK;
}

static void collect_outputs(session *s) {
  for (size_t i = 0; i < s->outputs; i++)
    if (s->staging[i])
      memcpy(s->job->outputs[i].base, s->staging[i], s->job->plan.n * s->job->outputs[i].item_size);
}

static size_t count_outputs(const tutti_output *outputs) {
  size_t count = 0;
  while (outputs && outputs[count].base) count++;
  return count;
}

static tutti_status prepare(session *s) {
  const size_t chunks = s->job->plan.count, workers = (size_t)s->workers;
  s->shared = tutti_memory_get(sizeof *s->shared + workers * sizeof *s->shared->worker, true);
  s->ended = tutti_memory_get(chunks * sizeof *s->ended, true);
  s->pid = calloc(workers, sizeof *s->pid);
  s->exit = calloc(workers, sizeof *s->exit);
  s->overdue = calloc(workers, sizeof *s->overdue);
  s->deaths = calloc(chunks + 1, sizeof *s->deaths);
  s->staging = calloc(s->outputs + 1, sizeof *s->staging);
  s->copies = calloc(s->outputs + 1, sizeof *s->copies);
  if (!s->shared || !s->ended || !s->pid || !s->exit || !s->overdue || !s->deaths || !s->staging ||
      !s->copies)
    return tutti_fail(s->ctx, TUTTI_ENOMEM, "no memory to keep track of %d workers", s->workers);
  for (size_t chunk = 0; chunk < chunks; chunk++) {
    const size_t items = plan_begin(&s->job->plan, chunk + 1) - plan_begin(&s->job->plan, chunk);
    if (items > s->chunk_items) s->chunk_items = items;
  }
  tutti_run_init(&s->shared->run);
  for (int w = 0; w < s->workers; w++) {
    atomic_init(&s->shared->worker[w].copied, SIZE_MAX);
    s->exit[w].fd = -1;
  }
  return stage_outputs(s);
}

static void release(session *s) {
  for (size_t i = 0; i < s->outputs && s->staging && s->copies; i++) {
    tutti_memory_release(s->staging[i]);
    tutti_memory_release(s->copies[i]);
  }
  free(s->copies);
  free(s->staging);
  free(s->deaths);
  free(s->overdue);
  free(s->exit);
  free(s->pid);
  tutti_memory_release(s->ended);
  tutti_memory_release(s->shared);
}

static tutti_status run(tutti_ctx *ctx, const tutti_job *job) {
  session s = {.ctx = ctx, .job = job, .workers = tutti_backend_workers(ctx, job)};
  s.outputs = count_outputs(job->outputs);
  if (job->plan.count == 0) return TUTTI_OK;
  tutti_status status = prepare(&s);
  if (!status) {
    status = start_workers(&s, 0, s.workers);
    if (!status) status = wait_workers(&s);
    if (!status) status = sweep(&s);
    kill_workers(&s);
    if (!status) status = tutti_run_status(ctx, job, &s.shared->run);
    if (!status) collect_outputs(&s);
  }
  release(&s);
  return status;
}

const tutti_backend_ops tutti_processes_ops = {"processes", false, run};
