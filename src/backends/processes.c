/* Worker processes, forked for the call: they see the caller's memory as it is, copy-on-write.
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
#include <unistd.h>

#include "backends/backend.h"
#include "memory.h"

enum { REPORT_EVERY_MS = 20 };

typedef struct {
  _Atomic size_t chunk; /* that runs or ran last; SIZE_MAX before the first */
  atomic_bool finished; /* left the loop over chunks by itself */
  sem_t watched;        /* posted when the caller holds the descriptor that tells of the worker's end */
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
  size_t outputs;
} session;

/* -- in the worker -- */

/* A chunk as the caller's job runs it, then its items to the staging areas. */
static int run_staged(const tutti_job *job, size_t chunk, size_t begin, size_t end) {
  const session *s = job->call;
  const int value = s->job->run(s->job, chunk, begin, end);
  for (size_t i = 0; i < s->outputs && value == 0; i++) {
    const tutti_output *out = &s->job->outputs[i];
    if (s->staging[i])
      memcpy(s->staging[i] + begin * out->item_size, (unsigned char *)out->base + begin * out->item_size,
             (end - begin) * out->item_size);
  }
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

  tutti_job job = *s->job;
  job.run = run_staged;
  job.call = s;
  tutti_work(s->ctx, &job, &s->shared->run, worker, s->workers, false, &state->chunk);
  leave_openmp();
  atomic_store(&state->finished, true);
  _exit(0);
}

/* -- in the caller -- */

static tutti_status start_worker(session *s, int worker, pid_t parent, const sigset_t *mask) {
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

/* Signals wait while workers start, so that no handler of the caller's runs in a worker. */
static tutti_status start_workers(session *s) {
  sigset_t all, mask;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &mask);
  const pid_t parent = getpid();
  tutti_status status = TUTTI_OK;
  for (int w = 0; w < s->workers && !status; w++) status = start_worker(s, w, parent, &mask);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  return status;
}

static void describe_end(const siginfo_t *end, char *text, size_t size) {
  if (end->si_code == CLD_EXITED) snprintf(text, size, "exited with status %d", end->si_status);
  else if (end->si_code == CLD_KILLED || end->si_code == CLD_DUMPED)
    snprintf(text, size, "was killed by signal %d (%s)", end->si_status, strsignal(end->si_status));
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

static tutti_status check_end(session *s, int worker, const siginfo_t *end) {
  const worker_state *state = &s->shared->worker[worker];
  if (atomic_load(&state->finished)) return TUTTI_OK;
  char how[96], where[96] = "before its first chunk";
  const size_t chunk = atomic_load(&state->chunk);
  describe_end(end, how, sizeof how);
  if (chunk != SIZE_MAX)
    snprintf(where, sizeof where, "in items [%zu, %zu)", plan_begin(&s->job->plan, chunk),
             plan_begin(&s->job->plan, chunk + 1));
  return tutti_fail(s->ctx, TUTTI_EWORKER, "worker %d of %d %s %s", worker + 1, s->workers, how, where);
}

/* Waits until every worker has ended, reporting meanwhile; the first that died ends the wait. */
static tutti_status wait_workers(session *s) {
  tutti_status status = TUTTI_OK;
  for (int left = s->workers; left > 0 && !status;) {
    const int timeout = s->ctx->config.progress ? REPORT_EVERY_MS : -1;
    const int ready = poll(s->exit, (nfds_t)s->workers, timeout);
    tutti_report(s->ctx, s->job, &s->shared->run);
    for (int w = 0; w < s->workers && ready > 0 && !status; w++) {
      if (s->exit[w].fd < 0 || !s->exit[w].revents) continue;
      siginfo_t end;
      reap(s, w, &end);
      left--;
      status = check_end(s, w, &end);
    }
  }
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

static tutti_status stage_outputs(session *s) {
  for (size_t i = 0; i < s->outputs; i++) {
    const tutti_output *out = &s->job->outputs[i];
    const size_t bytes = s->job->plan.n * out->item_size;
    if (bytes == 0 || tutti_memory_is_shared(out->base, bytes)) continue;
    s->staging[i] = tutti_memory_get(bytes, true);
    if (!s->staging[i])
      return tutti_fail(s->ctx, TUTTI_ENOMEM,
                        "%zu bytes to bring an output back from the workers do not fit in the %zu available "
                        "(memory of tutti_alloc needs none)",
                        bytes, tutti_available_memory());
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
  s->shared = tutti_memory_get(sizeof *s->shared + (size_t)s->workers * sizeof *s->shared->worker, true);
  s->pid = calloc((size_t)s->workers, sizeof *s->pid);
  s->exit = calloc((size_t)s->workers, sizeof *s->exit);
  s->staging = calloc(s->outputs + 1, sizeof *s->staging);
  if (!s->shared || !s->pid || !s->exit || !s->staging)
    return tutti_fail(s->ctx, TUTTI_ENOMEM, "no memory to keep track of %d workers", s->workers);
  tutti_run_init(&s->shared->run);
  for (int w = 0; w < s->workers; w++) {
    atomic_init(&s->shared->worker[w].chunk, SIZE_MAX);
    sem_init(&s->shared->worker[w].watched, 1, 0);
    s->exit[w].fd = -1;
  }
  return stage_outputs(s);
}

static void release(session *s) {
  for (size_t i = 0; i < s->outputs && s->staging; i++) tutti_memory_release(s->staging[i]);
  free(s->staging);
  free(s->exit);
  free(s->pid);
  tutti_memory_release(s->shared);
}

static tutti_status run(tutti_ctx *ctx, const tutti_job *job) {
  session s = {.ctx = ctx, .job = job, .workers = tutti_backend_workers(ctx, job)};
  s.outputs = count_outputs(job->outputs);
  if (job->plan.count == 0) return TUTTI_OK;
  tutti_status status = prepare(&s);
  if (!status) {
    status = start_workers(&s);
    if (!status) status = wait_workers(&s);
    kill_workers(&s);
    if (!status) status = tutti_run_status(ctx, job, &s.shared->run);
    if (!status) collect_outputs(&s);
  }
  release(&s);
  return status;
}

const tutti_backend_ops tutti_processes_ops = {"processes", false, run};
