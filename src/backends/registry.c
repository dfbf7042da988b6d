#include "backends/registry.h"

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
