/* The backend `serial`: the calling thread runs every chunk. */
#include "backends/registry.h"

const tutti_backend_ops tutti_serial_ops = {"serial", true, tutti_run_serially, NULL};
