/* parallel_map, as Metaflow and multiprocessing have it: a function over a list, in processes that see the
 * caller's memory. First ten items, then ten million in batches, while (with the argument `kill`) a thread
 * kills the workers one after another: others take their place, and the result is the same.
 *
 *   cc -O2 parallel_map.c $(pkg-config --cflags --libs tutti) -lpthread -o parallel_map
 *   ./parallel_map; ./parallel_map kill */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <tutti/tutti.h>
#include <unistd.h>

enum { FEW = 10, MANY = 10000000, BATCH = 4096, WORK = 60 };

static int twice(size_t index, const void *args, void *out) {
  *(double *)out = 2 * ((const double *)args)[index];
  return 0;
}

/* Some work an item: a few steps of Newton's method for its square root. */
static int roots(size_t begin, size_t end, void *args) {
  double *root = args;
  for (size_t i = begin; i < end; i++) {
    double x = (double)(i + 1);
    for (int k = 0; k < WORK; k++) x = 0.5 * (x + (double)(i + 1) / x);
    root[i] = x;
  }
  return 0;
}

static atomic_bool over;
static atomic_int kills;

/* Kills the first child of this process, now and then: not so often that a slow machine never ends a chunk.
 */
static void *kill_workers(void *args) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%s/children", (const char *)args);
  while (!over) {
    int child = 0;
    nanosleep(&(struct timespec){.tv_nsec = 80 * 1000 * 1000}, NULL);
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%d", &child) == 1 && kill(child, SIGKILL) == 0) kills++;
    if (file) fclose(file);
  }
  return NULL;
}

static tutti_status map_few(tutti_ctx *ctx) {
  double list[FEW], doubled[FEW];
  for (int i = 0; i < FEW; i++) list[i] = i + 1;
  const tutti_status status = tutti_map(ctx, FEW, twice, list, doubled, sizeof *doubled);
  for (int i = 0; i < FEW && !status; i++) printf("%g%c", doubled[i], i + 1 < FEW ? ' ' : '\n');
  return status;
}

static tutti_status map_many(tutti_ctx *ctx, double *root, double *sum) {
  const tutti_status status =
      tutti_for(ctx, MANY, BATCH, roots, root, (tutti_output[]){{root, sizeof *root}, {0}});
  return status ? status : tutti_sum(NULL, root, MANY, sum);
}

int main(int argc, char **argv) {
  const int killing = argc == 2 && strcmp(argv[1], "kill") == 0;
  char self[16];
  double sum = 0;
  pthread_t killer;
  tutti_config config;
  tutti_ctx *ctx;
  if (argc > 1 && !killing) {
    fprintf(stderr, "usage: %s [kill]\n", argv[0]);
    return 2;
  }
  tutti_config_default(&config);
  config.backend = TUTTI_PROCESSES;
  tutti_status status = tutti_open(&config, &ctx);
  if (status) {
    fprintf(stderr, "parallel_map: %s: %s\n", tutti_strerror(status), tutti_error_detail(NULL));
    return 1;
  }
  double *root = tutti_alloc(ctx, MANY * sizeof *root); /* shared with the workers */
  status = root ? map_few(ctx) : TUTTI_ENOMEM;
  snprintf(self, sizeof self, "%d", (int)getpid());
  if (killing && pthread_create(&killer, NULL, kill_workers, self)) return 1;
  if (!status) status = map_many(ctx, root, &sum);
  over = 1;
  if (killing) pthread_join(killer, NULL);
  if (status) fprintf(stderr, "parallel_map: %s: %s\n", tutti_strerror(status), tutti_error_detail(ctx));
  else
    printf("%d roots on %d workers, %d of which were killed; their sum is %.17g\n", MANY, tutti_workers(ctx),
           kills, sum);
  tutti_free(ctx, root);
  tutti_close(ctx);
  return status != TUTTI_OK;
}
