/* Ising's model against the sum over all states of a 4 x 4 lattice, and against Onsager's solution. */
#include <math.h>

#include "../support/testing.h"

static void within(tutti_estimate e, double truth, double limit, const char *what, double temperature) {
  cr_assert(e.std_error > 0 && e.std_error < limit, "%s at %g: error %g", what, temperature, e.std_error);
  cr_assert(fabs(e.mean - truth) < 4 * e.std_error, "%s at %g: %.6f +- %.6f, not %.6f", what, temperature,
            e.mean, e.std_error, truth);
}

/* The 65 536 states of 4 x 4 spins with their weights exp(-E / T). */
static void enumerate(double temperature, double *magnetisation, double *energy) {
  double sum = 0;
  *magnetisation = *energy = 0;
  for (uint32_t state = 0; state < 1 << 16; state++) {
    int e = 0, m = 0;
    for (int site = 0; site < 16; site++) {
      const int right = site / 4 * 4 + (site + 1) % 4, below = (site + 4) % 16;
      const int spin = state >> site & 1 ? 1 : -1;
      m += spin;
      e -= spin * ((state >> right & 1 ? 1 : -1) + (state >> below & 1 ? 1 : -1));
    }
    const double weight = exp(-(e + 32) / temperature);
    sum += weight;
    *magnetisation += weight * abs(m) / 16;
    *energy += weight * e / 16;
  }
  *magnetisation /= sum;
  *energy /= sum;
}

Test(ising, four_by_four_against_all_states) {
  static const double temperatures[] = {1.5, 2.269, 3, 5, 100};
  for (size_t i = 0; i < 5; i++) {
    const tutti_ising model = {4, temperatures[i], 100, 2000, 400};
    double magnetisation, energy;
    enumerate(temperatures[i], &magnetisation, &energy);
    tutti_ising_result r;
    cr_assert_eq(tutti_mc_ising(NULL, (tutti_rng){1925, i}, &model, &r), TUTTI_OK);
    within(r.magnetisation, magnetisation, 2e-3, "magnetisation", temperatures[i]);
    within(r.energy, energy, 3e-3, "energy", temperatures[i]);
    cr_assert(r.energy.samples == 800000);
  }
}

/* Onsager (1944): the energy; Yang (1952): the magnetisation (1 - sinh(2 / T)^-4)^(1/8) below T = 2.269. Away
 * from there 64 x 64 is as good as infinite; above, the magnetisation of a finite lattice is not yet 0. */
Test(ising, large_lattice_against_onsager) {
  static const struct {
    double temperature, magnetisation, energy;
  } cases[] = {{1.8, 0.956857017247418, -1.8593038057259},
               {2.0, 0.911319377877496, -1.74556457531255},
               {3.0, 0, -0.81730959250242}};
  for (size_t i = 0; i < 3; i++) {
    const tutti_ising model = {64, cases[i].temperature, 500, 1000, 16};
    tutti_ising_result r;
    cr_assert_eq(tutti_mc_ising(NULL, (tutti_rng){1944, i}, &model, &r), TUTTI_OK);
    within(r.energy, cases[i].energy, 1e-3, "energy", cases[i].temperature);
    if (cases[i].magnetisation > 0)
      within(r.magnetisation, cases[i].magnetisation, 1e-3, "magnetisation", cases[i].temperature);
    else cr_assert(r.magnetisation.mean < 0.1);
  }
}

/* All spins up for ever: 1 and -2 exactly, whatever the counts. */
Test(ising, nothing_turns_in_the_cold) {
  for (uint64_t runs = 2; runs < 40; runs++) {
    const tutti_ising model = {4 * (runs % 5 + 1), 0.1, runs % 3, 1 + 7 * runs % 50, runs};
    tutti_ising_result r;
    cr_assert_eq(tutti_mc_ising(NULL, (tutti_rng){5, runs}, &model, &r), TUTTI_OK);
    cr_assert(r.magnetisation.mean == 1 && r.magnetisation.std_error == 0, "%.17g", r.magnetisation.mean);
    cr_assert(r.energy.mean == -2 && r.energy.std_error == 0, "%.17g", r.energy.mean);
    cr_assert(r.energy.ci_low == -2 && r.energy.ci_high == -2);
  }
}

/* Means are whole numbers over the count of spins, rounded once. */
Test(ising, means_are_divided_once) {
  for (uint64_t runs = 2; runs < 30; runs++) {
    const tutti_ising model = {12, 2.3, 2, 1 + runs % 7, runs};
    tutti_ising_result r;
    cr_assert_eq(tutti_mc_ising(NULL, (tutti_rng){6, runs}, &model, &r), TUTTI_OK);
    const double spins = 144 * (double)(model.sweeps * runs);
    cr_assert(r.magnetisation.mean == nearbyint(r.magnetisation.mean * spins) / spins);
    cr_assert(r.energy.mean == nearbyint(r.energy.mean * spins) / spins);
  }
}

Test(ising, same_bits_everywhere) {
  static const size_t sizes[] = {4, 20, 72};
  for (size_t i = 0; i < 3; i++) {
    const tutti_ising model = {sizes[i], 2.2, 3, 10, 9};
    tutti_ising_result expected, r;
    cr_assert_eq(tutti_mc_ising(NULL, (tutti_rng){1, 2}, &model, &expected), TUTTI_OK);
    for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
      cr_assert_eq(tutti_mc_ising(c.ctx, (tutti_rng){1, 2}, &model, &r), TUTTI_OK);
      cr_assert(memcmp(&r, &expected, sizeof r) == 0, "%s: %.17g, not %.17g", c.name, r.energy.mean,
                expected.energy.mean);
    }
  }
}

static void refused(tutti_ising model, const char *word) {
  tutti_ising_result r = {.energy = {.samples = 42}};
  testing_expect(NULL, tutti_mc_ising(NULL, (tutti_rng){0, 0}, &model, &r), TUTTI_EINVAL, word, word);
  cr_assert(r.energy.samples == 42);
}

Test(ising, bad_arguments) {
  const tutti_ising good = {8, 2, 1, 1, 2};
  tutti_ising m = good;
  tutti_ising_result r;
  m.size = 0, refused(m, "size = 0"), m = good;
  m.size = 6, refused(m, "size = 6"), m = good;
  m.size = 516, refused(m, "size = 516"), m = good;
  m.temperature = 0, refused(m, "temperature = 0"), m = good;
  m.temperature = NAN, refused(m, "temperature = nan"), m = good;
  m.sweeps = 0, refused(m, "sweeps = 0"), m = good;
  m.burn_in = UINT64_MAX, refused(m, "burn_in = 18446744073709551615"), m = good;
  m.runs = 1, refused(m, "runs = 1"), m = good;
  m.runs = (1 << 20) + 1, refused(m, "runs = 1048577");
  testing_expect(NULL, tutti_mc_ising(NULL, (tutti_rng){0, 0}, NULL, &r), TUTTI_EINVAL, "model", "model");
  testing_expect(NULL, tutti_mc_ising(NULL, (tutti_rng){0, 0}, &good, NULL), TUTTI_EINVAL, "result",
                 "result");
}
