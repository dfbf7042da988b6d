#include "backends/backend.h"

/* There in LLVM's runtime alone. */
extern int kmp_get_blocktime(void) __attribute__((weak));
bool tutti_openmp_is_llvm(void) { return kmp_get_blocktime != NULL; }

const tutti_backend_ops *tutti_backend_find(tutti_backend backend) {
  switch (backend) {
  case TUTTI_SERIAL:
    return &tutti_serial_ops;
  case TUTTI_THREADS:
    return &tutti_threads_ops;
  case TUTTI_PROCESSES:
    return &tutti_processes_ops;
  case TUTTI_MPI:
    return NULL;
  }
  return NULL;
}

const char *tutti_backend_name(tutti_backend backend) {
  const tutti_backend_ops *ops = tutti_backend_find(backend);
  return ops ? ops->name : backend == TUTTI_MPI ? "mpi" : "unknown";
}

int tutti_backend_workers(const tutti_ctx *ctx, const tutti_job *job) {
  /* Called from a region of the host's, whose threads may all do so: each gets its share. */
  const int callers = tutti_host_team();
  const size_t workers = (size_t)(ctx->config.workers > callers ? ctx->config.workers / callers : 1);
  return (int)(job->plan.count == 0 ? 1 : workers < job->plan.count ? workers : job->plan.count);
}
