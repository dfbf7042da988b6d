/* Estimates. */
#include "entry.h"

ENTRY(pi_hits, tutti_mc_pi(ctx, (tutti_rng){g->first, 3}, g->n, result), .result = sizeof(tutti_estimate),
      .chunk = 1 << 16, .least = 1, .digest = 0xafc9cb33a2de31ce)
