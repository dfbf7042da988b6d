/* OpenBLAS, loaded by dlopen: a program that only sums does without its threads and its memory. OpenBLAS
 * maps 128 MiB for each thread that calls it, and where it gets none it tries again for ever: so the room
 * is checked before. */
#define _GNU_SOURCE
#include "blas/openblas.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/headroom.h"

tutti_openblas tutti_blas;

#ifdef TUTTI_HAVE_OPENBLAS
#define LIBRARY "libopenblas.so.0" /* the name of builds with 32-bit integers, whatever threads they use */

/* A build for OpenMP takes two buffers when it is loaded, and which build it will be is not known before. */
#define BUFFER_BYTES  ((size_t)(128 << 20) + (64 << 10))
#define LIBRARY_BYTES ((size_t)(48 << 20) + 2 * BUFFER_BYTES)
enum { MOST_BUFFERS = 64 }; /* buffers that OpenBLAS has without asking for more */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *library; /* NULL: not loaded */
static void *(*take_buffer)(int);
static void (*give_buffer)(void *);
static int buffers; /* buffers that it has mapped for the library, and keeps */
static int users, callers, threads_found;

/* In a child of fork another thread's lock would stay locked for ever: so the child makes a new one. A
 * thread that forks must not wait for the lock either: while OpenBLAS is loaded under it, it takes the
 * lock of pthread_atfork. */
static void renew_lock(void) { pthread_mutex_init(&lock, NULL); }
__attribute__((constructor)) static void watch_forks(void) { pthread_atfork(NULL, NULL, renew_lock); }

/* Loads OpenBLAS with one thread. It starts threads while it is loaded, as many as the environment says.
 * setenv could move the environment while another thread reads it; so `environ` becomes a copy with one
 * variable more. The copy is not freed: it may have been changed meanwhile, or be read at this moment. */
static void *load_on_one_thread(void) {
  static const char name[] = "OPENBLAS_NUM_THREADS=";
  static char word[] = "OPENBLAS_NUM_THREADS=1";
  static char **copy; /* so that leak checkers find it */
  char *const *const was = environ;
  size_t count = 0, at = 0;
  while (was && was[count]) count++;
  copy = calloc(count + 2, sizeof *copy);
  if (!copy) return NULL;
  if (count) memcpy(copy, was, count * sizeof *copy);
  while (at < count && strncmp(copy[at], name, sizeof name - 1) != 0) at++;
  char *const before = copy[at];
  copy[at] = word;
  environ = copy;
  void *loaded = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  char **e = environ;
  while (e && *e && *e != word) e++;
  if (before && e && *e) *e = before;
  else
    for (; e && *e; e++) *e = e[1];
  return loaded;
}

/* Finds a function. ISO C has no cast from a pointer to data to one to a function. */
static bool find(void *from, const char *name, void *function) {
  void *symbol = dlsym(from, name);
  memcpy(function, &symbol, sizeof symbol);
  return symbol != NULL;
}

/* Finds all functions. Returns the name of one that is missing, or NULL. */
static const char *find_functions(void *from) {
#define FIND(member, name, type, arguments)                                                                  \
  if (!find(from, #name, &tutti_blas.member)) return #name;
  TUTTI_OPENBLAS_LIST(FIND)
#undef FIND
  (void)find(from, "blas_memory_alloc", &take_buffer);
  (void)find(from, "blas_memory_free", &give_buffer);
  return strstr(tutti_blas.get_config(), "USE64BITINT") ? "integers of 32 bits" : NULL;
}

/* Loads once: what is missing now will be missing the next time. */
static tutti_status load(tutti_ctx *ctx) {
  static char failure[256];
  if (*failure) return tutti_fail(ctx, TUTTI_EUNSUPPORTED, "%s", failure);
  void *loaded = load_on_one_thread();
  const char *why = loaded ? NULL : dlerror(), *missing = loaded ? find_functions(loaded) : NULL;
  if (loaded && !missing) library = loaded;
  else if (missing) snprintf(failure, sizeof failure, "this OpenBLAS lacks %s", missing);
  else
    snprintf(failure, sizeof failure, "OpenBLAS (package libopenblas0) cannot be loaded: %s",
             why ? why : "no memory");
  return *failure ? load(ctx) : TUTTI_OK;
}

/* Has OpenBLAS map so many buffers, which it never gives back. */
static void map_buffers(int count) {
  void *taken[MOST_BUFFERS];
  if (count > MOST_BUFFERS) count = MOST_BUFFERS;
  if (!take_buffer || !give_buffer || count <= buffers) return;
  for (int i = 0; i < count; i++) taken[i] = take_buffer(0);
  for (int i = 0; i < count; i++) give_buffer(taken[i]);
  buffers = count;
}

/* Makes sure that `count` threads can call it at the same time. Of the buffers that exist, as many may be
 * in use as there are callers now. */
static tutti_status prepare(tutti_ctx *ctx, int count) {
  const int free_buffers = buffers > callers ? buffers - callers : 0;
  const int missing = count + callers > buffers ? count + callers - free_buffers : 0;
  const bool here = library || dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
  const size_t bytes = (here ? 0 : LIBRARY_BYTES) + (size_t)missing * BUFFER_BYTES;
  if (!tutti_has_room(bytes)) {
    char limit[96];
    tutti_name_limit(bytes, limit, sizeof limit);
    return tutti_fail(ctx, TUTTI_ENOMEM,
                      "OpenBLAS needs %zu MB of address space for %d thread%s, more than is left of %s",
                      bytes / 1000000, count, count == 1 ? "" : "s", limit);
  }
  const tutti_status status = library ? TUTTI_OK : load(ctx);
  if (!status) map_buffers(count + callers);
  return status;
}

/* How many threads of this process call it at the same time; worker processes each have a copy of their
 * own. */
static int callers_of(const tutti_ctx *ctx, size_t chunks) {
  const size_t workers =
      tutti_in_worker || ctx->config.backend == TUTTI_PROCESSES ? 1 : (size_t)ctx->config.workers;
  return (int)(chunks < workers ? chunks + !chunks : workers);
}

/* Whether it has threads of its own: a build for OpenMP uses OpenMP's. */
static bool has_threads(void) {
  enum { OPENBLAS_THREAD = 1 };
  return tutti_blas.get_parallel() == OPENBLAS_THREAD;
}

static void end_use(void *use) {
  pthread_mutex_lock(&lock);
  callers -= ((const tutti_blas_use *)use)->callers;
  if (--users == 0 && has_threads()) tutti_blas.set_num_threads(threads_found);
  pthread_mutex_unlock(&lock);
}

tutti_status tutti_blas_begin(tutti_blas_use *use, tutti_ctx *ctx, size_t chunks) {
  use->callers = callers_of(ctx, chunks);
  TUTTI_UNCANCELED cancel = tutti_hold_cancel();
  pthread_mutex_lock(&lock);
  const tutti_status status = prepare(ctx, use->callers);
  if (!status && users++ == 0 && has_threads()) {
    threads_found = tutti_blas.get_num_threads();
    tutti_blas.set_num_threads(1);
  }
  if (!status) callers += use->callers;
  pthread_mutex_unlock(&lock);
  if (!status) tutti_scope_begin(&use->scope, end_use, use);
  return status;
}
#else
tutti_status tutti_blas_begin(tutti_blas_use *use, tutti_ctx *ctx, size_t chunks) {
  (void)use, (void)chunks;
  return tutti_fail(ctx, TUTTI_EUNSUPPORTED, "this library was built without OpenBLAS");
}
#endif

void tutti_blas_end(tutti_blas_use *use) { tutti_scope_end(&use->scope); }
