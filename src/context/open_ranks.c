/* Opening a context over ranks. */
#include <tutti/ranks.h>

#include "backends/registry.h"
#include "core/context.h"
#include "engine/agreement.h"

tutti_status tutti_open_ranks(const tutti_transport *transport, const tutti_config *config, tutti_ctx **ctx) {
  tutti_config own;
  tutti_ctx *opened;
  if (!transport || !ctx)
    return tutti_fail(NULL, TUTTI_EINVAL, "%s is NULL", transport ? "ctx" : "transport");
  if (!transport->gather || !transport->allreduce_min)
    return tutti_fail(NULL, TUTTI_EINVAL, "transport->%s is NULL",
                      transport->gather ? "allreduce_min" : "gather");
  if (!transport->start_exchange != !transport->finish_exchange)
    return tutti_fail(NULL, TUTTI_EINVAL, "transport->%s is NULL, the other function of an exchange is not",
                      transport->start_exchange ? "finish_exchange" : "start_exchange");
  if (transport->rank < 0 || transport->rank >= transport->ranks)
    return tutti_fail(NULL, TUTTI_EINVAL, "rank = %d of ranks = %d", transport->rank, transport->ranks);
  if (config) own = *config;
  else tutti_config_default(&own);
  own.backend = TUTTI_THREADS; /* each rank runs its chunks on threads of its own */
  const tutti_status status = tutti_open(&own, &opened);
  if (status) return status;
  opened->config.backend = TUTTI_MPI;
  opened->settings.backend = &tutti_ranks_ops;
  opened->transport = *transport;
  const tutti_status prepared = tutti_agreement_open(opened);
  if (prepared) {
    opened->transport.close = NULL; /* it still belongs to the caller */
    tutti_close(opened);
    return prepared;
  }
  *ctx = opened;
  return TUTTI_OK;
}
