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

/* There in LLVM's runtime alone. */
extern int kmp_get_blocktime(void) __attribute__((weak));
bool tutti_openmp_is_llvm(void) { return kmp_get_blocktime != NULL; }

/* -- a child of the host's own -- */

/* libgomp keeps a team for each thread that has opened a region, and a forked child waits for ever for one
 * that is not there. Whether the thread that forks has one is not to be seen. */
static _Thread_local int team TUTTI_QUICK_TLS; /* the threads of this thread's team, or LOST */
enum { LOST = -1 };
static bool had_threads;
static atomic_bool started; /* LLVM's runtime */

static void before_fork(void) {
  had_threads = team == LOST || !(NEVER_HAD_THREADS || tutti_openmp_is_llvm());
}

static void after_fork_in_child(void) {
  if (had_threads) team = LOST;
  started = false;
}

/* From the start: the host may use OpenMP before it uses the library. */
__attribute__((constructor)) static void watch_forks(void) {
  pthread_atfork(before_fork, NULL, after_fork_in_child);
}

bool tutti_openmp_team_is_lost(void) { return team == LOST; }

int tutti_host_team(void) { return team != LOST && omp_in_parallel() ? omp_get_num_threads() : 1; }

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

/* "4M", "512", ... as in OMP_STACKSIZE, in bytes; a plain number is of kilobytes. */
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

/* What a thread of a team takes at most. */
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

/* OpenMP ends the process where it cannot start a thread: a team is as large as its stacks have room. */
int tutti_openmp_team(int workers) {
  enum { SPARE = 1 << 20 };                   /* for what chunks allocate */
  if (workers <= team) return team = workers; /* libgomp ends the others */
  const int there = team > 1 ? team : 1;
  const size_t each = thread_size();
  while (workers > there && !tutti_has_room((size_t)(workers - there) * each + SPARE)) workers--;
  return team = workers;
}
