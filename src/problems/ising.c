/* tutti_mc_ising */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/parallel.h>
#include <tutti/problems.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "math/elementary.h"
#include "memory/blocks.h"
#include "montecarlo/estimates.h"
#include "problems/ising.h"
#include "problems/kernels.h"

typedef struct {
  const tutti_kernels *kernels;
  const tutti_ising *model;
  tutti_rng rng;
  ising_params params;
} lattices;

/* Sums over the sweeps of a run, exact. */
typedef struct {
  int64_t magnetisation, energy;
} run_sums;

static int run(size_t index, const void *args, void *out) {
  const lattices *l = args;
  const tutti_rng rng = tutti_rng_split(l->rng, index);
  run_sums sums = {0, 0};
  ising_lattice lattice;
  lattice.size = l->model->size;
  memset(lattice.spin, 1, sizeof lattice.spin);
  for (uint64_t t = 0; t < l->model->burn_in + l->model->sweeps; t++) {
    l->kernels->problems->ising_sweep(&lattice, &l->params, rng, t);
    if (t < l->model->burn_in) continue;
    int64_t magnetisation, energy;
    l->kernels->problems->ising_measure(&lattice, &magnetisation, &energy);
    sums.magnetisation += llabs(magnetisation);
    sums.energy += energy;
  }
  *(run_sums *)out = sums;
  return 0;
}

/* The mean per spin of one of the sums, over all runs; two passes, in the order of runs. */
static tutti_estimate estimate(const tutti_ising *model, const run_sums *sums, bool of_energy) {
  const unsigned __int128 spins = (unsigned __int128)(model->size * model->size) * model->sweeps;
  const double n = (double)model->runs;
  __int128 total = 0;
  for (uint64_t r = 0; r < model->runs; r++) total += of_energy ? sums[r].energy : sums[r].magnetisation;
  const double mean = tutti_mc_ratio(total, spins * model->runs);
  double squares = 0;
  for (uint64_t r = 0; r < model->runs; r++) {
    const double off = tutti_mc_ratio(of_energy ? sums[r].energy : sums[r].magnetisation, spins) - mean;
    squares += off * off;
  }
  return tutti_mc_estimate_of(model->runs * model->sweeps, mean, sqrt(squares / (n - 1) / n), n - 1);
}

static tutti_status check(tutti_ctx *ctx, const tutti_ising *m, const tutti_ising_result *result) {
  const uint64_t most = UINT64_C(1) << 40;
  if (!m) return tutti_fail(ctx, TUTTI_EINVAL, "model is NULL");
  if (!result) return tutti_fail(ctx, TUTTI_EINVAL, "result is NULL");
  if (m->size < 4 || m->size > ISING_MOST || m->size % 4 != 0)
    return tutti_fail(ctx, TUTTI_EINVAL, "size = %zu is not a multiple of 4 in [4, %d]", m->size, ISING_MOST);
  if (!(m->temperature > 0) || isinf(m->temperature))
    return tutti_fail(ctx, TUTTI_EINVAL, "temperature = %.17g is not positive and finite", m->temperature);
  if (m->sweeps == 0 || m->sweeps > most || m->burn_in > most)
    return tutti_fail(ctx, TUTTI_EINVAL, "burn_in = %llu, sweeps = %llu: not in [0, 2^40], [1, 2^40]",
                      (unsigned long long)m->burn_in, (unsigned long long)m->sweeps);
  if (m->runs < 2 || m->runs > 1 << 20)
    return tutti_fail(ctx, TUTTI_EINVAL, "runs = %llu is not in [2, 2^20]", (unsigned long long)m->runs);
  return TUTTI_OK;
}

static uint32_t limit_of(double energy) {
  const double limit = tutti_math_exp(-energy) * 0x1p32;
  return limit < 0x1p32 ? (uint32_t)limit : UINT32_MAX;
}

tutti_status tutti_mc_ising(tutti_ctx *ctx, tutti_rng rng, const tutti_ising *model,
                            tutti_ising_result *result) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check(ctx, model, result);
  if (status) return tutti_refuse(ctx, status);
  const lattices l = {
      ctx->kernels, model, rng, {{limit_of(4 / model->temperature), limit_of(8 / model->temperature)}}};
  run_sums *sums = tutti_memory_get(tutti_bytes_of(model->runs, sizeof *sums), false);
  if (!sums) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %llu runs", (unsigned long long)model->runs);
  TUTTI_NOTE_CALL(
      ctx, .n = model->runs, .rng = rng,
      .parameters = {{(const uint64_t[]){model->size, model->burn_in, model->sweeps}, 3 * sizeof(uint64_t)},
                     {&model->temperature, sizeof model->temperature}});
  status = tutti_map(ctx, (size_t)model->runs, run, &l, sums, sizeof *sums);
  if (!status) {
    result->magnetisation = estimate(model, sums, false);
    result->energy = estimate(model, sums, true);
  }
  tutti_memory_release(sums);
  return status;
}
