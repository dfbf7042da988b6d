/* Details of failures: of a context, or of a thread. */
#include "core/error.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/context.h"

/* Allocated at a thread's first failure, and freed when the thread ends. */
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

/* The default context serves several threads, and nested calls have no context of their own: their details
 * belong to the thread. */
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
