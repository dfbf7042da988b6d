/* The dry atmosphere against exact and linear solutions: the order of convergence, and the frequency of a
 * standing gravity wave. */
#include <math.h>
#include <stdlib.h>

#include "../support/testing.h"

static const double turn = 6.283185307179586;

/* -- a wave of density that the wind carries along --
 *
 * With u and the pressure uniform, the density is only carried: an exact solution. One row of cells; the
 * background's density and potential temperature are uniform, so that nothing in the row depends on z. */

static const double length = 20000, amplitude = 0.1, wind = 30, until = 100;

static double uniform_theta(double z, const void *args) {
  (void)z, (void)args;
  return 300;
}
static double uniform_density(double z, const void *args) {
  (void)z, (void)args;
  return 1.2;
}
static void carried(double x, double z, tutti_atmosphere_point *p, const void *args) {
  (void)z, (void)args;
  p->density = amplitude * sin(turn * x / length);
  p->theta = 1.2 * 300 / (1.2 + p->density) - 300;
  p->u = wind;
}

/* The greatest error of a cell's average. */
static double error_of_carrying(tutti_ctx *ctx, size_t nx) {
  const tutti_atmosphere_setup setup = {.nx = nx,
                                        .nz = 1,
                                        .width = length,
                                        .height = length,
                                        .theta = uniform_theta,
                                        .density = uniform_density,
                                        .perturbation = carried};
  tutti_atmosphere *m;
  double *rho = malloc(nx * sizeof *rho), worst = 0;
  testing_expect(ctx, tutti_atmosphere_create_from(ctx, &setup, &m), TUTTI_OK, "", "create");
  testing_expect(ctx, tutti_atmosphere_run(m, until), TUTTI_OK, "", "run");
  testing_expect(ctx, tutti_atmosphere_field(m, TUTTI_ATM_DENSITY_PERTURBATION, rho), TUTTI_OK, "", "field");
  const double half = turn / (2 * (double)nx), average = amplitude * sin(half) / half;
  for (size_t i = 0; i < nx; i++)
    worst = fmax(worst,
                 fabs(rho[i] - average * sin(2 * half * ((double)i + 0.5) - turn * wind * until / length)));
  tutti_atmosphere_destroy(m);
  free(rho);
  return worst;
}

/* The values at faces are of fourth order, the hyperviscosity and the stages of third. */
Test(atmosphere_waves, converge_with_the_third_order) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  const double coarse = error_of_carrying(ctx, 32), middle = error_of_carrying(ctx, 64);
  const double fine = error_of_carrying(ctx, 128);
  cr_log_info("%g %g %g", coarse, middle, fine);
  cr_assert(fabs(log2(coarse / middle) - 3) < 0.15 && fabs(log2(middle / fine) - 3) < 0.1, "%g %g %g", coarse,
            middle, fine);
  cr_assert(fine < 1e-4 * amplitude);
  tutti_close(ctx);
}

/* -- a standing gravity wave --
 *
 * In an isothermal atmosphere of temperature T, between walls, the waves of the linear equations are
 *
 *     w = W(z) cos(k x) sin(omega t),   W = exp(z / (2 h)) sin(m z),   h = rd T / g,   m = pi / H,
 *
 * where omega, with c^2 = gamma rd T and N^2 = g^2 / (cp T), is the lower root of (Eckart, 1960)
 *
 *     omega^4 - c^2 (k^2 + m^2 + 1 / (4 h^2)) omega^2 + N^2 c^2 k^2 = 0.
 *
 * The other fields follow from w by the linear equations. At t = 0 the air is at rest. */

static const double g = 9.8, cp = 1004, rd = 287, cv = 717, temperature = 300, height = 10000, p0 = 1e5;
static const double small = 1e-3; /* m/s */
typedef struct {
  double k, m, h, c2, n2, omega;
} standing;

static standing standing_wave(void) {
  standing s = {.k = turn / length, .m = turn / 2 / height, .h = rd * temperature / g};
  s.c2 = cp / cv * rd * temperature;
  s.n2 = g * g / (cp * temperature);
  const double b = s.c2 * (s.k * s.k + s.m * s.m + 1 / (4 * s.h * s.h)), c = s.n2 * s.c2 * s.k * s.k;
  s.omega = sqrt(2 * c / (b + sqrt(b * b - 4 * c)));
  return s;
}

static double isothermal_theta(double z, const void *args) {
  (void)args;
  return temperature * exp(g * z / (cp * temperature));
}

static double shape(const standing *s, double z) { return exp(z / (2 * s->h)) * sin(s->m * z); }

static void displaced(double x, double z, tutti_atmosphere_point *p, const void *args) {
  const standing *s = args;
  const double theta = isothermal_theta(z, NULL), rho = p0 * exp(-z / s->h) / (rd * temperature);
  const double w = small * shape(s, z);
  const double slope = small * exp(z / (2 * s->h)) * (s->m * cos(s->m * z) + sin(s->m * z) / (2 * s->h));
  const double pressure =
      s->omega * rho * (g * w - s->c2 * slope) / (s->c2 * s->k * s->k - s->omega * s->omega);
  p->theta = s->n2 / g * theta * w / s->omega * cos(s->k * x);
  p->density = (pressure / s->c2) * cos(s->k * x) - rho * p->theta / theta;
}

/* The component of a field with the wave's shape. */
static double component(const standing *s, const double *a, size_t nx, size_t nz) {
  double sum = 0, norm = 0;
  for (size_t k = 0; k < nz; k++)
    for (size_t i = 0; i < nx; i++) {
      const double x = ((double)i + 0.5) * length / (double)nx, z = ((double)k + 0.5) * height / (double)nz;
      const double f = shape(s, z) * cos(s->k * x);
      sum += a[k * nx + i] * f;
      norm += f * f;
    }
  return sum / norm;
}

/* How much faster the wave is than it should be, relatively: from its phase after a period. */
static double error_of_frequency(tutti_ctx *ctx, size_t nz) {
  const standing s = standing_wave();
  const size_t nx = 2 * nz;
  const tutti_atmosphere_setup setup = {.nx = nx,
                                        .nz = nz,
                                        .width = length,
                                        .height = height,
                                        .theta = isothermal_theta,
                                        .perturbation = displaced,
                                        .args = &s};
  tutti_atmosphere *m;
  double *w = malloc(nx * nz * sizeof *w), period = turn / s.omega;
  testing_expect(ctx, tutti_atmosphere_create_from(ctx, &setup, &m), TUTTI_OK, "", "create");
  testing_expect(ctx, tutti_atmosphere_run(m, period / 4), TUTTI_OK, "", "run");
  testing_expect(ctx, tutti_atmosphere_field(m, TUTTI_ATM_W, w), TUTTI_OK, "", "field");
  const double most = component(&s, w, nx, nz);
  cr_assert(fabs(most / small - 1) < 0.02, "w is %g of what it should be", most / small);
  testing_expect(ctx, tutti_atmosphere_run(m, period), TUTTI_OK, "", "run");
  testing_expect(ctx, tutti_atmosphere_field(m, TUTTI_ATM_W, w), TUTTI_OK, "", "field");
  const double phase = component(&s, w, nx, nz) / most; /* the sine, next to 0 */
  tutti_atmosphere_destroy(m);
  free(w);
  return phase / turn;
}

/* The phase speed is omega / k. The error falls with the square of the cell's size, as the splitting's does.
 */
Test(atmosphere_waves, gravity_waves_have_the_speed_of_theory) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  const double coarse = error_of_frequency(ctx, 10), fine = error_of_frequency(ctx, 20);
  const double finest = error_of_frequency(ctx, 40);
  cr_log_info("%g %g %g", coarse, fine, finest);
  cr_assert(fabs(finest) < 1e-3 && fabs(fine) < 3e-3, "%g %g %g", coarse, fine, finest);
  cr_assert(fabs(coarse / fine) > 2 && fabs(fine / finest) > 2, "%g %g %g", coarse, fine, finest);
  tutti_close(ctx);
}

/* The library's hydrostatic balance is that of an isothermal atmosphere: p = p0 exp(-z / h). */
Test(atmosphere_waves, backgrounds_are_balanced) {
  const tutti_atmosphere_setup setup = {
      .nx = 1, .nz = 100, .width = 1000, .height = height, .theta = isothermal_theta};
  double p[100];
  tutti_atmosphere *m;
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  testing_expect(ctx, tutti_atmosphere_create_from(ctx, &setup, &m), TUTTI_OK, "", "create");
  testing_expect(ctx, tutti_atmosphere_field(m, TUTTI_ATM_PRESSURE, p), TUTTI_OK, "", "field");
  for (int k = 0; k < 100; k++) {
    const double exact = p0 * exp(-(k + 0.5) * 100 * g / (rd * temperature));
    cr_assert(fabs(p[k] / exact - 1) < 1e-12, "%d: %.17g, not %.17g", k, p[k], exact);
  }
  tutti_atmosphere_destroy(m);
  tutti_close(ctx);
}
