/* The state of a grid as a file, which any number of workers, processes and ranks reads again.
 *
 * All numbers are little-endian and have 64 bits:
 *
 * - magic, version, kind, rows, cols, the number of fields, the number of values;
 * - the values: what the model needs besides its fields, numbers of its own choice;
 * - the CRC-32 of all before it;
 * - the fields, one after another: rows x cols doubles, row by row;
 * - the CRC-32 of all before it.
 *
 * In a context over ranks rank 0 alone has files: others may not see its disk. */
#ifndef TUTTI_GRID_CHECKPOINT_H
#define TUTTI_GRID_CHECKPOINT_H

#include "grid/domain.h"

typedef enum { GRID_STENCIL = 1, GRID_SHALLOW_WATER, GRID_ATMOSPHERE } tutti_grid_kind;

enum { GRID_MOST_VALUES = 64 };

typedef struct {
  tutti_grid_kind kind;
  size_t rows, cols, fields, values;
  uint64_t value[GRID_MOST_VALUES];
} tutti_grid_head;

/* Writes head and fields (head->fields of them, in the domain d). The file is replaced as a whole, at the
 * end. TUTTI_ESYSTEM: it cannot be written; TUTTI_ENOMEM; the detail says why. */
tutti_status tutti_grid_save(tutti_ctx *ctx, const char *path, const tutti_grid_head *head,
                             const tutti_domain *d, double *const *fields);

/* Reads the head alone, of a file whose kind, number of fields and number of values are those in *head.
 * TUTTI_ESYSTEM: the file cannot be read. TUTTI_EINVAL: it is another one, or damaged, or cut off. */
tutti_status tutti_grid_load_head(tutti_ctx *ctx, const char *path, tutti_grid_head *head);

/* Reads the fields of a file whose head is this one. Halos stay as they are. After a failure, of which there
 * are the same, the fields are worth nothing. */
tutti_status tutti_grid_load(tutti_ctx *ctx, const char *path, const tutti_grid_head *head,
                             const tutti_domain *d, double *const *fields);

#endif
