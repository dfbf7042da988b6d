/* The dry atmosphere once more: plain loops over arrays of the whole grid, with the C library's functions,
 * written from the equations alone. What the library gives is compared with it. */
#ifndef TUTTI_TESTS_GRID_PLAIN_ATMOSPHERE_H
#define TUTTI_TESTS_GRID_PLAIN_ATMOSPHERE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PLAIN_MOST = 40, PLAIN_FIELDS = 4 };

typedef double plain_field[PLAIN_MOST + 4][PLAIN_MOST + 4]; /* cell (i, k) at [k + 2][i + 2] */
typedef struct {
  int nx, nz, which; /* a case: 0 .. 4 as in tutti_atmosphere_case; 5: much warmer and much colder */
  double dx, dz, time;
  long steps;
  plain_field q[PLAIN_FIELDS];
} plain_atmosphere;

static const double plain_gamma = 1.40027894002789400278940027894, plain_c0 = 27.5629410929725921310572974482;

static double plain_theta(const plain_atmosphere *m, double z) {
  return m->which == 4 ? 300 * exp(0.02 * 0.02 * z / 9.8) : 300;
}
static double plain_exner(const plain_atmosphere *m, double z) {
  const double theta = plain_theta(m, z);
  if (m->which != 4) return 1 - 9.8 * z / (1004 * theta);
  return 1 - 9.8 * 9.8 / (1004 * 0.02 * 0.02) * (theta - 300) / (300 * theta);
}
static double plain_rho_theta(const plain_atmosphere *m, double z) {
  return pow(1e5 * pow(plain_exner(m, z), 1004.0 / 287) / plain_c0, 1 / plain_gamma);
}
static double plain_rho(const plain_atmosphere *m, double z) {
  return plain_rho_theta(m, z) / plain_theta(m, z);
}

static double plain_bump(double x, double z, double x0, double z0, double rx, double rz, double a) {
  const double d = hypot((x - x0) / rx, (z - z0) / rz);
  return d <= 1 ? a * pow(cos(acos(-1.0) / 2 * d), 2) : 0;
}
static double plain_warmth(int which, double x, double z) {
  if (which == 0) return plain_bump(x, z, 10000, 2000, 2000, 2000, 3);
  if (which == 1)
    return plain_bump(x, z, 10000, 2000, 2000, 2000, 20) + plain_bump(x, z, 10000, 8000, 2000, 2000, -20);
  if (which == 5)
    return plain_bump(x, z, 6000, 5000, 6000, 4000, 80) + plain_bump(x, z, 14000, 5000, 6000, 4000, -150);
  return which == 2 ? plain_bump(x, z, 10000, 5000, 4000, 2000, -20) : 0;
}

static void plain_start(plain_atmosphere *m, int which, int nx, int nz) {
  static const double node[3] = {.112701665379258311482073460022, .5, .887298334620741688517926539980};
  static const double weight[3] = {5.0 / 18, 4.0 / 9, 5.0 / 18};
  memset(m, 0, sizeof *m);
  m->nx = nx, m->nz = nz, m->which = which, m->dx = 20000.0 / nx, m->dz = 10000.0 / nz;
  for (int k = 0; k < nz; k++)
    for (int i = 0; i < nx; i++)
      for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++) {
          const double x = (i + node[a]) * m->dx, z = (k + node[b]) * m->dz, w = weight[a] * weight[b];
          m->q[1][k + 2][i + 2] += w * plain_rho(m, z) * (which == 4 ? 15 : 0);
          m->q[3][k + 2][i + 2] += w * plain_rho(m, z) * plain_warmth(which, x, z);
        }
}

static void plain_ghosts_x(plain_atmosphere *m, plain_field *q) {
  for (int f = 0; f < PLAIN_FIELDS; f++)
    for (int k = 0; k < m->nz; k++)
      for (int g = 0; g < 2; g++) {
        q[f][k + 2][1 - g] = q[f][k + 2][2 + ((m->nx - 1 - g) % m->nx + m->nx) % m->nx];
        q[f][k + 2][2 + m->nx + g] = q[f][k + 2][2 + g % m->nx];
      }
  for (int k = 0; k < m->nz && m->which == 3; k++) {
    const double z = (k + 0.5) * m->dz;
    for (int g = 0; g < 2 && fabs(z - 7500) <= 625; g++) {
      const double rho = q[0][k + 2][g] + plain_rho(m, z);
      q[1][k + 2][g] = 50 * rho;
      q[3][k + 2][g] = 298 * rho - plain_rho_theta(m, z);
    }
  }
}
static void plain_ghosts_z(plain_atmosphere *m, plain_field *q) {
  for (int i = 2; i < m->nx + 2; i++)
    for (int g = 0; g < 4; g++) {
      const int ghost = g < 2 ? g : m->nz + g, near = g < 2 ? 2 : m->nz + 1;
      q[0][ghost][i] = q[0][near][i];
      q[1][ghost][i] =
          q[1][near][i] / plain_rho(m, (near - 1.5) * m->dz) * plain_rho(m, (ghost - 1.5) * m->dz);
      q[2][ghost][i] = 0;
      q[3][ghost][i] = q[3][near][i];
    }
}

/* The flux between the cells b and c. z: the height at which the background is meant. */
static void plain_flux(const plain_atmosphere *m, plain_field *q, int k, int i, bool up, double dt,
                       double flux[PLAIN_FIELDS]) {
  const double z = up ? k * m->dz : (k + 0.5) * m->dz;
  const double hv = -0.05 * (up ? m->dz : m->dx) / (16 * dt);
  double v[PLAIN_FIELDS], d3[PLAIN_FIELDS];
  for (int f = 0; f < PLAIN_FIELDS; f++) {
    const double a = up ? q[f][k][i + 2] : q[f][k + 2][i], b = up ? q[f][k + 1][i + 2] : q[f][k + 2][i + 1];
    const double c = q[f][k + 2][i + 2], d = up ? q[f][k + 3][i + 2] : q[f][k + 2][i + 3];
    v[f] = -a / 12 + 7 * b / 12 + 7 * c / 12 - d / 12;
    d3[f] = -a + 3 * b - 3 * c + d;
  }
  const double rho = v[0] + plain_rho(m, z), u = v[1] / rho, theta = (v[3] + plain_rho_theta(m, z)) / rho;
  double w = v[2] / rho, p = plain_c0 * pow(rho * theta, plain_gamma);
  if (up) p -= plain_c0 * pow(plain_rho_theta(m, z), plain_gamma);
  if (up && (k == 0 || k == m->nz)) w = d3[0] = 0;
  const double speed = up ? w : u;
  flux[0] = rho * speed - hv * d3[0];
  flux[1] = rho * speed * u + (up ? 0 : p) - hv * d3[1];
  flux[2] = rho * speed * w + (up ? p : 0) - hv * d3[2];
  flux[3] = rho * speed * theta - hv * d3[3];
}

static void plain_stage(plain_atmosphere *m, plain_field *from, plain_field *to, bool up, double dt) {
  (up ? plain_ghosts_z : plain_ghosts_x)(m, from);
  for (int k = 0; k < m->nz; k++)
    for (int i = 0; i < m->nx; i++) {
      double in[PLAIN_FIELDS], out[PLAIN_FIELDS];
      plain_flux(m, from, k, i, up, dt, in);
      plain_flux(m, from, up ? k + 1 : k, up ? i : i + 1, up, dt, out);
      for (int f = 0; f < PLAIN_FIELDS; f++) {
        double tendency = -(out[f] - in[f]) / (up ? m->dz : m->dx);
        if (up && f == 2) {
          const double z = (k + 0.5) * m->dz;
          tendency -= 9.8 * from[0][k + 2][i + 2];
          if (m->which == 4)
            tendency += plain_bump((i + 0.5) * m->dx, z, 2500, 1000, 500, 500, 0.01) * plain_rho(m, z);
        }
        to[f][k + 2][i + 2] = m->q[f][k + 2][i + 2] + dt * tendency;
      }
    }
}

static void plain_half(plain_atmosphere *m, bool up, double dt) {
  plain_field *first = calloc(PLAIN_FIELDS, sizeof *first), *second = calloc(PLAIN_FIELDS, sizeof *second);
  plain_field *start = calloc(PLAIN_FIELDS, sizeof *start);
  memcpy(start, m->q, sizeof m->q);
  plain_stage(m, start, first, up, dt / 3);
  plain_stage(m, first, second, up, dt / 2);
  plain_stage(m, second, first, up, dt);
  memcpy(m->q, first, sizeof m->q);
  free(first), free(second), free(start);
}

static void plain_run(plain_atmosphere *m, double until) {
  double dt = fmin(m->dx, m->dz) / 450 * 1.5;
  while (m->time < until) {
    if (m->time + dt > until) dt = until - m->time;
    plain_half(m, m->steps % 2 == 1, dt);
    plain_half(m, m->steps % 2 == 0, dt);
    m->time += dt;
    m->steps++;
  }
}

#endif
