/* bench_amdahl: how much faster do workloads run on more cores? */
#include <string.h>

#include "bench.h"
#include "overhead.h"
#include "peers.h"

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "peers") == 0) return peers_main(argv + 1);
  if (argc > 1 && strcmp(argv[1], "overhead") == 0) return overhead_main(argc - 1, argv + 1);
  return bench_main(argc, argv, bench_cases);
}
