/* bench_amdahl peers: becomes the program that measures the library beside its peers. */
#include "commands/commands.h"

#include <argp.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/tutti.h>
#include <unistd.h>

#include "cli/sizes.h"
#include "util/environment.h"
#include "util/xalloc.h"

enum { KEY_SMALL = 0x100, KEY_JSON, KEY_ROUNDS, ROUNDS_MAX = 1000, WORDS = 6 };

static const char *const groups[] = {"workloads", "reduce", "random", "weather",
                                     "grid",      "mkl",    "sizes",  "cores"};
enum { GROUPS = sizeof groups / sizeof *groups };

struct settings {
  bool small, quiet, wanted[GROUPS];
  size_t rounds;
  const char *json, *output;
};

static void choose(struct argp_state *state, const char *name, bool wanted[GROUPS]) {
  int g = 0;
  while (g < GROUPS && strcmp(name, groups[g]) != 0) g++;
  if (g == GROUPS)
    argp_failure(state, 2, 0, "group '%s': workloads, reduce, random, weather, grid, mkl, sizes or cores",
                 name);
  else wanted[g] = true;
}

static error_t parse(int key, char *text, struct argp_state *state) {
  struct settings *s = state->input;
  if (key == 'q') s->quiet = true;
  else if (key == 'r' || key == KEY_ROUNDS)
    s->rounds = (size_t)count_option(state, "repetitions", text, 1, ROUNDS_MAX);
  else if (key == KEY_SMALL) s->small = true;
  else if (key == KEY_JSON) s->json = text;
  else if (key == 'o') s->output = text;
  else if (key == ARGP_KEY_ARG) choose(state, text, s->wanted);
  else return ARGP_ERR_UNKNOWN;
  return 0;
}

static const struct argp_option options[] = {
    {"repetitions", 'r', "N", 0, "Rounds (default: 5)", 0},
    {"rounds", KEY_ROUNDS, "N", OPTION_HIDDEN, NULL, 0},
    {"small", KEY_SMALL, NULL, 0, "Small sizes: a test of this program", 0},
    {"json", KEY_JSON, "FILE", 0, "All raw times; - is standard output, without the tables", 0},
    {"output", 'o', "DIR", 0, "Folder for the picture of the group sizes (default: results)", 0},
    {"quiet", 'q', NULL, 0, "No tables", 0},
    {0},
};

static const char about[] =
    "Measures tutti beside what a user would otherwise choose, all in turns, in one run. The peers are built "
    "for one machine and not installed: it takes a build folder, and `ninja peers' in it."
    "\vGROUPs, all of them if none is named:\n"
    "  workloads  bench_amdahl's cases in a Python loop, multiprocessing.Pool,\n"
    "             joblib, NumPy, Metaflow's parallel_map, plain OpenMP and\n"
    "             OpenBLAS; what each computed is checked\n"
    "  reduce     sums and the rest of reduce.h, beside C programs and NumPy\n"
    "  random     random numbers and Monte Carlo\n"
    "  weather    AR(1) and Lorenz-96\n"
    "  grid       shallow water and an atmosphere, beside sweeps in C\n"
    "  mkl        random numbers and sums beside Intel's MKL, one core\n"
    "             (python3 -m pip install mkl)\n"
    "  sizes      7 operations from 16 to 2^27 elements, and a picture of them\n"
    "             with the caches marked; about 4 minutes\n"
    "  cores      sum, dot, pi, AR(1) and normals on 1, 2, 4, ... cores, by threads\n"
    "             and by processes, beside the bandwidth of memory\n"
    "\n"
    "A ratio is a peer's time over tutti's in the same round; a table gives the median over the rounds "
    "[smallest .. largest]. Above 1, tutti is faster. What is not installed is named with the command that "
    "installs it. Targets are for AVX2 or for AVX-512, whichever the library takes; TUTTI_ISA=avx2 on a "
    "machine "
    "with AVX-512 holds the peers to AVX2, too.\n"
    "\n"
    "Examples:\n"
    "  bench_amdahl peers                           everything\n"
    "  bench_amdahl peers workloads -r 3            the table for users of Python\n"
    "  bench_amdahl peers reduce random             kernels and their targets\n"
    "  bench_amdahl peers workloads --json - | jq   all raw times\n"
    "  TUTTI_ISA=avx2 bench_amdahl peers sizes      the same at another level\n"
    "\n"
    "Exit status: 0; 1, a target was missed, a value is wrong, a program failed or nothing could be "
    "measured; 2, a usage error; 130, interrupted.";

/* Becomes the program that measures: FOLDER/peers/run. Returns only if there is none. */
static void become(const char *folder, const struct settings *s) {
  char *words[WORDS + GROUPS + 1], memory[24]; /* how much there is: the library knows of control groups */
  int count = 0;
  snprintf(memory, sizeof memory, "%zu", tutti_available_memory());
  setenv("BENCH_PEERS_MEMORY", memory, 0);
  words[count++] = xasprintf("%s/peers/run", folder);
  words[count++] = xasprintf("--rounds=%zu", s->rounds);
  words[count++] = xasprintf("--json=%s", s->json);
  words[count++] = xasprintf("--output=%s", s->output);
  if (s->small) words[count++] = xasprintf("--small");
  if (s->quiet) words[count++] = xasprintf("--quiet");
  for (int g = 0; g < GROUPS; g++)
    if (s->wanted[g]) words[count++] = xasprintf("%s", groups[g]);
  words[count] = NULL;
  environment_leave_place();
  execv(words[0], words);
  fprintf(stderr,
          "bench_amdahl peers: %s: %s (the peers are built for one machine and not installed: run `ninja "
          "peers' in the build folder, and bench/bench_amdahl there)\n",
          words[0], strerror(errno));
  while (count) free(words[--count]);
}

int peers_main(int argc, char **argv) {
  static const struct argp argp = {options, parse, "[GROUP...]", about, NULL, NULL, NULL};
  static char name[] = "bench_amdahl peers", self[PATH_MAX];
  struct settings s = {.rounds = 5, .json = "", .output = "results"};
  argv[0] = name;
  argp_parse(&argp, argc, argv, 0, NULL, &s);
  bool all = true;
  for (int g = 0; g < GROUPS; g++) all &= !s.wanted[g];
  for (int g = 0; g < GROUPS; g++) s.wanted[g] |= all;
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
    fprintf(stderr, "bench_amdahl peers: where this program lies is not known: %s\n", strerror(errno));
  else become(dirname(self), &s);
  return 1;
}
