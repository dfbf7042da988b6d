/* A host that sets things up in ways of its own, then calls the library: host WHAT [ARGUMENT...]. One line
 * on stdout says how it went; test_hosts.sh knows what it should say. */
#define _GNU_SOURCE
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <tutti/tutti.h>
#include <unistd.h>
#if HOST_LINKS_OPENBLAS
#include <cblas.h>
#endif

static int fail(const tutti_ctx *ctx, tutti_status status) {
  printf("%d: %s\n", (int)status, tutti_error_detail(ctx));
  return 1;
}

static tutti_ctx *open_context(const char *backend, const char *workers) {
  tutti_config config;
  tutti_ctx *ctx = NULL;
  tutti_config_default(&config);
  config.schedule = TUTTI_STATIC;
  config.workers = workers ? atoi(workers) : 0;
  for (config.backend = TUTTI_SERIAL; config.backend < TUTTI_PROCESSES; config.backend++)
    if (strcmp(tutti_backend_name(config.backend), backend) == 0) break;
  if (tutti_open(&config, &ctx)) exit(fail(NULL, TUTTI_ESYSTEM));
  return ctx;
}

/* -- sum BACKEND [WORKERS]: 1 + ... + n, twice, so that workers that stand by are among them -- */

static int sum(int argc, char **argv) {
  enum { N = 500000 };
  tutti_ctx *ctx = open_context(argv[2], argc > 3 ? argv[3] : NULL);
  double result = 0, *x = tutti_alloc(ctx, N * sizeof *x);
  tutti_status status = x ? TUTTI_OK : TUTTI_ENOMEM;
  for (int i = 0; i < N && x; i++) x[i] = i + 1;
  for (int round = 0; round < 3 && !status; round++) status = tutti_sum(ctx, x, N, &result);
  if (status || *tutti_error_detail(ctx))
    return fail(ctx, status); /* where no pool fits, there is nothing to tell */
  printf("%.17g\n", result);
  tutti_free(ctx, x);
  tutti_close(ctx);
  return 0;
}

/* -- need FUNCTION BACKEND [WORKERS]: of OpenBLAS -- */

/* The columns are 2^j times the numbers 1 .. n, whose variance is n (n + 1) / 12. */
static tutti_status covariance(tutti_ctx *ctx) {
  enum { ROWS = 3 * 8192, COLS = 4 };
  double *a = malloc(ROWS * COLS * sizeof *a), out[COLS * COLS];
  for (int i = 0; i < ROWS; i++)
    for (int j = 0; j < COLS; j++) a[i * COLS + j] = ldexp(i + 1, j);
  const tutti_status status = tutti_covariance(ctx, a, ROWS, COLS, COLS, out);
  const double variance = ROWS * (ROWS + 1.) / 12;
  for (int i = 0; i < COLS && !status; i++)
    for (int j = 0; j < COLS; j++)
      if (fabs(ldexp(out[i * COLS + j], -i - j) / variance - 1) > 1e-12) puts("wrong covariance");
  free(a);
  return status;
}

/* The factor of the identity is the identity: the normals themselves. */
static tutti_status multinormal(tutti_ctx *ctx) {
  enum { N = 20000 };
  const double identity[] = {1, 0, 0, 1};
  double *out = malloc(2 * N * sizeof *out), *normal = malloc(2 * N * sizeof *normal);
  const tutti_rng rng = (tutti_rng){1, 0};
  tutti_status status = tutti_multinormal(ctx, rng, 0, NULL, identity, 2, out, N);
  if (!status) status = tutti_normal(ctx, rng, 0, normal, 2 * N);
  for (int i = 0; i < 2 * N && !status; i++)
    if (out[i] != normal[i]) puts("wrong normal");
  free(out);
  free(normal);
  return status;
}

/* Observations as precise as can be draw the ensemble's mean to what was observed. */
static tutti_status assimilate(tutti_ctx *ctx) {
  const double value = 10;
  const tutti_analysis how = {.filter = TUTTI_LETKF, .radius = 2};
  const tutti_observations seen = {1, NULL, &value, 1e-9};
  double state[16] = {1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0}, mean = 0;
  const tutti_status status = tutti_assimilate(ctx, (tutti_rng){1, 0}, &how, &seen, 2, 8, state);
  for (int i = 0; i < 8; i++) mean += state[2 * i] / 8;
  if (!status && fabs(mean - value) > 1e-6) puts("wrong analysis");
  return status;
}

static int entries(const char *what, const char *of) {
  char command[256], line[64] = "";
  snprintf(command, sizeof command, "%s /proc/%d/%s", what, (int)getpid(), of);
  FILE *said = popen(command, "r");
  if (said && !fgets(line, sizeof line, said)) *line = 0;
  if (said) pclose(said);
  return atoi(line);
}

static void print_state(const char *when) {
  const char *threads = getenv("OPENBLAS_NUM_THREADS"), *home = getenv("HOST_NEEDS_THIS");
  printf(", %s: %s, %d thread%s, environment %s %s", when,
         entries("grep -c libopenblas", "maps") > 0 ? "loaded" : "not loaded", entries("ls", "task | wc -l"),
         "(s)", threads ? threads : "-", home ? home : "-");
}

static int need(int argc, char **argv) {
  static const struct {
    const char *name;
    tutti_status (*function)(tutti_ctx *);
  } functions[] = {{"covariance", covariance}, {"multinormal", multinormal}, {"assimilate", assimilate}};
  tutti_ctx *ctx = open_context(argv[3], argc > 4 ? argv[4] : NULL);
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    if (strcmp(functions[i].name, argv[2]) != 0) continue;
    for (int round = 0; round < 2; round++) {
      const tutti_status status = functions[i].function(ctx);
      if (status) return fail(ctx, status);
    }
  }
  puts("right");
  tutti_close(ctx);
  return 0;
}

/* Who has OpenBLAS when. */
static int loads(int argc, char **argv) {
  (void)argc, (void)argv;
  tutti_ctx *ctx = open_context("serial", NULL);
  double x[] = {1, 2, 3, 4}, result;
  tutti_status status = tutti_sum(ctx, x, 4, &result);
  printf("%d", (int)status);
  print_state("after a sum");
  status = covariance(ctx);
  if (status) return fail(ctx, status);
  print_state("after a covariance");
  puts("");
  tutti_close(ctx);
  return 0;
}

/* -- child HOW: how many threads run a call in a child of the host's -- */

static int note_thread(size_t index, const void *args, void *out) {
  (void)index, (void)args;
  *(long *)out = syscall(SYS_gettid);
  return 0;
}

/* A static schedule gives each of two workers one of two items. */
static int count_threads(void) {
  tutti_ctx *ctx = open_context("threads", "2");
  long thread[2] = {0, 0};
  for (int round = 0; round < 3; round++) {
    const tutti_status status = tutti_map(ctx, 2, note_thread, NULL, thread, sizeof *thread);
    if (status) return -fail(ctx, status);
    if (thread[0] == thread[1]) return 1;
  }
  tutti_close(ctx);
  return 2;
}

static int count_in_child(int (*count)(void)) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    _exit(count());
  }
  int end = 0;
  if (waitpid(child, &end, 0) != child || !WIFEXITED(end)) return -1;
  return WEXITSTATUS(end);
}

static int count_in_grandchild(void) {
  if (count_threads() != 2) return 1;
  return count_in_child(count_threads);
}

static int region(void) {
  int team = 0;
#pragma omp parallel num_threads(3) reduction(+ : team)
  team++;
  return team;
}

static int child(int argc, char **argv) {
  (void)argc;
  int count = -1, used = 0;
  if (strcmp(argv[2], "daemon") == 0) {
    if (daemon(1, 1) == 0) count = count_threads();
  } else if (strcmp(argv[2], "plain") == 0) {
    count = count_in_child(count_threads);
  } else if (strcmp(argv[2], "region") == 0) {
    used = region();
    count = count_in_child(count_threads);
  } else if (strcmp(argv[2], "call") == 0) {
    used = count_threads();
    count = count_in_child(count_in_grandchild);
  } else if (strcmp(argv[2], "within") == 0) { /* a thread of a region forks */
#pragma omp parallel num_threads(2)
    if (omp_get_thread_num() == 1) count = count_in_child(count_threads);
  }
#if HOST_LINKS_OPENBLAS
  if (strcmp(argv[2], "openblas") == 0) {
    openblas_set_num_threads(3);
    if (covariance(NULL)) puts("no covariance");
    if (openblas_get_num_threads() != 3) puts("its threads are fewer afterwards");
    count = count_in_child(count_threads);
  }
#endif
  printf("%d%s\n", count, used == 1 ? " though the caller had one" : "");
  return count != 2;
}

int main(int argc, char **argv) {
  if (argc > 2 && strcmp(argv[1], "sum") == 0) return sum(argc, argv);
  if (argc > 3 && strcmp(argv[1], "need") == 0) return need(argc, argv);
  if (argc > 1 && strcmp(argv[1], "loads") == 0) return loads(argc, argv);
  if (argc > 2 && strcmp(argv[1], "child") == 0) return child(argc, argv);
  return 2;
}
