/* The dry atmosphere: what its kernels are handed.
 *
 * A state is four fields of cell averages, the first three of which are perturbations of the background:
 *
 *     rho' (density), rho u, rho w (momentum), (rho theta)' (theta: potential temperature).
 *
 * Cell (i, k), i along x, k upwards, is column i of row k. */
#ifndef TUTTI_GRID_ATMOSPHERE_H
#define TUTTI_GRID_ATMOSPHERE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tutti/grid.h>

enum { ATM_RHO, ATM_RHO_U, ATM_RHO_W, ATM_RHO_THETA, ATM_FIELDS };

/* Constants of the gas, in SI units: p = C0 (rho theta)^gamma, with C0 = rd^gamma p0^(1 - gamma). */
#define ATM_G     9.8
#define ATM_CP    1004.0
#define ATM_CV    717.0
#define ATM_RD    287.0
#define ATM_P0    1e5
#define ATM_C0    27.5629410929725921310572974482
#define ATM_GAMMA 1.40027894002789400278940027894

/* The scheme: hyperviscosity and Courant number. */
#define ATM_BETA 0.05
#define ATM_CFL  1.5

/* The background at a height. inverse: 1 / rho_theta. */
typedef struct {
  double rho, rho_theta, pressure, inverse;
} atmosphere_level;

/* What flows in from the left at a height: the two ghost cells left of a row have this velocity and this
 * potential temperature; theta = 0: they are those of a periodic row. */
typedef struct {
  double u, theta;
} atmosphere_inflow;

/* A half step: the three stages along x or along z. All pointers lead into the model's block. */
typedef struct {
  const double *in; /* field f begins at in + f field */
  double *out;
  size_t field, stride, halo;          /* in numbers; halo: rows before local row 0 */
  size_t nx, nz, first;                /* cells of the whole grid; the row that is local row 0 */
  size_t row_begin, row_end;           /* rows of the grid that a half step along z computes */
  double dt, spacing;                  /* s; cells along the direction, m */
  double max_speed;                    /* m/s */
  const atmosphere_level *cell, *face; /* cell[k] for -2 <= k < nz + 2; face[k] below cell k, 0 <= k <= nz */
  const atmosphere_inflow *inflow;     /* [nz] */
  const double *push;                  /* forcing of rho w in a box of cells, row by row */
  size_t push_row, push_rows, push_column, push_columns;
} atmosphere_sweep;

/* Where column 0 of row k of the grid is, relative to a field's beginning. */
static inline size_t tutti_atmosphere_at(const atmosphere_sweep *s, size_t k) {
  return (s->halo + k - s->first) * s->stride; /* modulo 2^64: halo rows have k < first */
}

/* Numbers from a line of the work space to the next: nx cells, ghosts and whole vectors. */
static inline size_t tutti_atmosphere_line(size_t nx) { return (8 + nx + 2 + 8 + 7) / 8 * 8; }
static inline size_t tutti_atmosphere_work(size_t nx) { return 2 * ATM_FIELDS * tutti_atmosphere_line(nx); }

/* The work space of a strip of columns, in bytes. */
enum { ATM_STRIP = 176 << 10 };

/* A row of cells, of which numbers for people are made. */
typedef struct {
  const double *q; /* field f begins at q + f field */
  size_t field, nx;
  const atmosphere_level *level; /* at the cells */
  double z;                      /* m */
} atmosphere_row;

/* The first five as TUTTI_ATM_DENSITY and so on; the same without the background; energies a volume. */
typedef enum { ATM_VALUE_PERTURBATION = 5, ATM_REFERENCE_ENERGY = 10, ATM_TOTAL_ENERGY } atmosphere_quantity;

#endif
