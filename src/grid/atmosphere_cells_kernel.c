/* What a row of cells of the atmosphere is in numbers for people. */
#include "grid/kernels.h"
#include "math/vec_math.h"

/* Energies a volume, in J/m^3, from p = C0 (rho theta)^gamma and T = theta (p / p0)^(rd / cp). */
VEC_INLINE vd energy(vd rho, vd rho_u, vd rho_w, vd theta, vd pressure, double z, bool reference) {
  const vd exner = vd_pow(pressure * vd_set1(1 / ATM_P0), vd_set1(ATM_RD / ATM_CP));
  const vd internal = rho * (vd_set1(ATM_CV) * (theta * exner));
  const vd twice_kinetic = (rho_u * rho_u + rho_w * rho_w) / rho;
  if (reference) return twice_kinetic + internal;
  return vd_set1(0.5) * twice_kinetic + internal + rho * vd_set1(ATM_G * z);
}

VEC_INLINE vd value_of(const atmosphere_row *r, const vd q[ATM_FIELDS], atmosphere_quantity which) {
  const vd rho = q[ATM_RHO] + vd_set1(r->level->rho);
  const vd rho_theta = q[ATM_RHO_THETA] + vd_set1(r->level->rho_theta);
  const vd theta_h = vd_set1(r->level->rho_theta / r->level->rho);
  switch ((int)which) {
  case TUTTI_ATM_DENSITY:
    return rho;
  case ATM_VALUE_PERTURBATION + TUTTI_ATM_DENSITY:
    return q[ATM_RHO];
  case TUTTI_ATM_U:
  case ATM_VALUE_PERTURBATION + TUTTI_ATM_U:
    return q[ATM_RHO_U] / rho;
  case TUTTI_ATM_W:
  case ATM_VALUE_PERTURBATION + TUTTI_ATM_W:
    return q[ATM_RHO_W] / rho;
  case TUTTI_ATM_THETA:
    return rho_theta / rho;
  case ATM_VALUE_PERTURBATION +
      TUTTI_ATM_THETA: /* (rho theta)' less what the density makes of it, over rho */
    return (q[ATM_RHO_THETA] - q[ATM_RHO] * theta_h) / rho;
  default:
    break;
  }
  const vd pressure = vd_set1(ATM_C0) * vd_pow(rho_theta, vd_set1(ATM_GAMMA));
  if ((int)which == TUTTI_ATM_PRESSURE) return pressure;
  if ((int)which == ATM_VALUE_PERTURBATION + TUTTI_ATM_PRESSURE)
    return pressure - vd_set1(r->level->pressure);
  return energy(rho, q[ATM_RHO_U], q[ATM_RHO_W], rho_theta / rho, pressure, r->z,
                which == ATM_REFERENCE_ENERGY);
}

void TUTTI_KERNEL(atmosphere_cells)(const atmosphere_row *r, atmosphere_quantity which, double *out) {
  for (size_t i = 0; i < r->nx; i += W) {
    const size_t n = r->nx - i < W ? r->nx - i : W;
    double values[W];
    vd q[ATM_FIELDS];
    for (size_t f = 0; f < ATM_FIELDS; f++) q[f] = vd_load_first(r->q + f * r->field + i, (int)n);
    vd_store(values, value_of(r, q, which));
    memcpy(out + i, values, n * sizeof *out);
  }
}
