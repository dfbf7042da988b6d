/* The backends of this library. */
#ifndef TUTTI_BACKENDS_REGISTRY_H
#define TUTTI_BACKENDS_REGISTRY_H

#include "engine/backend.h"

extern const tutti_backend_ops tutti_serial_ops, tutti_threads_ops, tutti_processes_ops, tutti_ranks_ops;

/* The backend's table; NULL: it is not in this library. */
const tutti_backend_ops *tutti_backend_find(tutti_backend backend);

#endif
