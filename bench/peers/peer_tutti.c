/* tutti, to the same rules as its peers. TUTTI_ISA chooses the level. dial's unit is the function that
 * OpenMP's loop has, so that the two differ in who shares the units out and in nothing else. */
#include "peer_grid.h"

#include <omp.h>
#include <tutti/tutti.h>

static tutti_ctx *ctx;

static void check(tutti_status status) {
  if (!status) return;
  fprintf(stderr, "tutti: %s: %s\n", tutti_strerror(status), tutti_error_detail(ctx));
  exit(1);
}

#define UNARY(name)                                                                                          \
  static double name(const peer_data *d) {                                                                   \
    double result = 0;                                                                                       \
    check(tutti_##name(ctx, d->x, d->n, &result));                                                           \
    return result;                                                                                           \
  }
UNARY(sum)
UNARY(asum)
UNARY(nrm2)

static double dot(const peer_data *d) {
  double result = 0;
  check(tutti_dot(ctx, d->x, d->y, d->n, &result));
  return result;
}

static double minmax(const peer_data *d) {
  tutti_minmax_t m;
  check(tutti_minmax(ctx, d->x, d->n, &m));
  return m.min + m.max;
}

static double moments(const peer_data *d) {
  tutti_moments_t m;
  check(tutti_moments(ctx, d->x, d->n, &m));
  return m.variance;
}

static double cumsum(const peer_data *d) {
  check(tutti_cumsum(ctx, d->x, d->n, d->out));
  return d->out[0];
}

static double histogram(const peer_data *d) {
  static uint64_t counts[1000];
  check(tutti_histogram(ctx, d->x, d->n, 0, 1, 1000, counts));
  return (double)counts[0];
}

static double quantile(const peer_data *d) {
  static const double quarters[] = {0.25, 0.5, 0.75};
  double out[3];
  check(tutti_quantile(ctx, d->x, d->n, quarters, 3, out));
  return out[1];
}

static double sum_rows(const peer_data *d, size_t cols) {
  check(tutti_sum_rows(ctx, d->x, d->n / cols, cols, cols, d->out));
  return d->out[0];
}

static double sum_cols(const peer_data *d, size_t cols) {
  check(tutti_sum_cols(ctx, d->x, d->n / cols, cols, cols, d->out));
  return d->out[0];
}

PEER_MATRICES

static double uniform(const peer_data *d) {
  check(tutti_uniform(ctx, (tutti_rng){1, 0}, 0, d->out, d->n));
  return d->out[0];
}

static double normal(const peer_data *d) {
  check(tutti_normal(ctx, (tutti_rng){1, 0}, 0, d->out, d->n));
  return d->out[0];
}

static double pi(const peer_data *d) {
  tutti_estimate e = {0};
  check(tutti_mc_pi(ctx, (tutti_rng){1, 0}, d->n, &e));
  return e.mean;
}

/* The weather of the lecture. */
static tutti_moments_t weather(tutti_rng rng, size_t runs, size_t steps) {
  tutti_moments_t m = {0};
  check(tutti_ar1_ensemble(ctx, &(tutti_ar1){72, 0.5, 5}, rng, 75, runs, steps, NULL, &m));
  return m;
}

/* n steps in all, in runs of 10 or of 100. */
static double ar1_10(const peer_data *d) { return weather((tutti_rng){1, 0}, d->n / 10, 10).mean; }
static double ar1_100(const peer_data *d) { return weather((tutti_rng){1, 0}, d->n / 100, 100).mean; }

/* n / 40 members of 40 variables, a hundred steps. */
static double lorenz96(const peer_data *d) {
  check(tutti_lorenz96_run(ctx, 8, 0.01, 100, 40, d->n / 40, d->out));
  return d->out[0];
}

/* Models on a grid go on from run to run, as their peers do. */
static double shallow_water(const peer_data *d) {
  static tutti_shallow_water *model;
  if (!model) {
    tutti_shallow_water_grid grid;
    tutti_shallow_water_grid_default(&grid);
    grid.nx = grid.ny = shallow_side(d->n);
    check(tutti_shallow_water_create(ctx, &grid, &model));
  }
  check(tutti_shallow_water_step(model, SHALLOW_STEPS));
  return 0;
}

/* The last of the steps is half as long as the others, so that no rounding adds one. */
static double atmosphere(const peer_data *d) {
  static tutti_atmosphere *model;
  static double until;
  const size_t nz = atmosphere_height(d->n);
  if (!model) check(tutti_atmosphere_create(ctx, TUTTI_THERMAL, 2 * nz, nz, &model));
  until += (ATMOSPHERE_STEPS - 0.5) * (10000 / (double)nz / 450 * 1.5);
  check(tutti_atmosphere_run(model, until));
  return until;
}

/* ---- workloads ---- */

static double ar1_workload(const peer_data *d) {
  const tutti_moments_t m = weather((tutti_rng){1, 1}, d->n, WORKLOAD_STEPS);
  return ar1_answer(d, m.mean, m.variance);
}

static int nap_task(size_t index, const void *args, void *out) {
  (void)args;
  *(double *)out = wait_and_double(index);
  return 0;
}

static double nap(const peer_data *d) {
  double *doubled = calloc(d->n + 1, sizeof *doubled), s = 0;
  if (!doubled) exit(1);
  check(tutti_map(ctx, d->n, nap_task, NULL, doubled, sizeof *doubled));
  for (size_t task = 0; task < d->n; task++) s += doubled[task];
  free(doubled);
  return s;
}

static void init(void *acc, const void *args) {
  (void)args;
  *(uint64_t *)acc = 0;
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const size_t alone = *(const size_t *)args;
  *(uint64_t *)acc += dial_units(alone + begin, alone + end);
  return 0;
}

static void merge(void *into, const void *from, const void *args) {
  (void)args;
  *(uint64_t *)into += *(const uint64_t *)from;
}

static double dial(const peer_data *d) {
  static const tutti_reduction add = {sizeof(uint64_t), 0, init, chunk, merge};
  const size_t alone = d->n / WORKLOAD_ALONE;
  uint64_t s = 0;
  const uint64_t serial = dial_units(0, alone);
  check(tutti_reduce(ctx, &add, d->n - alone, &alone, &s));
  return dial_answer(d, serial + s);
}

/* The right answer of dial, from the library's own numbers. */
static double dial_truth(const peer_data *d) {
  uint64_t s = 0;
  for (size_t i = 0; i < d->n; i++) s += tutti_bits_at((tutti_rng){1, 2}, i);
  return dial_answer(d, s);
}

/* Memory of the library, which its processes share. */
static double *shared(size_t n) {
  double *x = tutti_alloc(ctx, n * sizeof *x);
  if (!x) {
    fprintf(stderr, "tutti: %s\n", tutti_error_detail(ctx));
    exit(1);
  }
  return x;
}

/* Besides what all peers have: THREADS may be a number of processes, "8p"; and `peer_tutti level' prints the
 * instruction set that is taken. */
int main(int argc, char **argv) {
  static const peer_entry kernels[] = {{"sum", sum, "x"},
                                       {"widesum", sum, "w"},
                                       {"dot", dot, "xy"},
                                       {"asum", asum, "x"},
                                       {"nrm2", nrm2, "x"},
                                       {"minmax", minmax, "x"},
                                       {"moments", moments, "x"},
                                       {"cumsum", cumsum, "xo"},
                                       {"histogram", histogram, "x"},
                                       {"quantile", quantile, "x"},
                                       {"uniform", uniform, "o"},
                                       {"normal", normal, "o"},
                                       {"pi", pi, ""},
                                       {"ar1_10", ar1_10, ""},
                                       {"ar1_100", ar1_100, ""},
                                       {"lorenz96", lorenz96, "o"},
                                       {"shallow_water", shallow_water, "s"},
                                       {"atmosphere", atmosphere, "s"},
                                       PEER_MATRIX_ENTRIES,
                                       {0}},
                          workloads[] = {{"sum", sum, ""},
                                         {"pi", pi, ""},
                                         {"ar1", ar1_workload, ""},
                                         {"sleep", nap, ""},
                                         {"dial", dial, ""},
                                         {"dial-truth", dial_truth, ""},
                                         {0}};
  tutti_config config;
  char made_with[64];
  const int level = argc == 2 && strcmp(argv[1], "level") == 0, processes = argc == 5 && strchr(argv[3], 'p');
  tutti_config_default(&config);
  config.workers = peer_threads(argc, argv);
  omp_set_num_threads(config.workers);
  if (processes) config.backend = TUTTI_PROCESSES;
  else if (level || (argc == 5 && config.workers == 1))
    config.backend = TUTTI_SERIAL; /* a kernel on one core */
  check(tutti_open(&config, &ctx));
  if (processes) peer_memory = shared;
  if (level) return puts(tutti_isa_name(tutti_context_isa(ctx))) < 0;
  snprintf(made_with, sizeof made_with, "tutti %s", tutti_version());
  return peer_main(argc, argv, &(peer_program){"tutti", made_with, kernels, workloads});
}
