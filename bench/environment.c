#include "environment.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char restarted[] = "BENCH_AMDAHL_RESTARTED";
static const char policy[] = "OMP_WAIT_POLICY";

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
