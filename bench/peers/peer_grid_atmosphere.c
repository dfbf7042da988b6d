/* A dry atmosphere in finite volumes, the mini-application miniWeather (Norman), the case of a rising
 * thermal: for each stage of each direction a sweep of halos, one of fluxes, one of tendencies and one of the
 * update, with the C library's pow. */
#include "peer_grid.h"

#include <math.h>

enum { DENSITY, U, W, THETA, VARIABLES, HALO = 2 };

static const double LENGTH = 20000, HEIGHT = 10000, GRAVITY = 9.8, CP = 1004, RD = 287, P0 = 1e5,
                    C0 = 27.5629410929725921310572974482, GAMMA = 1.40027894002789400278940027894,
                    BETA = 0.05, CFL = 1.5, FASTEST = 450, THETA0 = 300;

typedef struct {
  size_t nx, nz, width, size; /* cells along and upwards; numbers a row and a variable, with halos */
  double dx, dz, time;
  size_t steps;
  double *q, *stage, *flux, *tendency; /* [VARIABLES][size] */
  /* The background: at centres of cells, from HALO below the ground, and at interfaces. */
  double *cell_density, *cell_density_theta, *face_density, *face_density_theta, *face_pressure;
} air;

/* ---- the state at the beginning ---- */

static void background(double z, double *density, double *density_theta) {
  const double exner = 1 - GRAVITY * z / (CP * THETA0), p = P0 * pow(exner, CP / RD);
  *density_theta = pow(p / C0, 1 / GAMMA);
  *density = *density_theta / THETA0;
}

static double bubble(double x, double z) {
  const double a = (x - 10000) / 2000, b = (z - 2000) / 2000, distance = sqrt(a * a + b * b);
  return distance <= 1 ? 3 * pow(cos(M_PI / 2 * distance), 2) : 0;
}

/* The average over a cell of density times potential temperature, less that of the background. */
static double average(const air *s, size_t i, size_t k) {
  static const double nodes[] = {0.112701665379258311482073460022, 0.5, 0.887298334620741688517926539980},
                      weights[] = {5. / 18, 4. / 9, 5. / 18};
  double sum = 0, density, density_theta;
  for (int a = 0; a < 3; a++)
    for (int b = 0; b < 3; b++) {
      const double x = ((double)i + nodes[a]) * s->dx, z = ((double)k + nodes[b]) * s->dz;
      background(z, &density, &density_theta);
      sum += weights[a] * weights[b] * (density * (THETA0 + bubble(x, z)) - density_theta);
    }
  return sum;
}

static void start(air *s, size_t nx, size_t nz) {
  *s =
      (air){.nx = nx, .nz = nz, .width = nx + 2 * HALO, .dx = LENGTH / (double)nx, .dz = HEIGHT / (double)nz};
  s->size = (nz + 2 * HALO) * s->width;
  double **const fields[] = {&s->q, &s->stage, &s->flux, &s->tendency};
  double **const columns[] = {&s->cell_density, &s->cell_density_theta, &s->face_density,
                              &s->face_density_theta, &s->face_pressure};
  for (int f = 0; f < 4; f++) {
    double *x = *fields[f] = peer_memory(VARIABLES * s->size);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < VARIABLES * s->size; i++) x[i] = 0;
  }
  for (int f = 0; f < 5; f++) *columns[f] = peer_memory(nz + 2 * HALO);
  for (size_t k = 0; k < nz + 2 * HALO; k++)
    background(((double)k - HALO + 0.5) * s->dz, &s->cell_density[k], &s->cell_density_theta[k]);
  for (size_t k = 0; k <= nz; k++) {
    background((double)k * s->dz, &s->face_density[k], &s->face_density_theta[k]);
    s->face_pressure[k] = C0 * pow(s->face_density_theta[k], GAMMA);
  }
#pragma omp parallel for schedule(static)
  for (size_t k = 0; k < nz; k++)
    for (size_t i = 0; i < nx; i++)
      s->q[THETA * s->size + (k + HALO) * s->width + i + HALO] = average(s, i, k);
}

/* ---- along x ---- */

static void halos_x(const air *s, double *q) {
  for (size_t v = 0; v < VARIABLES; v++)
    for (size_t k = HALO; k < s->nz + HALO; k++) {
      double *row = q + v * s->size + k * s->width;
      for (size_t i = 0; i < HALO; i++) {
        row[i] = row[s->nx + i];
        row[s->nx + HALO + i] = row[HALO + i];
      }
    }
}

/* The flux through the interface before cell i at [k][i]. */
static void fluxes_x(const air *s, const double *q, double dt) {
  const double viscosity = -BETA * s->dx / (16 * dt);
  double *flux = s->flux;
#pragma omp parallel for schedule(static)
  for (size_t k = 0; k < s->nz; k++)
    for (size_t i = 0; i <= s->nx; i++) {
      double value[VARIABLES], third[VARIABLES];
      const size_t at = (k + HALO) * s->width + i;
      for (size_t v = 0; v < VARIABLES; v++) {
        const double *x = q + v * s->size + at;
        value[v] = -x[0] / 12 + 7 * x[1] / 12 + 7 * x[2] / 12 - x[3] / 12;
        third[v] = -x[0] + 3 * x[1] - 3 * x[2] + x[3];
      }
      const double r = value[DENSITY] + s->cell_density[k + HALO], u = value[U] / r, w = value[W] / r,
                   theta = (value[THETA] + s->cell_density_theta[k + HALO]) / r,
                   p = C0 * pow(r * theta, GAMMA);
      flux[DENSITY * s->size + at] = r * u - viscosity * third[DENSITY];
      flux[U * s->size + at] = r * u * u + p - viscosity * third[U];
      flux[W * s->size + at] = r * u * w - viscosity * third[W];
      flux[THETA * s->size + at] = r * u * theta - viscosity * third[THETA];
    }
}

static void tendencies_x(const air *s) {
  const double *flux = s->flux, dx = s->dx;
  double *tendency = s->tendency;
#pragma omp parallel for collapse(2) schedule(static)
  for (size_t v = 0; v < VARIABLES; v++)
    for (size_t k = 0; k < s->nz; k++) {
      const size_t row = v * s->size + (k + HALO) * s->width;
#pragma omp simd
      for (size_t i = 0; i < s->nx; i++) tendency[row + i] = -(flux[row + i + 1] - flux[row + i]) / dx;
    }
}

/* ---- upwards ---- */

static void halos_z(const air *s, double *q) {
  const size_t nz = s->nz, w = s->width;
  for (size_t v = 0; v < VARIABLES; v++)
    for (size_t h = 0; h < HALO; h++) {
      const size_t ghosts[] = {h, nz + HALO + h}, nearest[] = {HALO, nz + HALO - 1};
      for (size_t end = 0; end < 2; end++) {
        const size_t to = ghosts[end], from = nearest[end];
        const double ratio = v == W ? 0 : v == U ? s->cell_density[to] / s->cell_density[from] : 1;
        for (size_t i = HALO; i < s->nx + HALO; i++)
          q[v * s->size + to * w + i] = q[v * s->size + from * w + i] * ratio;
      }
    }
}

/* The flux through the interface below cell k at [k][i]. */
static void fluxes_z(const air *s, const double *q, double dt) {
  const double viscosity = -BETA * s->dz / (16 * dt);
  double *flux = s->flux;
#pragma omp parallel for schedule(static)
  for (size_t k = 0; k <= s->nz; k++)
    for (size_t i = 0; i < s->nx; i++) {
      double value[VARIABLES], third[VARIABLES];
      const size_t at = k * s->width + i + HALO, up = s->width;
      for (size_t v = 0; v < VARIABLES; v++) {
        const double *x = q + v * s->size + at;
        value[v] = -x[0] / 12 + 7 * x[up] / 12 + 7 * x[2 * up] / 12 - x[3 * up] / 12;
        third[v] = -x[0] + 3 * x[up] - 3 * x[2 * up] + x[3 * up];
      }
      double w = value[W];
      if (k == 0 || k == s->nz) w = third[DENSITY] = 0;
      const double r = value[DENSITY] + s->face_density[k], u = value[U] / r,
                   theta = (value[THETA] + s->face_density_theta[k]) / r,
                   p = C0 * pow(r * theta, GAMMA) - s->face_pressure[k];
      w /= r;
      flux[DENSITY * s->size + at] = r * w - viscosity * third[DENSITY];
      flux[U * s->size + at] = r * w * u - viscosity * third[U];
      flux[W * s->size + at] = r * w * w + p - viscosity * third[W];
      flux[THETA * s->size + at] = r * w * theta - viscosity * third[THETA];
    }
}

static void tendencies_z(const air *s, const double *q) {
  const double *flux = s->flux, *density = q + DENSITY * s->size, dz = s->dz;
  double *tendency = s->tendency;
#pragma omp parallel for collapse(2) schedule(static)
  for (size_t v = 0; v < VARIABLES; v++)
    for (size_t k = 0; k < s->nz; k++) {
      const size_t from = k * s->width + HALO, cell = (k + HALO) * s->width + HALO;
      const double *low = flux + v * s->size + from, *high = low + s->width;
      double *row = tendency + v * s->size + (k + HALO) * s->width;
#pragma omp simd
      for (size_t i = 0; i < s->nx; i++) row[i] = -(high[i] - low[i]) / dz;
      for (size_t i = 0; v == W && i < s->nx; i++) row[i] -= GRAVITY * density[cell + i];
    }
}

/* ---- a step ---- */

static void update(const air *s, double *to, double dt) {
  const double *q = s->q, *tendency = s->tendency;
#pragma omp parallel for collapse(2) schedule(static)
  for (size_t v = 0; v < VARIABLES; v++)
    for (size_t k = 0; k < s->nz; k++) {
      const size_t row = v * s->size + (k + HALO) * s->width;
#pragma omp simd
      for (size_t i = 0; i < s->nx; i++) to[row + HALO + i] = q[row + HALO + i] + dt * tendency[row + i];
    }
}

static void stage(const air *s, int along, double *from, double *to, double dt) {
  if (along) {
    halos_x(s, from);
    fluxes_x(s, from, dt);
    tendencies_x(s);
  } else {
    halos_z(s, from);
    fluxes_z(s, from, dt);
    tendencies_z(s, from);
  }
  update(s, to, dt);
}

static double longest_step(const air *s) { return (s->dx < s->dz ? s->dx : s->dz) / FASTEST * CFL; }

static void step(air *s, double dt) {
  for (size_t direction = 0; direction < 2; direction++) {
    const int along = (s->steps + direction) % 2 == 0;
    stage(s, along, s->q, s->stage, dt / 3);
    stage(s, along, s->stage, s->stage, dt / 2);
    stage(s, along, s->stage, s->q, dt);
  }
  s->steps++;
  s->time += dt;
}

double peer_atmosphere(const peer_data *d) {
  static air s;
  const size_t nz = atmosphere_height(d->n);
  if (!s.nz) start(&s, 2 * nz, nz);
  for (int k = 0; k < ATMOSPHERE_STEPS; k++) step(&s, longest_step(&s));
  return s.q[THETA * s.size + s.size / 2];
}
