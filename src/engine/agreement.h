/* Checks that all ranks have been asked the same. */
#ifndef TUTTI_ENGINE_AGREEMENT_H
#define TUTTI_ENGINE_AGREEMENT_H

#include "engine/job.h"

/* What ranks are about to do together (collectives.h). */
typedef enum {
  COLLECTIVE_JOB,
  COLLECTIVE_ITEMS,
  COLLECTIVE_SHARE,
  COLLECTIVE_MERGE,
  COLLECTIVE_ANY,
  COLLECTIVE_REFUSED
} tutti_collective;

/* Compares what the ranks were asked. It comes first whenever ranks do something together, and is one
 * gather of a record whose size is always the same. Ranks that have gone different ways therefore meet
 * here, and not in collectives of different sizes, which might hang.
 *
 * Compared are the function that tutti_note_call has noted, with its arguments (the note is then
 * forgotten), the job (or NULL), and `bytes`. trouble: this rank has no memory to go on.
 *
 * All ranks return the same:
 * - TUTTI_EINVAL: they differ; the detail says in what.
 * - TUTTI_ENOMEM: one of them has trouble.
 * - TUTTI_ESYSTEM: the transport has failed. */
tutti_status tutti_ranks_compare(tutti_ctx *ctx, tutti_collective what, const tutti_job *job, size_t bytes,
                                 bool trouble);

/* Reports that a function of the transport returned `value`: TUTTI_ESYSTEM, with a detail. */
tutti_status tutti_no_transport(tutti_ctx *ctx, const char *what, int value);

/* In a context over ranks: allocates the records that ranks gather. TUTTI_ENOMEM. */
tutti_status tutti_agreement_open(tutti_ctx *ctx);
void tutti_agreement_close(tutti_ctx *ctx);

#endif
