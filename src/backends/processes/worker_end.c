/* Watches worker processes, ends them, and waits for their end. */
#define _GNU_SOURCE
#include "backends/processes/worker_end.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/openmp.h"

/* LLVM's OpenMP registers every forked child by a shared-memory object. Removes that of a worker which
 * could not do so itself. */
static void leave_openmp_for(pid_t pid) {
  char name[64];
  snprintf(name, sizeof name, "/__KMP_REGISTERED_LIB_%d_%d", (int)pid, (int)getuid());
  if (tutti_openmp_is_llvm()) shm_unlink(name);
}

/* Linux before 5.3, valgrind and some sandboxes have no pidfds. */
int tutti_worker_watch(pid_t pid) {
  const int fd = (int)syscall(SYS_pidfd_open, pid, 0);
  return fd < 0 && (errno == ENOSYS || errno == EPERM) ? UNWATCHED : fd;
}

void tutti_worker_kill(const worker_pool *pool, int worker) {
  const int fd = pool->watch[worker].fd;
  if (fd >= 0 && syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) == 0) return;
  if (fd < 0 || errno != ESRCH) kill(pool->pid[worker], SIGKILL);
}

void tutti_worker_describe_end(const siginfo_t *end, char *text, size_t size) {
  const char *name = sigabbrev_np(end->si_status);
  if (end->si_code == CLD_EXITED) snprintf(text, size, "exited with status %d", end->si_status);
  else if (end->si_code == CLD_KILLED || end->si_code == CLD_DUMPED)
    snprintf(text, size, "was killed by signal %d (%s%s)", end->si_status, name ? "SIG" : "no name",
             name ? name : "");
  else snprintf(text, size, "ended"); /* the program ignores SIGCHLD, and so the kernel keeps no status */
}

/* As waitid, for this worker only: the program's other children are left alone. A pidfd is used where
 * there is one. It is safer than the pid: the program may have waited for the worker, and then its pid may
 * belong to another child of the program's. */
static int wait_for(worker_pool *pool, int worker, siginfo_t *end, int options) {
  enum { BY_PIDFD = 3 /* Linux 5.4; not in every C library */ };
  int error;
  do {
    const int fd = pool->watch[worker].fd;
    memset(end, 0, sizeof *end);
    error = fd >= 0 ? waitid((idtype_t)BY_PIDFD, (id_t)fd, end, WEXITED | options)
                    : waitid(P_PID, (id_t)pool->pid[worker], end, WEXITED | options);
    if (error && fd >= 0 && errno != ECHILD && errno != EINTR) pool->watch[worker].fd = UNWATCHED;
  } while (error && errno != ECHILD);
  return error;
}

bool tutti_worker_has_ended(worker_pool *pool, int worker, siginfo_t *end, int options) {
  if (wait_for(pool, worker, end, options) == 0 && end->si_pid == 0) return false;
  if (pool->standing || !tutti_shared_call_has_completed(pool->shared, worker))
    leave_openmp_for(pool->pid[worker]);
  if (pool->watch[worker].fd >= 0) close(pool->watch[worker].fd);
  pool->watch[worker].fd = -1;
  pool->pid[worker] = 0;
  return true;
}
