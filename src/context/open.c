/* Opening and closing contexts, and the default context. */
#include "context/open.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/registry.h"
#include "engine/agreement.h"
#include "isa/levels.h"
#include "platform/cores.h"
#include "platform/pinning.h"
#include "platform/topology.h"

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

/* Checks every field, and replaces 0 and "best" by what they stand for here. */
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

/* The processors in the order in which workers are pinned to them; NULL where the context wants no
 * pinning, or where the system does not tell. They are read in any case, because then the OpenMP runtime
 * has told its places. */
static tutti_status order_pins(tutti_ctx *ctx) {
  ctx->pins = tutti_allowed_processors(&ctx->pin_count);
  if (ctx->config.pinning == TUTTI_PIN_NONE) {
    free(ctx->pins);
    ctx->pins = NULL;
  }
  if (!ctx->pins || tutti_topology_order("", ctx->pins, ctx->pin_count, ctx->config.pinning) == TUTTI_OK)
    return TUTTI_OK;
  return tutti_fail(NULL, TUTTI_ENOMEM, "no memory for %d processors", ctx->pin_count);
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
  opened->settings = (tutti_settings){.backend = tutti_backend_find(resolved.backend),
                                      .schedule = resolved.schedule,
                                      .progress = resolved.progress,
                                      .progress_user = resolved.progress_user};
  opened->kernels = tutti_kernels_of(resolved.isa);
  status = order_pins(opened);
  if (status) tutti_close(opened);
  else *ctx = opened;
  return status;
}

void tutti_close(tutti_ctx *ctx) {
  TUTTI_UNCANCELED cancel = tutti_hold_cancel();
  if (ctx && ctx->settings.backend->close) ctx->settings.backend->close(ctx);
  if (ctx && ctx->transport.close) ctx->transport.close(ctx->transport.user);
  if (ctx) free(ctx->pins);
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
