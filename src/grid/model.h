/* What all models on a grid have in common: their context, their memory, the end of a step. */
#ifndef TUTTI_GRID_MODEL_H
#define TUTTI_GRID_MODEL_H

#include "grid/domain.h"

/* tutti_resolve; and TUTTI_EUNSUPPORTED for a context over ranks within a chunk. */
tutti_status tutti_grid_resolve(tutti_ctx *ctx, tutti_ctx **resolved);

/* The block of memory in which all fields of a model lie, zeroed; `parts` of them, one behind the other, of
 * which each worker touches its share first. TUTTI_ENOMEM: the detail has the bytes and `what` they are for.
 */
tutti_status tutti_grid_memory(tutti_ctx *ctx, size_t bytes, size_t parts, const char *what, void **memory);

/* Reports progress after a step. TUTTI_ECANCELED on all ranks: a rank's progress function wants no more. */
tutti_status tutti_grid_progress(tutti_ctx *ctx, size_t done, size_t total);

#endif
