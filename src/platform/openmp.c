#include "platform/openmp.h"

#include <errno.h>
#include <omp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h> /* glibc 2.32 */
#define NEVER_HAD_THREADS __libc_single_threaded
#else
#define NEVER_HAD_THREADS 0
#endif

#include "core/tls.h"
#include "platform/headroom.h"

/* A function that only LLVM's runtime has; its <omp.h> declares it, too, but not as weak. */
/* NOLINTNEXTLINE(readability-redundant-declaration) */
extern int kmp_get_blocktime(void) __attribute__((weak));
bool tutti_openmp_is_llvm(void) { return kmp_get_blocktime != NULL; }

/* -- a child that the program forks -- */

/* libgomp keeps a team for each thread that has opened a parallel region. In a forked child these threads
 * do not exist, and the next region would wait for them for ever. There is no way to see whether the
 * thread that forks has such a team. */
static _Thread_local int team TUTTI_QUICK_TLS; /* threads that this thread's team has had; or LOST */
enum { LOST = -1 };
static _Thread_local int lost_level TUTTI_QUICK_TLS; /* parallel regions around the fork that lost the team */
static bool had_threads;
static atomic_bool started; /* LLVM's runtime has started */

static void before_fork(void) {
  had_threads = team == LOST || !(NEVER_HAD_THREADS || tutti_openmp_is_llvm());
}

static void after_fork_in_child(void) {
  if (had_threads) {
    team = LOST;
    lost_level = omp_get_level();
  }
  started = false;
}

/* From the time when the library is loaded: the program may use OpenMP before it uses the library. */
__attribute__((constructor)) static void watch_forks(void) {
  pthread_atfork(before_fork, NULL, after_fork_in_child);
}

bool tutti_openmp_team_is_lost(void) { return team == LOST; }

/* A thread without its team is alone in the regions around the fork; not in those that the program opens in
 * the child, which it can where it had none before. */
int tutti_host_team(void) {
  if (team == LOST && omp_get_level() <= lost_level) return 1;
  return omp_in_parallel() ? omp_get_num_threads() : 1;
}

/* -- what a team needs -- */

int tutti_openmp_may_start(void) {
  if (!tutti_openmp_is_llvm()) return 0;
  const int descriptor = eventfd(0, EFD_CLOEXEC);
  if (descriptor < 0) return errno;
  close(descriptor);
  return 0;
}

int tutti_openmp_start(void) {
  if (started) return 0;
  const int error = tutti_openmp_may_start();
  if (!error) (void)omp_get_max_threads();
  started = !error;
  return error;
}

/* A size as in OMP_STACKSIZE ("4M", "512", ...), in bytes; a plain number counts kilobytes. */
static size_t stack_size(const char *text) {
  char *unit;
  const size_t value = text ? strtoull(text, &unit, 10) : 0;
  if (value == 0) return 0;
  unit += strspn(unit, " \t");
  return value << (*unit == 'B' || *unit == 'b'   ? 0
                   : *unit == 'M' || *unit == 'm' ? 20
                   : *unit == 'G' || *unit == 'g' ? 30
                                                  : 10);
}

/* The address space that a thread of a team takes at most. */
static size_t thread_size(void) {
  static const char *const names[] = {"OMP_STACKSIZE", "GOMP_STACKSIZE", "KMP_STACKSIZE"};
  size_t most = 0;
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) == 0) {
    (void)pthread_attr_getstacksize(&attributes, &most);
    pthread_attr_destroy(&attributes);
  }
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const size_t size = stack_size(getenv(names[i]));
    if (size > most) most = size;
  }
  return most;
}

/* OpenMP ends the process where it cannot start a thread. So a team is at most as large as memory has room
 * for its stacks. */
int tutti_openmp_team(int workers) {
  enum { SPARE = 1 << 20 };                   /* for what chunks allocate */
  if (workers <= team) return team = workers; /* no thread is started: libgomp ends those that are too many */
  const int there = team > 1 ? team : 1;
  const size_t each = thread_size();
  while (workers > there && !tutti_has_room((size_t)(workers - there) * each + SPARE)) workers--;
  return team = workers;
}
