/* tutti_atmosphere_create: the memory of a model, its background and its initial state. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/collectives.h"
#include "grid/atmosphere_model.h"
#include "grid/model.h"
#include "math/elementary.h"
#include "memory/blocks.h"

enum { NODES = 3, LINE = 8 };
#define MOST_CELLS ((size_t)1 << 32)

/* Gauss-Legendre points of a cell of size 1, and their weights. */
static const double node[NODES] = {.112701665379258311482073460022, .5, .887298334620741688517926539980};
static const double weight[NODES] = {5.0 / 18, 4.0 / 9, 5.0 / 18};

/* -- the background -- */

/* What the background is made of: exner[k] at faces k = -2 .. nz + 2, where the setup asks for hydrostatic
 * balance. */
typedef struct {
  const tutti_atmosphere_setup *setup;
  double dz, *exner;
} profile;

/* Hydrostatic balance: d exner / dz = -g / (cp theta). The change over [z, z + h], by three Gauss points. */
static double exner_change(const tutti_atmosphere_setup *s, double z, double h) {
  double sum = 0;
  for (int n = 0; n < NODES; n++) sum += weight[n] / s->theta(z + node[n] * h, s->args);
  return -ATM_G / ATM_CP * h * sum;
}

static void integrate_exner(profile *p) {
  const ptrdiff_t nz = (ptrdiff_t)p->setup->nz;
  p->exner[0] = 1;
  for (ptrdiff_t k = 0; k < nz + 2; k++)
    p->exner[k + 1] = p->exner[k] + exner_change(p->setup, (double)k * p->dz, p->dz);
  for (ptrdiff_t k = 0; k > -2; k--)
    p->exner[k - 1] = p->exner[k] + exner_change(p->setup, (double)k * p->dz, -p->dz);
}

static double density_at(const profile *p, double z, ptrdiff_t k, double theta) {
  const tutti_atmosphere_setup *s = p->setup;
  if (s->density) return s->density(z, s->args);
  const double below = (double)k * p->dz, exner = p->exner[k] + exner_change(s, below, z - below);
  if (!(exner > 0)) return 0;
  const double pressure = ATM_P0 * tutti_math_pow(exner, ATM_CP / ATM_RD);
  return tutti_math_pow(pressure / ATM_C0, 1 / ATM_GAMMA) / theta;
}

/* At height z, in cell k. */
static tutti_status level_at(tutti_ctx *ctx, const profile *p, double z, ptrdiff_t k,
                             atmosphere_level *level) {
  const double theta = p->setup->theta(z, p->setup->args);
  const double rho = isfinite(theta) && theta > 0 ? density_at(p, z, k, theta) : 1;
  const double rho_theta = rho * theta, least = 0x1p-500, most = 0x1p500;
  if (!(theta > 0 && rho > 0 && rho_theta > least && rho_theta < most))
    return tutti_fail(ctx, TUTTI_EINVAL,
                      "the background at z = %.17g: density = %.17g, theta = %.17g, not finite and positive",
                      z, rho, theta);
  const double pressure = ATM_C0 * tutti_math_pow(rho_theta, ATM_GAMMA);
  *level = (atmosphere_level){rho, rho_theta, pressure, 1 / rho_theta};
  return TUTTI_OK;
}

static tutti_status fill_background(tutti_atmosphere *m, const profile *p) {
  const ptrdiff_t nz = (ptrdiff_t)m->domain.rows;
  tutti_status status = TUTTI_OK;
  for (ptrdiff_t k = -2; k < nz + 2 && !status; k++)
    status = level_at(m->ctx, p, ((double)k + 0.5) * m->dz, k, &m->cell[k]);
  for (ptrdiff_t k = 0; k <= nz && !status; k++)
    status = level_at(m->ctx, p, (double)k * m->dz, k, &m->face[k]);
  for (ptrdiff_t k = 0; k < nz && !status && p->setup->inflow; k++) {
    atmosphere_inflow *in = &m->inflow[k];
    const double z = atmosphere_height(m, (size_t)k);
    p->setup->inflow(z, &in->u, &in->theta, p->setup->args);
    if (!isfinite(in->u) || !isfinite(in->theta) || in->theta < 0)
      status = tutti_fail(m->ctx, TUTTI_EINVAL, "the inflow at z = %.17g: u = %.17g, theta = %.17g", z, in->u,
                          in->theta);
  }
  return status;
}

/* -- the initial state -- */

/* The place of a point in cell i. Mirrored points have mirrored places, bit by bit: those of the right half
 * are the width less those of the left half, which are multiples of the last place of the width. */
static double place(const tutti_atmosphere_setup *s, size_t i, int n) {
  const bool right = 2 * i + 1 > s->nx || (2 * i + 1 == s->nx && n == NODES - 1);
  const size_t j = right ? s->nx - 1 - i : i;
  const double at = ((double)j + node[right ? NODES - 1 - n : n]) * (s->width / (double)s->nx);
  const double rounded = (at + s->width) - s->width;
  if (2 * i + 1 == s->nx && n == 1) return 0.5 * s->width;
  return right ? s->width - rounded : rounded;
}

/* The four fields of a point. */
static tutti_status point_at(tutti_ctx *ctx, const tutti_atmosphere_setup *s, double x, double z,
                             const atmosphere_level *h, double q[ATM_FIELDS]) {
  tutti_atmosphere_point p = {0};
  if (s->perturbation) s->perturbation(x, z, &p, s->args);
  const double rho = p.density + h->rho, theta_h = h->rho_theta / h->rho, theta = p.theta + theta_h;
  if (!(isfinite(p.u) && isfinite(p.w) && isfinite(rho) && isfinite(theta) && rho > 0 && theta > 0))
    return tutti_fail(
        ctx, TUTTI_EINVAL,
        "the initial state at x = %.17g, z = %.17g: density = %.17g, u = %.17g, w = %.17g, theta "
        "= %.17g, not finite, or not positive",
        x, z, rho, p.u, p.w, theta);
  q[ATM_RHO] = p.density;
  q[ATM_RHO_U] = rho * p.u;
  q[ATM_RHO_W] = rho * p.w;
  q[ATM_RHO_THETA] = p.density * theta_h + rho * p.theta;
  return TUTTI_OK;
}

/* The average of cell (i, k), from its Gauss points. Those of mirrored places are added first. */
static tutti_status average(tutti_ctx *ctx, const tutti_atmosphere_setup *s, size_t i, const double z[NODES],
                            const atmosphere_level h[NODES], double q[ATM_FIELDS]) {
  for (int f = 0; f < ATM_FIELDS; f++) q[f] = 0;
  for (int n = 0; n < NODES; n++) {
    double at[NODES][ATM_FIELDS];
    for (int j = 0; j < NODES; j++) {
      const tutti_status status = point_at(ctx, s, place(s, i, j), z[n], &h[n], at[j]);
      if (status) return status;
    }
    for (int f = 0; f < ATM_FIELDS; f++)
      q[f] += weight[n] * (weight[0] * (at[0][f] + at[2][f]) + weight[1] * at[1][f]);
  }
  return TUTTI_OK;
}

static tutti_status fill_state(tutti_atmosphere *m, const profile *p) {
  const tutti_domain *d = &m->domain;
  for (size_t row = 0; row < d->count; row++) {
    const size_t k = d->first + row;
    double z[NODES], q[ATM_FIELDS], *to = m->state[ATM_NOW] + tutti_domain_at(d, (ptrdiff_t)row);
    atmosphere_level h[NODES];
    tutti_status status = TUTTI_OK;
    for (int n = 0; n < NODES && !status; n++) {
      z[n] = ((double)k + node[n]) * m->dz;
      status = level_at(m->ctx, p, z[n], (ptrdiff_t)k, &h[n]);
    }
    for (size_t i = 0; i < d->cols && !status; i++) {
      status = average(m->ctx, p->setup, i, z, h, q);
      for (size_t f = 0; f < ATM_FIELDS && !status; f++) to[f * m->field + i] = q[f];
    }
    if (status) return status;
  }
  return TUTTI_OK;
}

/* -- forcing -- */

static double forcing_at(const tutti_atmosphere *m, const tutti_atmosphere_setup *s, size_t i, size_t k) {
  return s->forcing(place(s, i, 1), atmosphere_height(m, k), s->args);
}

/* The smallest box of cells of this rank's rows, and the halos, outside which there is no forcing. */
static tutti_status find_box(tutti_atmosphere *m, const tutti_atmosphere_setup *s) {
  const tutti_domain *d = &m->domain;
  const size_t begin = d->first < d->halo_rows ? 0 : d->first - d->halo_rows;
  const size_t after = d->first + d->count + d->halo_rows, end = after < d->rows ? after : d->rows;
  size_t top = 0, right = 0, left = d->cols, bottom = d->rows;
  for (size_t k = begin; k < end && s->forcing; k++)
    for (size_t i = 0; i < d->cols; i++) {
      const double f = forcing_at(m, s, i, k);
      if (!isfinite(f))
        return tutti_fail(m->ctx, TUTTI_EINVAL, "the forcing at x = %.17g, z = %.17g is %.17g",
                          place(s, i, 1), atmosphere_height(m, k), f);
      if (f == 0) continue;
      if (bottom > k) bottom = k;
      top = k + 1;
      if (left > i) left = i;
      if (right < i + 1) right = i + 1;
    }
  if (top > bottom) {
    m->push_row = bottom;
    m->push_rows = top - bottom;
    m->push_column = left;
    m->push_columns = right - left;
  }
  return TUTTI_OK;
}

/* The model does not keep accelerations but forces: times the background's density. */
static void fill_box(tutti_atmosphere *m, const tutti_atmosphere_setup *s) {
  for (size_t k = 0; k < m->push_rows; k++)
    for (size_t i = 0; i < m->push_columns; i++)
      m->push[k * m->push_columns + i] =
          forcing_at(m, s, m->push_column + i, m->push_row + k) * m->cell[m->push_row + k].rho;
}

/* -- memory -- */

/* Lays the model's arrays out one after the other from `at` on, each beginning at a cache line. Returns how
 * many bytes they take; at NULL: for that alone. */
static size_t lay_out(tutti_atmosphere *m, unsigned char *at) {
  const tutti_domain *d = &m->domain;
  const size_t numbers = tutti_domain_numbers(d);
  size_t bytes = 0;
#define ARRAY(pointer, count, before)                                                                        \
  do {                                                                                                       \
    if (at) (pointer) = (void *)(at + bytes + (before) * sizeof *(pointer));                                 \
    bytes = tutti_bytes_and(bytes, tutti_bytes_of(tutti_bytes_of(count, sizeof *(pointer)) / 64 + 1, 64));   \
  } while (0)
  m->field = numbers;
  for (int i = 0; i < ATM_STATES; i++) ARRAY(m->state[i], tutti_bytes_of(ATM_FIELDS, numbers), 0);
  ARRAY(m->cell, d->rows + 4, 2);
  ARRAY(m->face, d->rows + 1, 0);
  ARRAY(m->inflow, d->rows, 0);
  ARRAY(m->push, m->push_rows * m->push_columns, 0);
  ARRAY(m->bad, 1, 0);
#undef ARRAY
  return bytes;
}

typedef char purpose[80];

static const char *purpose_of(const tutti_atmosphere *m, purpose text) {
  snprintf(text, sizeof(purpose), "for an atmosphere of %zu x %zu cells", m->domain.cols, m->domain.rows);
  return text;
}

/* Before cells are looked at, one by one. */
static tutti_status check_memory(const tutti_atmosphere *m) {
  purpose text;
  tutti_atmosphere unforced = *m;
  return tutti_memory_fits(m->ctx, lay_out(&unforced, NULL), purpose_of(m, text), "");
}

static tutti_status get_memory(tutti_atmosphere *m) {
  purpose text;
  m->bytes = lay_out(m, NULL);
  const tutti_status status =
      tutti_grid_memory(m->ctx, m->bytes, (size_t)ATM_STATES * ATM_FIELDS, purpose_of(m, text), &m->block);
  if (!status) lay_out(m, m->block);
  return status;
}

/* -- the functions -- */

static bool is_positive(double x) { return isfinite(x) && x > 0; }

static tutti_status check(tutti_ctx *ctx, const tutti_atmosphere_setup *s, tutti_atmosphere **model) {
  if (!s) return tutti_fail(ctx, TUTTI_EINVAL, "setup is NULL");
  if (!model) return tutti_fail(ctx, TUTTI_EINVAL, "model is NULL");
  if (s->nx < 1 || s->nz < 1 || s->nx > MOST_CELLS || s->nz > MOST_CELLS)
    return tutti_fail(ctx, TUTTI_EINVAL, "nx = %zu, nz = %zu: they are from 1 to 2^32", s->nx, s->nz);
  if (!is_positive(s->width) || !is_positive(s->height))
    return tutti_fail(ctx, TUTTI_EINVAL, "width = %.17g, height = %.17g: finite and positive ones are needed",
                      s->width, s->height);
  if (s->max_speed != 0 && !is_positive(s->max_speed))
    return tutti_fail(ctx, TUTTI_EINVAL, "max_speed = %.17g is neither 0 nor finite and positive",
                      s->max_speed);
  return s->theta ? TUTTI_OK : tutti_fail(ctx, TUTTI_EINVAL, "theta is NULL");
}

static tutti_status build(tutti_atmosphere *m, const tutti_atmosphere_setup *s) {
  profile p = {s, m->dz, NULL};
  tutti_status status = check_memory(m);
  if (!status) status = find_box(m, s);
  if (!status) status = get_memory(m);
  if (status) return status;
  double *exner = s->density ? NULL : malloc((s->nz + 5) * sizeof *exner);
  if (!s->density && !exner) return tutti_fail(m->ctx, TUTTI_ENOMEM, "no memory for the background");
  if (exner) {
    p.exner = exner + 2;
    integrate_exner(&p);
  }
  status = fill_background(m, &p);
  if (!status) status = fill_state(m, &p);
  if (!status) fill_box(m, s);
  free(exner);
  return status;
}

tutti_status tutti_atmosphere_create_from(tutti_ctx *ctx, const tutti_atmosphere_setup *s,
                                          tutti_atmosphere **model) {
  tutti_status status = tutti_grid_resolve(ctx, &ctx);
  if (!status) status = check(ctx, s, model);
  if (status) return tutti_refuse(ctx, status);
  tutti_atmosphere *m = calloc(1, sizeof *m);
  if (!m) return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_ENOMEM, "no memory for a model"));
  m->ctx = ctx;
  m->domain = tutti_domain_of(ctx, s->nz, s->nx, tutti_ranks(ctx) > 1 ? ATM_HALO : 0, 0, false);
  m->width = s->width;
  m->height = s->height;
  m->dx = s->width / (double)s->nx;
  m->dz = s->height / (double)s->nz;
  m->max_speed = s->max_speed > 0 ? s->max_speed : 450;
  m->dt = (m->dx < m->dz ? m->dx : m->dz) / m->max_speed * ATM_CFL;
  status = build(m, s);
  if (status) {
    tutti_atmosphere_destroy(m);
    return tutti_refuse(ctx, status);
  }
  const uint64_t cells[] = {s->nx, s->nz};
  const double sizes[] = {s->width, s->height, s->max_speed};
  TUTTI_NOTE_CALL(ctx, .parameters = {{cells, sizeof cells}, {sizes, sizeof sizes}});
  status = tutti_ranks_agree(ctx);
  if (status) tutti_atmosphere_destroy(m);
  else *model = m;
  return status;
}

tutti_status tutti_atmosphere_create(tutti_ctx *ctx, tutti_atmosphere_case which, size_t nx, size_t nz,
                                     tutti_atmosphere **model) {
  tutti_atmosphere_setup setup;
  tutti_status status = tutti_grid_resolve(ctx, &ctx);
  if (!status && tutti_atmosphere_setup_of(which, nx, nz, &setup))
    status = tutti_fail(ctx, TUTTI_EINVAL, "case = %d is not one of the cases", (int)which);
  if (status) return tutti_refuse(ctx, status);
  status = tutti_atmosphere_create_from(ctx, &setup, model);
  if (!status) (*model)->which = (unsigned)which + 1;
  return status;
}

void tutti_atmosphere_destroy(tutti_atmosphere *m) {
  if (!m) return;
  tutti_memory_release(m->block);
  free(m);
}
