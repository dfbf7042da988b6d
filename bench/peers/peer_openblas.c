/* OpenBLAS. The big sum is that of absolute values, since none of the doubles is negative. */
#include "peer.h"

#include <cblas.h>
#include <omp.h>

static double dot(const peer_data *d) { return cblas_ddot((blasint)d->n, d->x, 1, d->y, 1); }
static double asum(const peer_data *d) { return cblas_dasum((blasint)d->n, d->x, 1); }
static double nrm2(const peer_data *d) { return cblas_dnrm2((blasint)d->n, d->x, 1); }

int main(int argc, char **argv) {
  static const peer_entry kernels[] = {{"dot", dot, "xy"}, {"asum", asum, "x"}, {"nrm2", nrm2, "x"}, {0}},
                          workloads[] = {{"sum", asum, ""}, {0}};
  omp_set_num_threads(peer_threads(argc, argv));
  openblas_set_num_threads(peer_threads(argc, argv));
  char made_with[64]; /* its name and version are the first two words */
  snprintf(made_with, sizeof made_with, "%s", openblas_get_config());
  char *space = strchr(made_with, ' ');
  if (space) space[1 + strcspn(space + 1, " ")] = '\0';
  return peer_main(argc, argv, &(peer_program){"openblas", made_with, kernels, workloads});
}
