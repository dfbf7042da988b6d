/* parallel_map, as in Metaflow or Python's multiprocessing: a function over a list, run by worker processes.
 *
 * Shows: the backend TUTTI_PROCESSES, memory that is shared with workers (tutti_alloc), and that a worker may
 * die.
 *
 * Doubles a list of ten, then takes ITEMS square roots. With `kill`, eight workers kill themselves amid their
 * work, by the signal that Linux sends when memory runs out. Each is replaced, and what it had begun is run
 * again; the result has the same bits.
 *
 * Compile and run, in this folder:
 *   cc -O2 parallel_map.c $(pkg-config --cflags --libs tutti) -lm -o parallel_map
 *   ./parallel_map [kill] [ITEMS]
 */
#define _GNU_SOURCE
#define PROGRAM "parallel_map"
#include "example.h"

#include <signal.h>
#include <stdatomic.h>

enum { LIST = 10, CHUNKS = 1000, STEPS = 60, KILLS = 8 };

/* What the workers share with the caller. */
typedef struct {
  double *root;
  size_t items;
  bool kill;
  atomic_bool killed[KILLS];
} job;

/* -- ten items: a function of one item -- */

static int twice(size_t index, const void *args, void *out) {
  const double *list = args;
  *(double *)out = 2 * list[index];
  return 0;
}

static bool map_list(tutti_ctx *ctx) {
  double list[LIST], doubled[LIST];
  for (int i = 0; i < LIST; i++) list[i] = i + 1;
  if (failed(ctx, tutti_map(ctx, LIST, twice, list, doubled, sizeof *doubled))) return false;
  for (int i = 0; i < LIST; i++) printf("%g%c", doubled[i], i + 1 < LIST ? ' ' : '\n');
  return true;
}

/* -- many items: a function of a range of items -- */

/* Kills the worker that is at one of eight items, the first time that someone gets there. The eight are so
 * far apart that none shares a chunk with another: a chunk that kills three workers is given up with
 * TUTTI_EWORKER. */
static void kill_here(job *j, size_t item) {
  const size_t apart = j->items / KILLS, k = item / apart;
  if (item % apart == 0 && k < KILLS && !atomic_exchange(&j->killed[k], true)) raise(SIGKILL);
}

/* Square roots by Newton's method, with more steps than it needs, to have something to do. */
static int take_roots(size_t begin, size_t end, void *args) {
  job *j = args;
  for (size_t i = begin; i < end; i++) {
    const double square = (double)(i + 1);
    double x = square;
    for (int k = 0; k < STEPS; k++) x = 0.5 * (x + square / x);
    j->root[i] = x;
    if (j->kill) kill_here(j, i);
  }
  return 0;
}

static bool map_roots(tutti_ctx *ctx, job *j) {
  const tutti_output outputs[] = {{j->root, sizeof *j->root}, {0}};
  double sum;
  if (failed(ctx, tutti_for(ctx, j->items, (j->items + CHUNKS - 1) / CHUNKS, take_roots, j, outputs)) ||
      failed(NULL, tutti_sum(NULL, j->root, j->items, &sum)))
    return false;
  int kills = 0;
  for (int k = 0; k < KILLS; k++) kills += j->killed[k];
  printf("%zu roots, %d workers, %d killed and replaced; the sum is %.17g\n", j->items, tutti_workers(ctx),
         kills, sum);
  return true;
}

/* -- */

static bool run(tutti_ctx *ctx, bool kill, size_t items) {
  job *j = tutti_alloc(ctx, sizeof *j);
  double *root = tutti_alloc(ctx, items * sizeof *root);
  const bool room = j && root;
  if (room) *j = (job){.root = root, .items = items, .kill = kill};
  else fprintf(stderr, PROGRAM ": no memory for %zu items\n", items);
  const bool good = room && map_list(ctx) && map_roots(ctx, j);
  tutti_free(ctx, root);
  tutti_free(ctx, j);
  return good;
}

int main(int argc, char **argv) {
  uint64_t items = 10000000;
  check_usage(argc, argv, 0, 2, "[kill] [ITEMS]");
  const bool kill = argc > 1 && strcmp(argv[1], "kill") == 0;
  if (argc > 2 && !kill) check_usage(argc, argv, 0, 1, "[kill] [ITEMS]");
  if (argc > 1 + kill && !read_count("ITEMS", argv[1 + kill], CHUNKS, 100000000, &items)) return EXIT_USAGE;
  tutti_config config;
  tutti_ctx *ctx;
  tutti_config_default(&config);
  config.backend = TUTTI_PROCESSES;
  if (failed(NULL, tutti_open(&config, &ctx))) return EXIT_FAILURE;
  const bool good = run(ctx, kill, items);
  tutti_close(ctx);
  return exit_status(good);
}
