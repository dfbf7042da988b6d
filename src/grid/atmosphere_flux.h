/* The flux through the faces between cells: the same arithmetic along x and along z.
 *
 * Sums are arranged so that a state mirrored in x has mirrored fluxes, bit by bit: what belongs to mirrored
 * cells is added first. */
#ifndef TUTTI_GRID_ATMOSPHERE_FLUX_H
#define TUTTI_GRID_ATMOSPHERE_FLUX_H

#include "grid/atmosphere.h"
#include "math/vec_math.h"

/* The value at the face between b and c, from the averages of the four cells a b c d around it. */
VEC_INLINE vd face_value(vd a, vd b, vd c, vd d) {
  return vd_fma(b + c, vd_set1(7.0 / 12), (a + d) * vd_set1(-1.0 / 12));
}
VEC_INLINE vd third_difference(vd a, vd b, vd c, vd d) { return vd_fma(vd_set1(3), b - c, d - a); }

/* The background and constants of a row of faces, in all lanes. */
typedef struct {
  vd rho, rho_theta, pressure, inverse;
  vd viscosity; /* beta spacing / (16 dt) */
  vd max_speed;
} flux_row;

VEC_INLINE flux_row flux_row_of(const atmosphere_level *level, double viscosity, double max_speed) {
  return (flux_row){vd_set1(level->rho),     vd_set1(level->rho_theta), vd_set1(level->pressure),
                    vd_set1(level->inverse), vd_set1(viscosity),        vd_set1(max_speed)};
}

/* What the pressure is above that of the background: p_h ((1 + d)^gamma - 1), d = (rho theta)' / (rho
 * theta)_h. For |d| <= 1/8 the power less 1 is d times a polynomial, which has no cancellation and a relative
 * error of 2^-57; flows that are anywhere near rest need no more. NaN where rho theta is not positive. */
VEC_INLINE vd excess_pressure(vd rho_theta, const flux_row *h) {
  static const double series[] = {0x1.6678ae3cb2859p+0,  0x1.1efa23f1c08bep-2,   -0x1.caf32d76b9f50p-5,
                                  0x1.6f188e3a5f0bbp-6,  -0x1.7dbd21cfe67c9p-7,  0x1.ca0d126978ffcp-8,
                                  -0x1.2cfcb5753bf50p-8, 0x1.a55c72430cb89p-9,   -0x1.34e21a33fd25dp-9,
                                  0x1.d578a25b42c4dp-10, -0x1.7a9e9db98ffdbp-10, 0x1.2f3828960b5a7p-10};
  const vd d = rho_theta * h->inverse, one = vd_set1(1);
  vd power = d * vd_polynomial(d, series, 11);
  const vm far = vd_less(vd_set1(0.125), vd_abs(d));
  if (__builtin_expect(vm_any(far), 0)) {
    const vd ratio = one + d;
    const vm positive = vd_less(vd_set1(0x1p-1000), ratio);
    const vd any = vd_pow(vd_select(positive, ratio, one), vd_set1(ATM_GAMMA)) - one;
    power = vd_select(far, vd_select(positive, any, vd_set1((double)NAN)), power);
  }
  return h->pressure * power;
}

/* The flux through faces along field `along` (ATM_RHO_U or ATM_RHO_W), from the values at the face and the
 * third differences. Of the pressure, that of the background is left out: it does not differ between the
 * faces of a row, and balances gravity in a column.
 *
 * Returns the lanes in which |speed| + c < max_speed, c^2 = gamma p / rho; NaN and a negative density are
 * not among them. */
VEC_INLINE vm flux_of(const vd v[ATM_FIELDS], const vd d3[ATM_FIELDS], const flux_row *h, int along,
                      vd flux[ATM_FIELDS]) {
  const int across = ATM_RHO_U + ATM_RHO_W - along;
  const vd rho = v[ATM_RHO] + h->rho, rho_theta = v[ATM_RHO_THETA] + h->rho_theta;
  const vd speed = v[along] / rho, excess = excess_pressure(v[ATM_RHO_THETA], h);
  flux[ATM_RHO] = vd_fma(h->viscosity, d3[ATM_RHO], v[along]);
  flux[along] = vd_fma(h->viscosity, d3[along], vd_fma(v[along], speed, excess));
  flux[across] = vd_fma(h->viscosity, d3[across], v[across] * speed);
  flux[ATM_RHO_THETA] = vd_fma(h->viscosity, d3[ATM_RHO_THETA], rho_theta * speed);
  const vd slack = vd_max(h->max_speed - vd_abs(speed), vd_set1(0));
  return vd_less((excess + h->pressure) * vd_set1(ATM_GAMMA), rho * (slack * slack));
}

/* The first of `lanes` lanes that is not among the good ones; or `lanes`. */
VEC_INLINE size_t first_bad(vm good, size_t lanes) {
  const unsigned bad = ~vm_lanes(good) & ((1u << lanes) - 1);
  return bad ? (size_t)__builtin_ctz(bad) : lanes;
}

/* beta spacing / (16 dt) of a stage of length dt. */
VEC_INLINE double viscosity_of(const atmosphere_sweep *s, double dt) {
  return ATM_BETA * s->spacing / (16 * dt);
}

#endif
