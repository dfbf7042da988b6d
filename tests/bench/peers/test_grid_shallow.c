/* The peer of shallow water, against published numbers: what the library is measured against has to compute
 * the same thing. */
#include <criterion/criterion.h>
#include <omp.h>

#include "peers/peer_grid_shallow.c" /* NOLINT(bugprone-suspicious-include): it is a program */

Test(grid_peers, shallow_water_on_16_x_16_after_4000_steps) {
  /* Points (i, i) of the benchmark: p, u, v. They repeat with period 8. */
  static const double expected[8][3] = {
      {50002.357521735, -0.706506848, 0.699336762}, {49994.985692226, -1.534692069, 1.530293450},
      {49990.376843796, -1.240699116, 1.241928380}, {49991.351963515, 0.002896972, 0.002722785},
      {49997.465958992, 1.467849424, -1.461104993}, {50005.016867472, 2.296289553, -2.291792600},
      {50009.454953569, 2.002808874, -2.002913658}, {50008.300747055, 0.758921808, -0.763928293},
  };
  swim s;
  omp_set_num_threads(1); /* on a busy machine more would wait for each other */
  start(&s, 16);
  for (int k = 0; k < 4000; k++) step(&s);
  for (size_t i = 0; i < 16; i++) {
    const size_t at = i * s.width + i;
    const double *e = expected[i % 8];
    cr_assert(fabs(s.p[at] - e[0]) < 1e-8 * e[0], "p(%zu, %zu) = %.9f", i, i, s.p[at]);
    cr_assert(fabs(s.u[at] - e[1]) < 1e-8, "u(%zu, %zu) = %.9f", i, i, s.u[at]);
    cr_assert(fabs(s.v[at] - e[2]) < 1e-8, "v(%zu, %zu) = %.9f", i, i, s.v[at]);
  }
}

Test(grid_peers, a_square_of_points) {
  cr_assert_eq(shallow_side(1), 1);
  cr_assert_eq(shallow_side(2048 * 2048), 2048);
  cr_assert_eq(shallow_side(2048 * 2048 - 1), 2047);
  cr_assert_eq(atmosphere_height(800 * 400), 400);
}
