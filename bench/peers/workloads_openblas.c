/* The big sum in OpenBLAS: the sum of absolute values, since none of the doubles is negative. */
#include <cblas.h>
#include <omp.h>

#include "workload.h"

static void sum(const double *x, size_t n, char *answer) {
  snprintf(answer, WORKLOAD_ANSWER, "%.17g", cblas_dasum((blasint)n, x, 1));
}

int main(int argc, char **argv) {
  static const workload workloads[] = {{"sum", sum}, {0}};
  if (argc > 2) {
    omp_set_num_threads(atoi(argv[2]));
    openblas_set_num_threads(atoi(argv[2]));
  }
  char made_with[64]; /* its name and version are the first two words */
  snprintf(made_with, sizeof made_with, "%s", openblas_get_config());
  char *space = strchr(made_with, ' ');
  if (space) space[1 + strcspn(space + 1, " ")] = '\0';
  return workload_main(argc, argv, made_with, workloads);
}
