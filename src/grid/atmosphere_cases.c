/* The cases of miniWeather, as setups. */
#include <math.h>

#include "context/open.h"
#include "core/error.h"
#include "grid/atmosphere.h"
#include "math/elementary.h"

#define WIDTH  20000.0
#define HEIGHT 10000.0
#define THETA  300.0
#define BRUNT  0.02 /* the Brunt-Vaisala frequency of the gravity waves, 1/s */

/* amplitude cos^2(pi d / 2), d the distance from (x0, z0) in radii; 0 where d > 1. */
static double bump(double x, double z, double x0, double z0, double rx, double rz, double amplitude) {
  const double a = (x - x0) / rx, b = (z - z0) / rz, distance = sqrt(a * a + b * b);
  const double cosine = distance <= 1 ? tutti_math_cos_turn(0.25 * distance) : 0;
  return amplitude * (cosine * cosine);
}

/* rho from p = p0 exner^(cp / rd) and rho theta = (p / C0)^(1 / gamma). */
static double density_of(double exner, double theta) {
  const double pressure = exner > 0 ? ATM_P0 * tutti_math_pow(exner, ATM_CP / ATM_RD) : 0;
  return pressure > 0 ? tutti_math_pow(pressure / ATM_C0, 1 / ATM_GAMMA) / theta : 0;
}

static double neutral_theta(double z, const void *args) {
  (void)z, (void)args;
  return THETA;
}
static double neutral_density(double z, const void *args) {
  (void)args;
  return density_of(1 - ATM_G * z / (ATM_CP * THETA), THETA);
}

static double stratified_theta(double z, const void *args) {
  (void)args;
  return THETA * tutti_math_exp(BRUNT * BRUNT / ATM_G * z);
}
static double stratified_density(double z, const void *args) {
  const double theta = stratified_theta(z, args), scale = ATM_G * ATM_G / (ATM_CP * (BRUNT * BRUNT));
  return density_of(1 - scale * (theta - THETA) / (THETA * theta), theta);
}

static void warm_bubble(double x, double z, tutti_atmosphere_point *p, const void *args) {
  (void)args;
  p->theta = bump(x, z, 10000, 2000, 2000, 2000, 3);
}
static void two_bubbles(double x, double z, tutti_atmosphere_point *p, const void *args) {
  (void)args;
  p->theta = bump(x, z, 10000, 2000, 2000, 2000, 20) + bump(x, z, 10000, 8000, 2000, 2000, -20);
}
static void cold_bubble(double x, double z, tutti_atmosphere_point *p, const void *args) {
  (void)args;
  p->theta = bump(x, z, 10000, 5000, 4000, 2000, -20);
}
static void jet(double z, double *u, double *theta, const void *args) {
  (void)args;
  if (fabs(z - 7500) > 625) return;
  *u = 50;
  *theta = 298;
}
static void wind(double x, double z, tutti_atmosphere_point *p, const void *args) {
  (void)x, (void)z, (void)args;
  p->u = 15;
}
static double mountain(double x, double z, const void *args) {
  (void)args;
  return bump(x, z, 2500, 1000, 500, 500, 0.01);
}

tutti_status tutti_atmosphere_setup_of(tutti_atmosphere_case which, size_t nx, size_t nz,
                                       tutti_atmosphere_setup *setup) {
  static const tutti_atmosphere_setup cases[] = {
      [TUTTI_THERMAL] = {.theta = neutral_theta, .density = neutral_density, .perturbation = warm_bubble},
      [TUTTI_COLLISION] = {.theta = neutral_theta, .density = neutral_density, .perturbation = two_bubbles},
      [TUTTI_DENSITY_CURRENT] = {.theta = neutral_theta,
                                 .density = neutral_density,
                                 .perturbation = cold_bubble},
      [TUTTI_INJECTION] = {.theta = neutral_theta, .density = neutral_density, .inflow = jet},
      [TUTTI_GRAVITY_WAVES] = {.theta = stratified_theta,
                               .density = stratified_density,
                               .perturbation = wind,
                               .forcing = mountain},
  };
  if ((size_t)which >= sizeof cases / sizeof *cases)
    return tutti_fail(NULL, TUTTI_EINVAL, "case = %d is not one of the cases", (int)which);
  if (!setup) return tutti_fail(NULL, TUTTI_EINVAL, "setup is NULL");
  *setup = cases[which];
  setup->nx = nx;
  setup->nz = nz;
  setup->width = WIDTH;
  setup->height = HEIGHT;
  return TUTTI_OK;
}
