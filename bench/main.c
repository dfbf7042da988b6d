/* bench_amdahl: how much faster do workloads run on more cores? */
#include "bench.h"

int main(int argc, char **argv) { return bench_main(argc, argv, bench_cases); }
