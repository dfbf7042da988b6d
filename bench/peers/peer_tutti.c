/* tutti, to the same rules as its peers. TUTTI_ISA chooses the level. */
#include "peer.h"

#include <omp.h>
#include <tutti/tutti.h>

static tutti_ctx *ctx;

static double checked(tutti_status status, double result) {
  if (status) {
    fprintf(stderr, "tutti: %s: %s\n", tutti_strerror(status), tutti_error_detail(ctx));
    exit(1);
  }
  return result;
}

#define UNARY(name)                                                                                          \
  static double name(const peer_data *d) {                                                                   \
    double result = 0;                                                                                       \
    return checked(tutti_##name(ctx, d->x, d->n, &result), result);                                          \
  }
UNARY(sum)
UNARY(asum)
UNARY(nrm2)

static double dot(const peer_data *d) {
  double result = 0;
  return checked(tutti_dot(ctx, d->x, d->y, d->n, &result), result);
}

static double minmax(const peer_data *d) {
  tutti_minmax_t m;
  return checked(tutti_minmax(ctx, d->x, d->n, &m), 0) + m.min + m.max;
}

static double moments(const peer_data *d) {
  tutti_moments_t m;
  return checked(tutti_moments(ctx, d->x, d->n, &m), 0) + m.variance;
}

static double cumsum(const peer_data *d) { return checked(tutti_cumsum(ctx, d->x, d->n, d->out), d->out[0]); }

static double histogram(const peer_data *d) {
  static uint64_t counts[1000];
  return checked(tutti_histogram(ctx, d->x, d->n, 0, 1, 1000, counts), (double)counts[0]);
}

static double uniform(const peer_data *d) {
  return checked(tutti_uniform(ctx, (tutti_rng){1, 0}, 0, d->out, d->n), d->out[0]);
}

static double normal(const peer_data *d) {
  return checked(tutti_normal(ctx, (tutti_rng){1, 0}, 0, d->out, d->n), d->out[0]);
}

static double pi(const peer_data *d) {
  tutti_estimate e = {0};
  return checked(tutti_mc_pi(ctx, (tutti_rng){1, 0}, d->n, &e), 0) + e.mean;
}

/* The lecture's model, n / 100 runs of 100 steps. */
static double ar1(const peer_data *d) {
  tutti_moments_t m = {0};
  return checked(tutti_ar1_ensemble(ctx, &(tutti_ar1){72, 0.5, 5}, (tutti_rng){1, 0}, 75, d->n / 100, 100,
                                    NULL, &m),
                 0) +
         m.mean;
}

/* n / 40 members of 40 variables, a hundred steps. */
static double lorenz96(const peer_data *d) {
  return checked(tutti_lorenz96_run(ctx, 8, 0.01, 100, 40, d->n / 40, d->out), d->out[0]);
}

int main(int argc, char **argv) {
  static const peer_entry entries[] = {{"sum", sum},         {"sum1", sum},          {"dot", dot},
                                       {"asum", asum},       {"nrm2", nrm2},         {"minmax", minmax},
                                       {"moments", moments}, {"cumsum", cumsum},     {"histogram", histogram},
                                       {"uniform", uniform}, {"normal", normal},     {"pi", pi},
                                       {"ar1", ar1},         {"lorenz96", lorenz96}, {0}};
  tutti_config config;
  tutti_config_default(&config);
  config.workers = argc > 3 ? atoi(argv[3]) : 1;
  if (config.workers == 1) config.backend = TUTTI_SERIAL;
  checked(tutti_open(&config, &ctx), 0);
  return peer_main(argc, argv, "tutti", entries);
}
