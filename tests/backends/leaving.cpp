// A host in C++ whose functions are left by more than a return. What happened is on stdout; at its end the
// host writes a line to a log, as often as there are hosts. usage: leaving BACKEND WAY LOG
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <tutti/tutti.h>

static char *way; // in memory that all workers share
static bool is(const char *name) { return strcmp(way, name) == 0; }

static jmp_buf home;
static pthread_t host;
static const tutti_output shared_only[] = {{nullptr, 0}};

struct destroyed {
  ~destroyed() { puts("destroyed"); }
};

static void leave() {
  destroyed in_the_function_that_leaves;
  if (is("exit")) pthread_exit(nullptr);
  throw std::runtime_error("boo");
}

static int body(size_t begin, size_t, void *) {
  if (begin == 50 && is("jump")) longjmp(home, 1);
  if (pthread_equal(pthread_self(), host) && is("jump0")) longjmp(home, 1);
  if (begin == 50 && (is("throw") || is("uncaught") || is("exit") || is("nested"))) leave();
  return 0;
}

static int catches(size_t begin, size_t end, void *) {
  jmp_buf inner;
  if (setjmp(inner) == 0) longjmp(inner, 1);
  try {
    if (begin == 50) throw std::runtime_error("inner");
  } catch (const std::exception &) {
    return 0;
  }
  return begin > end;
}

// The call within it is left, the function is not.
static int catches_outside(size_t, size_t, void *ctx) {
  try {
    (void)tutti_for(static_cast<tutti_ctx *>(ctx), 100, 10, body, nullptr, shared_only);
  } catch (const std::exception &) {
    return 0;
  }
  return 1;
}

static int progress(void *, size_t, size_t) {
  if (is("progress")) throw std::runtime_error("progress");
  return 0;
}

static void init(void *acc, const void *) { *static_cast<int *>(acc) = 0; }
static int chunk(void *, size_t, size_t, const void *) { return 0; }
static void merge(void *, const void *, const void *) { throw std::runtime_error("merge"); }

static tutti_status call(tutti_ctx *ctx) {
  const tutti_reduction op = {sizeof(int), 10, init, chunk, merge};
  int acc;
  if (is("merge")) return tutti_reduce(ctx, &op, 100, nullptr, &acc);
  if (is("nested")) return tutti_for(ctx, 1, 1, catches_outside, ctx, shared_only);
  return tutti_for(ctx, 100, 10, is("inner") ? catches : body, nullptr, shared_only);
}

static void call_and_tell(tutti_ctx *ctx) {
  const tutti_status status = call(ctx);
  printf("returned: %s: %s\n", tutti_strerror(status), tutti_error_detail(ctx));
}

static void call_within_try(tutti_ctx *ctx) {
  try {
    if (setjmp(home) == 0) call_and_tell(ctx);
    else puts("landed");
  } catch (const std::exception &e) {
    printf("caught: %s\n", e.what());
  }
}

static void *call_from_a_thread(void *ctx) {
  call_and_tell(static_cast<tutti_ctx *>(ctx));
  return nullptr;
}

int main(int, char **argv) {
  const std::string backend = argv[1];
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_PROCESSES;
  tutti_ctx *ctx, *sharing;
  if (tutti_open(&config, &sharing)) return 1;
  way = static_cast<char *>(tutti_alloc(sharing, 16));
  config.backend = backend == "serial"    ? TUTTI_SERIAL
                   : backend == "threads" ? TUTTI_THREADS
                                          : TUTTI_PROCESSES;
  config.standing = backend == "standing";
  config.workers = 3;
  config.schedule = TUTTI_STATIC;
  config.progress = progress;
  host = pthread_self();
  if (tutti_open(&config, &ctx)) return 1;
  for (int i = 0; i < 3 * config.standing; i++) (void)call(ctx); // the third is the pool's
  strcpy(way, argv[2]);
  pthread_t thread;
  if (is("exit")) pthread_create(&thread, nullptr, call_from_a_thread, ctx), pthread_join(thread, nullptr);
  else if (is("uncaught")) call_and_tell(ctx);
  else call_within_try(ctx);

  strcpy(way, "well");
  int status = -1; // of a call by another thread, which must not find the context busy
  std::thread([&] { status = call(ctx); }).join();
  printf("then: %s\n", tutti_strerror(static_cast<tutti_status>(status)));
  tutti_close(ctx);
  tutti_free(sharing, way);
  tutti_close(sharing);
  printf("children: %s\n", waitpid(-1, nullptr, WNOHANG) < 0 ? "none" : "some");
  fflush(stdout);
  FILE *log = fopen(argv[3], "a");
  if (!log) return 2;
  fprintf(log, "host %d\n", static_cast<int>(getpid()));
  return fclose(log) != 0;
}
