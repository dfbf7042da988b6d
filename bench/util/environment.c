/* Sets what the OpenMP runtime reads at its start, and takes TUTTI_ISA away. */
#include "util/environment.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char restarted[] = "BENCH_AMDAHL_RESTARTED";
static const char policy[] = "OMP_WAIT_POLICY";

void environment_leave_place(void) {
  const int count = tutti_processors(NULL, 0);
  int *processor = calloc((size_t)count + 1, sizeof *processor);
  const int most =
      processor && tutti_processors(processor, count) == count && count ? processor[count - 1] : 0;
  cpu_set_t *set = CPU_ALLOC((size_t)most + 1);
  if (set && processor && count) {
    const size_t size = CPU_ALLOC_SIZE((size_t)most + 1);
    CPU_ZERO_S(size, set);
    for (int i = 0; i < count; i++) CPU_SET_S((size_t)processor[i], size, set);
    (void)sched_setaffinity(0, size, set);
  }
  CPU_FREE(set);
  free(processor);
}

bool environment_passive_openmp(char **argv) {
  static bool was_restarted;
  if (getenv(restarted)) was_restarted = true;
  unsetenv(restarted);
  if (was_restarted) return true;
  if (getenv(policy) || getenv("GOMP_SPINCOUNT")) return false;
  char path[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0) return false;
  path[length] = '\0';
  setenv(policy, "passive", 1);
  setenv(restarted, "1", 1);
  environment_leave_place();
  execv(path, argv);
  unsetenv(policy); /* could not restart: go on as we are */
  unsetenv(restarted);
  return false;
}

tutti_isa environment_take_isa(bool *from_user) {
  tutti_config config;
  tutti_ctx *ctx;
  tutti_config_default(&config);
  config.backend = TUTTI_SERIAL;
  *from_user = getenv("TUTTI_ISA") != NULL;
  if (tutti_open(&config, &ctx) != TUTTI_OK) {
    fprintf(stderr, "bench_amdahl: %s\n", tutti_error_detail(NULL));
    return TUTTI_ISA_BEST;
  }
  const tutti_isa isa = tutti_context_isa(ctx);
  tutti_close(ctx);
  unsetenv("TUTTI_ISA");
  return isa;
}
