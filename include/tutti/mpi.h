/* Contexts over the ranks of MPI: link libtutti_mpi besides libtutti. <tutti/ranks.h> says what runs
 * where. */
#ifndef TUTTI_MPI_H
#define TUTTI_MPI_H

#include <mpi.h>
#include <tutti/ranks.h>

TUTTI_BEGIN_DECLS

/* Opens a context over the ranks of a communicator, of which a duplicate is made. Collective: every rank
 * of the communicator calls it. MPI must be initialised, with MPI_THREAD_FUNNELED or more if the context
 * has more than one thread. tutti_close is collective, too, and comes before MPI_Finalize.
 *
 * Errors of MPI end the job unless the communicator's error handler says otherwise; then they are
 * TUTTI_ESYSTEM. TUTTI_EINVAL: MPI is not initialised, or its thread level is too low. */
TUTTI_API tutti_status tutti_open_mpi(MPI_Comm comm, const tutti_config *config, tutti_ctx **ctx);

TUTTI_END_DECLS

#endif
