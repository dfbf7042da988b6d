/* The peer of the atmosphere, against what the mini-application miniWeather reports. */
#include <criterion/criterion.h>
#include <omp.h>

#include "peers/peer_grid_atmosphere.c" /* NOLINT(bugprone-suspicious-include): it is a program */

typedef struct {
  double mass, energy;
} totals;

/* The energy is that of miniWeather, which has the kinetic energy twice. */
static totals add_up(const air *s) {
  totals sum = {0, 0};
  for (size_t k = 0; k < s->nz; k++)
    for (size_t i = 0; i < s->nx; i++) {
      const double *q = s->q + (k + HALO) * s->width + i + HALO;
      const double r = q[DENSITY * s->size] + s->cell_density[k + HALO], u = q[U * s->size] / r,
                   w = q[W * s->size] / r, theta = (q[THETA * s->size] + s->cell_density_theta[k + HALO]) / r,
                   p = C0 * pow(r * theta, GAMMA), temperature = theta / pow(P0 / p, RD / CP);
      sum.mass += r * s->dx * s->dz;
      sum.energy += (r * (u * u + w * w) + r * 717 * temperature) * s->dx * s->dz;
    }
  return sum;
}

Test(grid_peers, thermal_on_100_x_50_to_400_s) {
  air s;
  omp_set_num_threads(1); /* on a busy machine more would wait for each other */
  start(&s, 100, 50);
  const totals begin = add_up(&s);
  while (s.time < 400) step(&s, fmin(longest_step(&s), 400 - s.time));
  const totals end = add_up(&s);
  const double energy = (end.energy - begin.energy) / begin.energy,
               mass = (end.mass - begin.mass) / begin.mass;
  cr_assert(fabs(energy - -4.141519e-05) < 1e-9, "energy has changed by %.9e of it", energy);
  cr_assert(fabs(mass) < 1e-12, "mass has changed by %.3e of it", mass); /* 5 000 roundings, by plain sums */
}
