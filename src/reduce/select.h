/* Order statistics: the items that have given ranks (positions in sorted order), without sorting or
 * copying the array. */
#ifndef TUTTI_REDUCE_SELECT_H
#define TUTTI_REDUCE_SELECT_H

#include <stdbool.h>
#include <tutti/context.h>

#include "reduce/digits.h"

/* image[r] = the image of the item that would be at position rank[r] if the n >= 1 items were sorted, r <
 * ranks. *nan = true, and image is not set, if there is a NaN.
 *
 * rank: `ranks` >= 1 positions below n, ascending, no two equal. x has `mine` of the n items: all of them,
 * unless other ranks of MPI have parts, too.
 *
 * Takes at most 6 passes over x for one position, 14 for any number of them. Memory for each chunk: 4096
 * items or counters, or 16 counters for each position where that is more. TUTTI_ENOMEM and the
 * statuses of tutti_reduce. */
tutti_status tutti_select(tutti_ctx *ctx, const double *x, size_t mine, size_t n, const uint64_t *rank,
                          size_t ranks, uint64_t *image, bool *nan);

#endif
