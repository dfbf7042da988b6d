/* Contexts. */
#include "core/context.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/backend.h"
#include "platform/pinning.h"

_Thread_local bool tutti_in_worker;
_Thread_local const tutti_ctx *tutti_worker_ctx;

/* -- details -- */

/* Made when a thread's first call fails, and given back when it ends. */
static _Thread_local char *thread_detail TUTTI_QUICK_TLS;
static pthread_key_t detail_key;
static bool has_detail_key;

static void forget_detail(void *detail) {
  thread_detail = NULL;
  free(detail);
}
static void make_detail_key(void) { has_detail_key = pthread_key_create(&detail_key, forget_detail) == 0; }

static char *detail_of_thread(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  if (thread_detail) return thread_detail;
  pthread_once(&once, make_detail_key);
  char *detail = has_detail_key ? calloc(1, TUTTI_DETAIL_SIZE) : NULL;
  if (detail && pthread_setspecific(detail_key, detail) == 0) return thread_detail = detail;
  free(detail);
  return NULL;
}

/* The default context and nested calls have no context to themselves: their details are the thread's. */
static bool detail_is_per_thread(const tutti_ctx *ctx) { return !ctx || ctx->shared || tutti_in_worker; }

tutti_status tutti_fail(tutti_ctx *ctx, tutti_status status, const char *format, ...) {
  /* cppcheck-suppress nullPointer; it is the thread's where there is no context */
  char *detail = detail_is_per_thread(ctx) ? detail_of_thread() : ctx->detail;
  va_list args;
  va_start(args, format);
  if (detail) vsnprintf(detail, TUTTI_DETAIL_SIZE, format, args);
  va_end(args);
  return status;
}

void tutti_set_error_detail(const char *text) { (void)tutti_fail(NULL, TUTTI_OK, "%s", text); }

const char *tutti_error_detail(const tutti_ctx *ctx) {
  /* cppcheck-suppress nullPointer; it is the thread's where there is no context */
  return !detail_is_per_thread(ctx) ? ctx->detail : thread_detail ? thread_detail : "";
}

tutti_status tutti_check_array(tutti_ctx *ctx, const char *name, const void *array, size_t n,
                               size_t item_size) {
  if (n > PTRDIFF_MAX / item_size)
    return tutti_fail(ctx, TUTTI_EINVAL, "n = %zu items of %zu bytes do not fit in memory", n, item_size);
  if (n > 0 && !array) return tutti_fail(ctx, TUTTI_EINVAL, "%s is NULL with n = %zu", name, n);
  return TUTTI_OK;
}

/* -- names -- */

static const char *const isa_names[] = {"best", "scalar", "avx2", "avx512", "neon", "portable"};
static const char *const schedule_names[] = {"static", "dynamic", "guided"};
enum {
  ISAS = sizeof isa_names / sizeof *isa_names,
  SCHEDULES = sizeof schedule_names / sizeof *schedule_names
};

const char *tutti_isa_name(tutti_isa isa) { return (unsigned)isa < ISAS ? isa_names[isa] : "unknown"; }

const char *tutti_schedule_name(tutti_schedule schedule) {
  return (unsigned)schedule < SCHEDULES ? schedule_names[schedule] : "unknown";
}

/* -- open -- */

void tutti_config_default(tutti_config *config) {
  *config = (tutti_config){.backend = TUTTI_THREADS, .isa = TUTTI_ISA_BEST, .schedule = TUTTI_DYNAMIC};
}

/* TUTTI_ISA overrides what the program asks for. */
static tutti_status isa_from_environment(tutti_isa *isa) {
  const char *name = getenv("TUTTI_ISA");
  if (!name || !*name) return TUTTI_OK;
  for (unsigned i = 0; i < ISAS; i++)
    if (strcmp(name, isa_names[i]) == 0) {
      *isa = (tutti_isa)i;
      return TUTTI_OK;
    }
  return tutti_fail(NULL, TUTTI_EINVAL,
                    "TUTTI_ISA=%.40s: the levels are best, scalar, avx2, avx512, neon, portable", name);
}

static tutti_status resolve_isa(tutti_config *config) {
  tutti_status status = isa_from_environment(&config->isa);
  if (status) return status;
  if ((unsigned)config->isa >= ISAS)
    return tutti_fail(NULL, TUTTI_EINVAL, "isa = %d is no level", (int)config->isa);
  if (config->isa == TUTTI_ISA_BEST) config->isa = tutti_isa_best();
  if (!tutti_kernels_of(config->isa))
    return tutti_fail(NULL, TUTTI_EUNSUPPORTED, "this machine has no %s; its best level is %s",
                      tutti_isa_name(config->isa), tutti_isa_name(tutti_isa_best()));
  return TUTTI_OK;
}

/* Checks every field and replaces "0" and "best" by what they mean here. */
static tutti_status resolve(tutti_config *config) {
  if ((unsigned)config->backend > TUTTI_MPI)
    return tutti_fail(NULL, TUTTI_EINVAL, "backend = %d is none", (int)config->backend);
  if (!tutti_backend_find(config->backend))
    return tutti_fail(NULL, TUTTI_EUNSUPPORTED, "backend %s is not in this library",
                      tutti_backend_name(config->backend));
  if ((unsigned)config->schedule >= SCHEDULES)
    return tutti_fail(NULL, TUTTI_EINVAL, "schedule = %d is none", (int)config->schedule);
  if ((unsigned)config->pinning > TUTTI_PIN_SPREAD)
    return tutti_fail(NULL, TUTTI_EINVAL, "pinning = %d is none", (int)config->pinning);
  if (config->workers < 0 || config->workers > TUTTI_MAX_WORKERS)
    return tutti_fail(NULL, TUTTI_EINVAL, "workers = %d is not between 0 and %d", config->workers,
                      TUTTI_MAX_WORKERS);
  if (!(config->chunk_seconds >= 0))
    return tutti_fail(NULL, TUTTI_EINVAL, "chunk_seconds = %.17g is not in [0, infinity)",
                      config->chunk_seconds);
  if (config->workers == 0) config->workers = tutti_default_workers();
  if (config->backend == TUTTI_SERIAL) config->workers = 1;
  return resolve_isa(config);
}

tutti_status tutti_open(const tutti_config *config, tutti_ctx **ctx) {
  if (!ctx) return tutti_fail(NULL, TUTTI_EINVAL, "ctx is NULL");
  TUTTI_UNCANCELED cancel = tutti_hold_cancel();
  tutti_config resolved;
  if (config) resolved = *config;
  else tutti_config_default(&resolved);
  tutti_status status = resolve(&resolved);
  if (!status) status = tutti_openmp_ready(NULL);
  if (status) return status;
  tutti_ctx *opened = calloc(1, sizeof *opened);
  if (!opened) return tutti_fail(NULL, TUTTI_ENOMEM, "no memory for a context");
  opened->config = resolved;
  opened->backend = tutti_backend_find(resolved.backend);
  opened->kernels = tutti_kernels_of(resolved.isa);
  status = tutti_pinning_open(opened);
  if (status) tutti_close(opened);
  else *ctx = opened;
  return status;
}

tutti_ctx tutti_ctx_within(const tutti_ctx *ctx) {
  tutti_ctx within = {.config = ctx->config,
                      .backend = ctx->backend,
                      .kernels = ctx->kernels,
                      .shared = ctx->shared,
                      .pins = ctx->pins,
                      .pin_count = ctx->pin_count,
                      .transport = ctx->transport,
                      .records = ctx->records};
  within.config.standing = 0;
  return within;
}

void tutti_close(tutti_ctx *ctx) {
  TUTTI_UNCANCELED cancel = tutti_hold_cancel();
  if (ctx && ctx->backend->close) ctx->backend->close(ctx);
  if (ctx && ctx->transport.close) ctx->transport.close(ctx->transport.user);
  if (ctx) tutti_pinning_close(ctx);
  if (ctx) tutti_agreement_close(ctx);
  free(ctx);
}

/* -- the default context -- */

static tutti_ctx *default_ctx;
static tutti_status default_status;
static char default_detail[TUTTI_DETAIL_SIZE];

static void open_default(void) {
  default_status = tutti_open(NULL, &default_ctx);
  if (default_status) snprintf(default_detail, sizeof default_detail, "%s", tutti_error_detail(NULL));
  else default_ctx->shared = true;
}

static tutti_status find(tutti_ctx *ctx, tutti_ctx **found) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  if (!ctx) ctx = (tutti_ctx *)tutti_worker_ctx;
  if (ctx) {
    *found = ctx;
    return TUTTI_OK;
  }
  pthread_once(&once, open_default);
  if (default_status) return tutti_fail(NULL, default_status, "%s", default_detail);
  *found = default_ctx;
  return TUTTI_OK;
}

/* A thread goes by the address of something of its own, in the upper bits, and how often its process was
 * forked. */
enum { NAMES = 64 };
static uintptr_t forks;
static void count_fork(void) { forks++; }
__attribute__((constructor)) static void watch_forks(void) { pthread_atfork(NULL, NULL, count_fork); }

const void *tutti_this_thread(void) {
  return (const void *)((uintptr_t)&tutti_in_worker * NAMES + forks % NAMES);
}
bool tutti_left_behind(const void *thread) { return (uintptr_t)thread % NAMES != forks % NAMES; }

tutti_status tutti_resolve(tutti_ctx *ctx, tutti_ctx **resolved) {
  tutti_ctx *found = NULL;
  const tutti_status status = find(ctx, &found);
  if (status) return status;
  const void *owner = tutti_in_worker ? NULL : atomic_load_explicit(&found->owner, memory_order_relaxed);
  if (owner && owner != tutti_this_thread() && !tutti_left_behind(owner))
    return tutti_fail(NULL, TUTTI_EBUSY, "another thread's call on this context has not ended");
  *resolved = found;
  return TUTTI_OK;
}

int tutti_workers(const tutti_ctx *ctx) {
  tutti_ctx *resolved = (tutti_ctx *)ctx;
  return find(resolved, &resolved) ? 0 : resolved->config.workers;
}

tutti_isa tutti_context_isa(const tutti_ctx *ctx) {
  tutti_ctx *resolved = (tutti_ctx *)ctx;
  return find(resolved, &resolved) ? TUTTI_ISA_BEST : resolved->config.isa;
}
