/* The known answers of distributions, quasi-random points, estimates and problems, in every configuration. A
 * digest stands for some thousand values: what they are is tested elsewhere, here that they stay the same. */
#include "../support/data.h"
#include "../support/testing.h"

enum { N = 3001 };
static const tutti_rng rng = {20260, 1121};
static const uint64_t first = (UINT64_C(1) << 40) + 5;

/* FNV-1a (Fowler, Noll, Vo) over 64-bit words, lowest byte first. */
static uint64_t digest(const uint64_t *x, size_t n) {
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t i = 0; i < n; i++)
    for (int byte = 0; byte < 8; byte++) hash = (hash ^ (x[i] >> 8 * byte & 0xff)) * 0x100000001b3;
  return hash;
}

/* Each fills out[0..N) and says how it went. */
static tutti_status integers(tutti_ctx *ctx, uint64_t *out) {
  return tutti_integers(ctx, rng, first, -5, 1000000000000, (int64_t *)out, N);
}
static tutti_status bernoulli(tutti_ctx *ctx, uint64_t *out) {
  uint8_t heads[N];
  const tutti_status status = tutti_bernoulli(ctx, rng, first, 0.3, heads, N);
  for (size_t i = 0; i < N; i++) out[i] = heads[i];
  return status;
}
static tutti_status uniform_f32(tutti_ctx *ctx, uint64_t *out) {
  float u[N];
  const tutti_status status = tutti_uniform_f32(ctx, rng, first, u, N);
  for (size_t i = 0; i < N; i++) out[i] = data_to_bits(u[i]);
  return status;
}
static tutti_status exponential(tutti_ctx *ctx, uint64_t *out) {
  return tutti_exponential(ctx, rng, first, (double *)out, N);
}
static tutti_status lognormal(tutti_ctx *ctx, uint64_t *out) {
  return tutti_lognormal(ctx, rng, first, 0.1, 0.7, (double *)out, N);
}
static tutti_status poisson_few(tutti_ctx *ctx, uint64_t *out) {
  return tutti_poisson(ctx, rng, first, 3.7, out, N);
}
static tutti_status poisson_many(tutti_ctx *ctx, uint64_t *out) {
  return tutti_poisson(ctx, rng, first, 12345.6, out, N);
}
static tutti_status gamma_low(tutti_ctx *ctx, uint64_t *out) {
  return tutti_gamma(ctx, rng, first, 0.4, 2, (double *)out, N);
}
static tutti_status gamma_high(tutti_ctx *ctx, uint64_t *out) {
  return tutti_gamma(ctx, rng, first, 7.5, 0.5, (double *)out, N);
}
static tutti_status permutation(tutti_ctx *ctx, uint64_t *out) { return tutti_permutation(ctx, rng, out, N); }
static tutti_status quantiles(tutti_ctx *ctx, uint64_t *out) {
  const tutti_status status = tutti_uniform(ctx, rng, first, (double *)out, N);
  return status ? status : tutti_normal_icdf_array(ctx, (double *)out, (double *)out, N);
}
static tutti_status sobol(tutti_ctx *ctx, uint64_t *out) {
  return tutti_sobol(ctx, NULL, 123456789, 1, (double *)out, N);
}
static tutti_status sobol_scrambled(tutti_ctx *ctx, uint64_t *out) {
  return tutti_sobol(ctx, &rng, 4321, 1000, (double *)out, N / 1000);
}

static const struct {
  const char *name;
  tutti_status (*fill)(tutti_ctx *ctx, uint64_t *out);
  uint64_t digest;
} variates[] = {
    {"integers", integers, 0x9daea42bea0615db},
    {"bernoulli", bernoulli, 0xdf61d273cd1f0fe5},
    {"uniform_f32", uniform_f32, 0x913ce524910f084f},
    {"exponential", exponential, 0x5ad8e526e79dc931},
    {"lognormal", lognormal, 0x063819de136e2800},
    {"poisson, mean 3.7", poisson_few, 0x0f1e62001d12c389},
    {"poisson, mean 12345.6", poisson_many, 0xf09794e322cca5a8},
    {"gamma, shape 0.4", gamma_low, 0xd43c5d94e132c6a2},
    {"gamma, shape 7.5", gamma_high, 0xa9110cc00e61973c},
    {"permutation", permutation, 0x64fb3dde42e6e17c},
    {"normal_icdf", quantiles, 0x0560dd735f4e481b},
    {"sobol", sobol, 0x506c4cd464f468a2},
    {"sobol, scrambled", sobol_scrambled, 0x0cfdbd04eb28b8ae},
};

Test(golden, variates) {
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    for (size_t i = 0; i < sizeof variates / sizeof *variates; i++) {
      if (!contexts_asks(&c, i)) continue;
      uint64_t out[N] = {0};
      testing_expect(c.ctx, variates[i].fill(c.ctx, out), TUTTI_OK, "", variates[i].name);
      cr_assert(digest(out, N) == variates[i].digest, "%s: %s: 0x%016llx", c.name, variates[i].name,
                (unsigned long long)digest(out, N));
    }
  }
}

/* -- estimates and problems -- */

/* The mean of the product of u + 1/2, which uses no function of the C library. */
static int integrand(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) {
    f[p] = 1;
    for (size_t d = 0; d < dims; d++) f[p] *= u[p * dims + d] + 0.5;
  }
  return 0;
}

/* Each writes four numbers. */
static tutti_status way(tutti_ctx *ctx, tutti_mc_sampling sampling, double *out) {
  const tutti_mc_problem problem = {
      .f = integrand, .dims = 3, .sampling = sampling, .samples = 20000, .strata = 7};
  tutti_estimate e = {0};
  const tutti_status status = tutti_mc_run(ctx, rng, &problem, &e);
  out[0] = e.mean, out[1] = e.std_error, out[2] = e.ci_low, out[3] = (double)e.samples;
  return status;
}
static tutti_status plain(tutti_ctx *ctx, double *out) { return way(ctx, TUTTI_MC_PLAIN, out); }
static tutti_status mirrored(tutti_ctx *ctx, double *out) { return way(ctx, TUTTI_MC_ANTITHETIC, out); }
static tutti_status stratified(tutti_ctx *ctx, double *out) { return way(ctx, TUTTI_MC_STRATIFIED, out); }
static tutti_status quasi(tutti_ctx *ctx, double *out) { return way(ctx, TUTTI_MC_SOBOL, out); }

static tutti_status option(tutti_ctx *ctx, double *out) {
  const tutti_option o = {.kind = TUTTI_ASIAN_ARITHMETIC,
                          .spot = 100,
                          .strike = 95,
                          .rate = 0.05,
                          .volatility = 0.3,
                          .years = 1,
                          .dates = 12};
  tutti_mc_problem problem = {.samples = 20000, .control = true};
  tutti_estimate e = {0};
  tutti_status status = tutti_option_problem(&o, &problem);
  if (!status) status = tutti_mc_run(ctx, rng, &problem, &e);
  out[0] = e.mean, out[1] = e.std_error, out[2] = e.ci_low, out[3] = problem.control_mean;
  return status;
}
static tutti_status ising(tutti_ctx *ctx, double *out) {
  const tutti_ising model = {12, 2.3, 5, 20, 10};
  tutti_ising_result r = {{0}, {0}};
  const tutti_status status = tutti_mc_ising(ctx, rng, &model, &r);
  out[0] = r.magnetisation.mean, out[1] = r.magnetisation.std_error, out[2] = r.energy.mean,
  out[3] = r.energy.std_error;
  return status;
}
static tutti_status walk(tutti_ctx *ctx, double *out) {
  const tutti_walk model = {10, 30, 0.48};
  tutti_walk_result r = {{0}, {0}};
  const tutti_status status = tutti_mc_walk(ctx, rng, &model, 1000, &r);
  out[0] = r.ruin.mean, out[1] = r.ruin.std_error, out[2] = r.steps.mean, out[3] = r.steps.std_error;
  return status;
}
static tutti_status ball(tutti_ctx *ctx, double *out) {
  const tutti_ball b = {integrand, NULL, 4, 1.5};
  tutti_mc_problem problem = {.samples = 20000};
  tutti_estimate e = {0};
  tutti_status status = tutti_ball_problem(&b, &problem);
  if (!status) status = tutti_mc_run(ctx, rng, &problem, &e);
  out[0] = e.mean, out[1] = e.std_error, out[2] = e.ci_low, out[3] = e.ci_high;
  return status;
}

static const struct {
  const char *name;
  tutti_status (*run)(tutti_ctx *ctx, double *out);
  uint64_t digest;
} problems[] = {
    {"plain sampling", plain, 0x89d0e0319c10b5f7},
    {"antithetic pairs", mirrored, 0xed0519f31e3dda5e},
    {"strata", stratified, 0x5b08a38026464752},
    {"Sobol replicates", quasi, 0x264e6b50eeaa2117},
    {"Asian option", option, 0x59633daff726f1b3},
    {"Ising", ising, 0xa021924b2cbbc204},
    {"walk", walk, 0x42ae1e99024b006e},
    {"ball", ball, 0x3b12ab8a9ef97047},
};

Test(golden, problems) {
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
      if (!contexts_asks(&c, i)) continue;
      double out[4];
      uint64_t bits[4];
      testing_expect(c.ctx, problems[i].run(c.ctx, out), TUTTI_OK, "", problems[i].name);
      memcpy(bits, out, sizeof bits);
      cr_assert(digest(bits, 4) == problems[i].digest, "%s: %s: 0x%016llx: %.17g, %.17g, %.17g, %.17g",
                c.name, problems[i].name, (unsigned long long)digest(bits, 4), out[0], out[1], out[2],
                out[3]);
    }
  }
}
