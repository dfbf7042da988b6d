/* OpenBLAS. */
#include "peer.h"

#include <cblas.h>
#include <omp.h>

static double dot(const peer_data *d) { return cblas_ddot((blasint)d->n, d->x, 1, d->y, 1); }
static double asum(const peer_data *d) { return cblas_dasum((blasint)d->n, d->x, 1); }
static double nrm2(const peer_data *d) { return cblas_dnrm2((blasint)d->n, d->x, 1); }

int main(int argc, char **argv) {
  static const peer_entry entries[] = {{"dot", dot}, {"asum", asum}, {"nrm2", nrm2}, {0}};
  if (argc > 3) {
    omp_set_num_threads(atoi(argv[3]));
    openblas_set_num_threads(atoi(argv[3]));
  }
  return peer_main(argc, argv, "openblas", entries);
}
