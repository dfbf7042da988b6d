/* The calling thread runs every chunk. */
#include "backends/backend.h"

static tutti_status run(tutti_ctx *ctx, const tutti_job *job) {
  tutti_run state;
  tutti_run_init(&state);
  const bool nested = tutti_in_worker;
  tutti_in_worker = true;
  tutti_work(ctx, job, &state, 0, 1, !nested, NULL);
  tutti_in_worker = nested;
  return tutti_run_status(ctx, job, &state);
}

const tutti_backend_ops tutti_serial_ops = {"serial", true, run, NULL};
