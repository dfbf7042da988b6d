/* A worker process, from its fork to its end.
 *
 * It is a copy of the caller, and must not act like a second caller:
 *
 * - it does not write what the caller has printed but not yet flushed;
 * - it leaves signals that are sent to the whole process group to the caller;
 * - it never returns to the function of the caller's in which it was forked, and runs no exit handlers of
 *   the caller's. */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <omp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "backends/contain.h"
#include "backends/fork_thread.h"
#include "backends/processes/worker_pool.h"
#include "platform/openmp.h"
#include "platform/pinning.h"

/* For functions that end the process: AddressSanitizer then looks at the whole stack, and does not know
 * the one on which standing workers run. */
#define ENDS_PROCESS __attribute__((no_sanitize("address"))) static

/* -- OpenMP -- */

/* In a child of a process that has run a parallel region, libgomp has no team: a region with several
 * threads would hang. So every region of a worker has one thread, whatever number it asks for. OpenBLAS
 * built with OpenMP obeys that, too. */
static void keep_openmp_serial(void) {
  omp_set_num_threads(1);
  omp_set_max_active_levels(0);
}

/* Starts OpenMP, or ends the worker and says why: the runtime would end it without a word. */
ENDS_PROCESS void start_openmp(worker_state *state) {
  const int error = tutti_openmp_start();
  atomic_store(&state->refused, error);
  if (error) _exit(1);
  keep_openmp_serial();
}

/* LLVM's runtime registers every forked child by a shared-memory object. It removes the object when it is
 * told to release its resources. */
static void leave_openmp(void) {
  if (tutti_openmp_is_llvm()) omp_pause_resource_all(omp_pause_hard);
}

/* -- output -- */

static void write_out(void) {
  (void)fflush(stdout);
  (void)fflush(stderr);
}

/* Called by exit() in a function of the caller's: ends the process before it comes to the exit handlers
 * that the caller registered before the fork (handlers run in reverse order). */
ENDS_PROCESS void end_at_once(int status, void *args) {
  (void)args;
  write_out();
  _exit(status);
}

static void own_output(void) {
  __fpurge(stdout); /* the caller will write it */
  __fpurge(stderr);
  (void)on_exit(end_at_once, NULL);
}

/* -- signals -- */

/* A terminal, a shell or a batch system sends signals to a whole process group. What they mean is up to
 * the caller; if it ends, its workers end. Only a signal that the worker sends to itself has its usual
 * effect. */
static void hear(int signal_number, siginfo_t *from, void *context) {
  (void)context;
  if (from->si_code > 0 || from->si_pid != getpid()) return;
  signal(signal_number, SIG_DFL);
  raise(signal_number); /* when this handler has returned */
}

static void settle_signals(const sigset_t *mask) {
  static const int for_groups[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
  struct sigaction action = {.sa_sigaction = hear, .sa_flags = SA_SIGINFO | SA_RESTART}, old;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < sizeof for_groups / sizeof *for_groups; i++)
    if (sigaction(for_groups[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
      (void)sigaction(for_groups[i], &action, NULL);
  pthread_sigmask(SIG_SETMASK, mask, NULL);
}

ENDS_PROCESS void settle(const worker_pool *pool, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  own_output();
  settle_signals(&pool->mask);
  tutti_in_worker = true;
}

/* Closes all descriptors but the standard ones and done_event: while a worker has a pipe or a lock of the
 * program's open, it is not closed for others. Kernels before 5.9 have no such call, and leave them open. */
static void close_inherited(int done_event) {
#ifdef SYS_close_range
  if (done_event > STDERR_FILENO + 1) (void)syscall(SYS_close_range, STDERR_FILENO + 1, done_event - 1, 0);
  (void)syscall(SYS_close_range, done_event + 1, ~0U, 0);
#else
  (void)done_event;
#endif
}

/* -- epochs -- */

typedef struct {
  const worker_pool *pool;
  int worker;
  pid_t parent;
} assignment;

/* Waits for the next epoch. Looks every second whether the parent is still there: the system does not kill
 * the worker with its parent if that has changed its user since. */
ENDS_PROCESS uint32_t stand_by(shared_call *shared, const worker_state *state, pid_t parent) {
  const struct timespec a_second = {.tv_sec = 1};
  uint32_t epoch;
  while ((epoch = atomic_load(&shared->epoch)) == atomic_load(&state->completed_epoch)) {
    syscall(SYS_futex, &shared->epoch, FUTEX_WAIT, epoch, &a_second, NULL, 0);
    if (getppid() != parent) _exit(0);
  }
  if (atomic_load(&shared->over)) _exit(0);
  return epoch;
}

static void work(void *assignment_) {
  const assignment *p = assignment_;
  if (p->worker < p->pool->shared->workers) tutti_shared_call_run(p->pool->ctx, p->pool->shared, p->worker);
}

/* A function was left by an exception or a jump: notes that as the failure of its chunk, and ends the
 * worker. */
ENDS_PROCESS void stranded(void *assignment_, tutti_way how) {
  const assignment *p = assignment_;
  shared_call *shared = p->pool->shared;
  const uint64_t left = atomic_load(&shared->worker[p->worker].claim.left);
  if (left) tutti_note_failure(&shared->run.failure, tutti_failure_of(tutti_claim_chunk(left), how, 0));
  leave_openmp();
  end_at_once(0, NULL);
}

ENDS_PROCESS _Noreturn void run_loop(assignment p) {
  const worker_pool *pool = p.pool;
  shared_call *shared = pool->shared;
  worker_state *state = &shared->worker[p.worker];
  const int done_event = pool->watch[pool->workers].fd;
  settle(pool, p.parent);
  /* Waits until the caller has a pidfd. If the program ignores SIGCHLD, the kernel forgets a worker as
   * soon as it ends, and its pid may be given to another process. */
  while (sem_wait(&state->watched) != 0) {
  }
  if (pool->standing) close_inherited(done_event);
  start_openmp(state);
  tutti_pin_process(pool->ctx->pins, pool->ctx->pin_count,
                    p.worker); /* after OpenMP has started: LLVM's runtime binds it to a place */
  do {
    const uint32_t epoch = stand_by(shared, state, p.parent);
    tutti_contain(work, stranded, &p);
    write_out();
    if (!pool->standing) leave_openmp();
    atomic_store(&state->completed_epoch, epoch);
    if (tutti_shared_call_is_done(shared, pool->workers))
      (void)!write(done_event, &(uint64_t){1}, sizeof(uint64_t));
  } while (pool->standing);
  _exit(0);
}

static assignment own;
ENDS_PROCESS void run_loop_there(void) { run_loop(own); }

_Noreturn void tutti_worker_main(const worker_pool *pool, int worker, pid_t parent) {
  ucontext_t there;
  own = (assignment){pool, worker, parent};
  if (pool->standing && getcontext(&there) == 0) {
    there.uc_stack.ss_sp = tutti_fork_thread_stack(pool->fork_thread, &there.uc_stack.ss_size);
    if (there.uc_stack.ss_sp) {
      makecontext(&there, run_loop_there, 0);
      (void)setcontext(&there);
    }
  }
  run_loop(own);
}
