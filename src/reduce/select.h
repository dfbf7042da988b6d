/* Order statistics of an array: the items of given ranks, without sorting or copying it. */
#ifndef TUTTI_REDUCE_SELECT_H
#define TUTTI_REDUCE_SELECT_H

#include <stdbool.h>
#include <tutti/context.h>

#include "reduce/digits.h"

/* image[r] = that of the item that sorting the n >= 1 items would put at rank[r] < n; or *nan = true if there
 * is a NaN, and image is not set. Of the items x has `mine`: all, unless other ranks of MPI have parts, too.
 * rank: `ranks` >= 1 of them, ascending, no two equal. TUTTI_ENOMEM and the statuses of tutti_reduce. Takes
 * at most 6 passes over x for one rank, 14 for any number of them, and memory for 2048 items or 4096 counters
 * a chunk (16 a rank, where those are more). */
tutti_status tutti_select(tutti_ctx *ctx, const double *x, size_t mine, size_t n, const uint64_t *rank,
                          size_t ranks, uint64_t *image, bool *nan);

/* The order of images, for qsort and bsearch. */
int tutti_image_compare(const void *a, const void *b);

#endif
