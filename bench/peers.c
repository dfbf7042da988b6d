#include "peers.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/tutti.h>
#include <unistd.h>

#include "environment.h"

int peers_main(int argc, char **argv) {
  (void)argc;
  static char self[PATH_MAX], program[PATH_MAX + sizeof "/peers/run"];
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0) {
    fprintf(stderr, "bench_amdahl: peers: where this program lies is not known: %s\n", strerror(errno));
    return 1;
  }
  snprintf(program, sizeof program, "%s/peers/run", dirname(self));
  char memory[24]; /* how much there is: the library knows of control groups */
  snprintf(memory, sizeof memory, "%zu", tutti_available_memory());
  setenv("BENCH_PEERS_MEMORY", memory, 0);
  argv[0] = program;
  environment_leave_place();
  execv(program, argv);
  fprintf(stderr,
          "bench_amdahl: peers: %s: %s (they are built for one machine and not installed: run bench_amdahl "
          "from its build folder)\n",
          program, strerror(errno));
  return 1;
}
