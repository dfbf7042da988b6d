/* What the library computes with and no function of it exports, from its static twin: powers of an array, at
 * the level that TUTTI_ISA names. */
#include "peer.h"

#include <tutti/tutti.h>

#include "isa/levels.h"
#include "math/kernels.h"

static const tutti_kernels *kernels;

/* The exponent of the pressure of a gas: cp / cv of dry air. */
static double power(const peer_data *d) {
  kernels->math->pow(d->x, 1004. / 717, d->out, d->n);
  return d->out[0];
}

int main(int argc, char **argv) {
  static const peer_entry list[] = {{"pow", power, "xo"}, {0}}, none[] = {{0}};
  tutti_ctx *ctx;
  char made_with[64];
  if (tutti_open(NULL, &ctx)) return 1;
  kernels = tutti_kernels_of(tutti_context_isa(ctx));
  snprintf(made_with, sizeof made_with, "tutti %s", tutti_version());
  return peer_main(argc, argv, &(peer_program){"internal", made_with, list, none});
}
