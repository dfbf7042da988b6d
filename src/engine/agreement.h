/* Whether all ranks have been asked the same. */
#ifndef TUTTI_ENGINE_AGREEMENT_H
#define TUTTI_ENGINE_AGREEMENT_H

#include "engine/job.h"

/* What ranks are about to do together. */
typedef enum {
  COLLECTIVE_JOB,
  COLLECTIVE_ITEMS,
  COLLECTIVE_SHARE,
  COLLECTIVE_MERGE,
  COLLECTIVE_ANY,
  COLLECTIVE_REFUSED
} tutti_collective;

/* The first thing that ranks do together, whatever it is for: one gathering, always of the same size, so that
 * ranks that have gone different ways meet here and nowhere else. The job (or NULL) is compared, `bytes` too,
 * and what tutti_note_call has noted, which is forgotten then. trouble: this rank has no memory to go on.
 * TUTTI_EINVAL, in all ranks: they differ, and the detail says in what. TUTTI_ENOMEM: one has none.
 * TUTTI_ESYSTEM: the transport has failed. */
tutti_status tutti_ranks_compare(tutti_ctx *ctx, tutti_collective what, const tutti_job *job, size_t bytes,
                                 bool trouble);

/* Of a context over ranks: room for what they tell each other. TUTTI_ENOMEM. */
tutti_status tutti_agreement_open(tutti_ctx *ctx);
void tutti_agreement_close(tutti_ctx *ctx);

#endif
