/* Models on a grid: stencils of your own, shallow water, a dry atmosphere.
 *
 * A grid has rows and columns. In a context over ranks (<tutti/mpi.h>) each rank holds some of the rows and
 * exchanges rows at the edges with its neighbours; everywhere else the workers share all of it. The state is
 * the same, bit by bit, on any number of threads, processes and ranks, and with any instruction set.
 *
 * Common to the functions below:
 *
 * - A model belongs to the context that it was created with, which must outlive it (NULL: the default
 *   context). It serves one call at a time. Over ranks every rank makes the same calls.
 * - TUTTI_EINVAL: an argument is NULL or out of range; the detail names it. TUTTI_ENOMEM: the grid does not
 *   fit in memory. TUTTI_ECANCELED: the context's progress function has returned non-zero; it is called after
 *   each step (of shallow water, each second one), with steps done and steps asked for. TUTTI_ESYSTEM: the
 * transport of ranks failed.
 * - After a failure the model has the state after the last whole step, and can be used again.
 * - TUTTI_EUNSUPPORTED: a model over ranks is used from within a chunk.
 * - Arrays that are passed in and out hold the whole grid, on every rank.
 *
 * Checkpoints. A file has all that a model needs to go on: it then gives the bits that it would have given
 * without a stop, on any number of workers, processes and ranks, and with any instruction set. It is written
 * beside the old one, which it replaces as a whole at the end, so that there is a whole file at any time. In
 * a context over ranks only rank 0 reads and writes files. TUTTI_ESYSTEM: the file cannot be read or written;
 * TUTTI_EINVAL: it is no such file, or damaged, or cut off. The detail says what, and nothing has changed.
 * The format is in docs/reference/checkpoints.md. */
#ifndef TUTTI_GRID_H
#define TUTTI_GRID_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>

TUTTI_BEGIN_DECLS

/* -- a stencil of your own -- */

/* A grid of rows x cols points, each with `fields` numbers. A step computes all new numbers from the present
 * ones of the points around, at most `halo` rows and columns away, by a function of yours that does one row.
 */
typedef struct tutti_stencil tutti_stencil;
typedef tutti_stencil tutti_stencil_t;

/* A function of yours: the new numbers of row `row`, 0 <= row < rows, from the present ones.
 *
 *     in[f][di * stride + j]   the number f of point (row + di, j), -halo <= di <= halo,
 *                              -halo <= j < cols + halo: it may lie outside of the grid
 *     out[f][j]                the new number f of point (row, j), 0 <= j < cols: all are to be written
 *
 * Rows are computed in any order, by several workers at once, some of them twice. Non-zero stops the step:
 * TUTTI_EUSER, and the detail names the row (the lowest one that fails, on any backend) and the value. What
 * else may happen in a function of yours, "Leaving" and "Death", is in <tutti/parallel.h>. Compile it with
 * -ffp-contract=off if the result is to have the same bits on every machine. */
typedef int (*tutti_stencil_row)(size_t row, const double *const *in, ptrdiff_t stride, double *const *out,
                                 const void *args);

/* A point outside of the grid, `away` points from its edge, 1 <= away <= halo. Of the points inside, those
 * in line with it are at inside[0], inside[step], ..., from the edge inwards: as many as the halo is wide, or
 * as the grid has in that direction, if that is less. */
typedef struct {
  size_t field;
  ptrdiff_t row, col;
  ptrdiff_t away;
  const double *inside;
  ptrdiff_t step;
} tutti_stencil_point;
typedef tutti_stencil_point tutti_stencil_point_t;

/* A function of yours: the number that a point outside has. Usual ones, each a line:
 *
 *     return 0;                                          a fixed value beyond the edge
 *     return p->inside[0];                               no gradient across the edge
 *     return p->inside[(p->away - 1) * p->step];         a mirror halfway to the first point outside
 *     return -p->inside[(p->away - 1) * p->step];        the same, antisymmetric: 0 halfway
 *     return 2 * wall - p->inside[(p->away - 1) * p->step];                 the value `wall` halfway
 *
 * (The last three need a grid that is no thinner than the halo.) */
typedef double (*tutti_stencil_edge)(const tutti_stencil_point *p, const void *args);

/* The grid, and the functions. Start with {0}; rows, cols, fields and row are needed.
 *
 * A direction without a function for its edges is periodic. Points beyond the left and right edges come
 * first, col_edge with row in [0, rows); then those beyond the first and last row, with col in
 * [-halo, cols + halo): at a corner, row_edge sees what col_edge has given.
 *
 * args is handed to all functions. What it points to may be changed between calls of tutti_stencil_step:
 * these begin with new edges. */
typedef struct {
  size_t rows, cols; /* at least 1 */
  size_t fields;     /* 1 .. 64 */
  size_t halo;       /* 0 .. 64 */
  tutti_stencil_row row;
  tutti_stencil_edge row_edge; /* beyond the first and the last row */
  tutti_stencil_edge col_edge; /* beyond the first and the last column */
  const void *args;
} tutti_stencil_grid;
typedef tutti_stencil_grid tutti_stencil_grid_t;

/* Makes a model whose numbers are all 0; *grid is copied. With TUTTI_PROCESSES standing workers run your
 * functions if the context was opened with standing = 1 and args is NULL or memory of tutti_alloc; else
 * workers are forked in every step, and steps should take longer than that, some milliseconds. Memory: two
 * numbers for each number of a point, and halos. */
TUTTI_API tutti_status tutti_stencil_create(tutti_ctx *ctx, const tutti_stencil_grid *grid,
                                            tutti_stencil **model);

/* Sets a field: rows x cols numbers, point (row, col) at [row * cols + col]. */
TUTTI_API tutti_status tutti_stencil_set(tutti_stencil *model, size_t field, const double *values);

/* Moves a model by `steps` steps. */
TUTTI_API tutti_status tutti_stencil_step(tutti_stencil *model, size_t steps);

/* Copies a field to out: rows x cols numbers, point (row, col) at [row * cols + col]. */
TUTTI_API tutti_status tutti_stencil_field(tutti_stencil *model, size_t field, double *out);

/* The sum of a field over all points: exact, rounded once. */
TUTTI_API tutti_status tutti_stencil_sum(tutti_stencil *model, size_t field, double *sum);

/* Writes the present numbers to a file, and reads them into a model whose grid has as many rows, columns and
 * fields: "Checkpoints", above. */
TUTTI_API tutti_status tutti_stencil_save(tutti_stencil *model, const char *path);
TUTTI_API tutti_status tutti_stencil_load(tutti_stencil *model, const char *path);

/* Releases a model; NULL is ignored. */
TUTTI_API void tutti_stencil_destroy(tutti_stencil *model);

/* -- shallow water -- */

/* Shallow water on a doubly periodic C grid, by the scheme of Sadourny (1975) that conserves potential
 * enstrophy, with leapfrog steps and the filter of Asselin (1972): the benchmark "swim" of Swarztrauber
 * (NCAR, 1984).
 *
 * The grid has nx x ny points, i = 0 .. nx - 1 along x and j = 0 .. ny - 1 along y. p(i,j) is in the middle
 * of a cell, u(i,j) between p(i-1,j) and p(i,j), v(i,j) between p(i,j-1) and p(i,j); indices are periodic. A
 * state that is mirrored in x (u changes its sign) or in y (v does), or shifted, gives the mirrored or
 * shifted states, bit by bit; so does an exchange of x and y where dx = dy. */
typedef struct tutti_shallow_water tutti_shallow_water;
typedef tutti_shallow_water tutti_shallow_water_t;

/* The grid and the initial state: nx x ny points, dx and dy m apart; steps of dt s; the coefficient of the
 * filter; the amplitude of the initial stream function in m^2/s. */
typedef struct {
  size_t nx, ny;
  double dx, dy, dt, filter, amplitude;
} tutti_shallow_water_grid;
typedef tutti_shallow_water_grid tutti_shallow_water_grid_t;

/* What there is at a point (i, j).
 *
 *     P          the pressure p(i,j), g times the depth, in m^2/s^2
 *     U, V       the velocities u(i,j) and v(i,j), in m/s
 *     VORTICITY  the potential vorticity at the corner of four cells, in s/m^2,
 *                z(i,j) = ((v(i,j) - v(i-1,j)) / dx - (u(i,j) - u(i,j-1)) / dy) / q(i,j),
 *                where q(i,j) is the mean of p(i,j), p(i-1,j), p(i,j-1) and p(i-1,j-1)
 *     ENSTROPHY  the potential enstrophy at that corner, 1/2 q(i,j) z(i,j)^2, in 1/m^2
 *     ENERGY     1/2 p(i,j)^2 + 1/4 p(i,j) (u(i,j)^2 + u(i+1,j)^2 + v(i,j)^2 + v(i,j+1)^2), in m^4/s^4 */
typedef enum {
  TUTTI_SW_P,
  TUTTI_SW_U,
  TUTTI_SW_V,
  TUTTI_SW_VORTICITY,
  TUTTI_SW_ENSTROPHY,
  TUTTI_SW_ENERGY
} tutti_shallow_water_field_t;

/* What tutti_shallow_water_sums gives: the sums of P, ENERGY and ENSTROPHY over all points (not times dx dy),
 * and the time in s and the steps since the initial state. The sum of p stays what it is, but for roundings
 * of each pressure in each step. The scheme keeps the enstrophy, but for errors of its leapfrogs and filter;
 * the energy, if the flow has no vorticity. */
typedef struct {
  double time, mass, energy, enstrophy;
  size_t steps;
} tutti_shallow_water_totals;
typedef tutti_shallow_water_totals tutti_shallow_water_totals_t;

/* 64 x 64 points, 1e5 m apart, steps of 90 s, filter 0.001, amplitude 1e6. NULL is ignored. */
TUTTI_API void tutti_shallow_water_grid_default(tutti_shallow_water_grid *grid);

/* Makes a model in the initial state of the benchmark. With psi(i,j) = amplitude sin(2 pi (i + 1/2) / nx)
 * sin(2 pi (j + 1/2) / ny),
 *
 *     p(i,j) = 50000 + (pi amplitude / (ny dx))^2 (cos(4 pi i / nx) + cos(4 pi j / ny)),
 *     u(i,j) = (psi(i,j) - psi(i,j+1)) / dy,   v(i,j) = (psi(i+1,j) - psi(i,j)) / dx.
 *
 * It takes 96 bytes a point. TUTTI_EINVAL: nx or ny is 0; dx, dy or dt is not finite and positive; filter is
 * not in [0, 1); the amplitude is not finite, or so large that a pressure is not positive. TUTTI_ENOMEM: the
 * detail has the bytes. TUTTI_EUNSUPPORTED: in a context over ranks, within a chunk. *model is untouched on
 * failure. */
TUTTI_API tutti_status tutti_shallow_water_create(tutti_ctx *ctx, const tutti_shallow_water_grid *grid,
                                                  tutti_shallow_water **model);

/* Sets another initial state: nx x ny numbers each, point (i, j) at [i * ny + j]. The next step is a first
 * step, and the time is 0. TUTTI_EINVAL: a number is not finite, or a pressure is not positive; the detail
 * names the point, and the model keeps the state it had. Over ranks every rank passes the same numbers. */
TUTTI_API tutti_status tutti_shallow_water_set(tutti_shallow_water *model, const double *p, const double *u,
                                               const double *v);

/* Makes steps: the first forward over dt, all others leapfrogs over 2 dt.
 *
 * They are made in pairs, two in one sweep through the memory; an odd one at the end by itself. The progress
 * function is called after each pair and at the end, and can cancel then. TUTTI_EOVERFLOW: after a step a
 * number is not finite, or a pressure is not positive; the detail names the first such point (the least
 * i ny + j), its value, the step and the time. The model has the state before that step. */
TUTTI_API tutti_status tutti_shallow_water_step(tutti_shallow_water *model, size_t steps);

/* out: nx x ny numbers, point (i, j) at [i * ny + j]. After a failure of the transport some may be written.
 */
TUTTI_API tutti_status tutti_shallow_water_field(tutti_shallow_water *model,
                                                 tutti_shallow_water_field_t field, double *out);

/* Exact sums over the grid: those of the values that tutti_shallow_water_field gives, rounded once. */
TUTTI_API tutti_status tutti_shallow_water_sums(tutti_shallow_water *model,
                                                tutti_shallow_water_totals *totals);

/* Writes the state and the grid's settings to a file: "Checkpoints", above. */
TUTTI_API tutti_status tutti_shallow_water_save(tutti_shallow_water *model, const char *path);

/* Makes a model in the state of a file. *model is untouched on failure. */
TUTTI_API tutti_status tutti_shallow_water_restore(tutti_ctx *ctx, const char *path,
                                                   tutti_shallow_water **model);

/* Frees a model; NULL is ignored. */
TUTTI_API void tutti_shallow_water_destroy(tutti_shallow_water *model);

/* -- a dry atmosphere -- */

/* The two-dimensional (x, z), dry, compressible, non-hydrostatic Euler equations in finite volumes, as posed
 * by the mini-application miniWeather (Norman, Oak Ridge National Laboratory): fourth-order values at the
 * faces of cells, hyperviscosity, Strang (1968) splitting into half steps along x and z, each of three
 * Runge-Kutta stages (Wicker and Skamarock, 2002). Periodic in x; below and above are walls.
 *
 * nx x nz cells. Cell (i, k), i along x, k upwards, is at [k * nx + i] of an array. A step takes
 *
 *     dt = min(dx, dz) / max_speed 1.5
 *
 * seconds. Memory: 96 bytes a cell, and what rounding rows up to cache lines takes.
 *
 * The exponential, logarithm, power and cosine of the initial state are the library's own: the bits of a
 * state do not depend on the machine's C library. States that are mirror images in x stay so, bit by bit. */
typedef struct tutti_atmosphere tutti_atmosphere;
typedef tutti_atmosphere tutti_atmosphere_t;

/* Cases of 20 km x 10 km, in which the potential temperature is 300 K and the air at rest, but for
 *
 *     TUTTI_THERMAL          a bubble that is 3 K warmer, and rises
 *     TUTTI_COLLISION        one 20 K warmer below one 20 K colder
 *     TUTTI_DENSITY_CURRENT  one 20 K colder, which falls and spreads
 *     TUTTI_INJECTION        a jet of 50 m/s and 298 K that comes in from the left, 7 500 m high
 *     TUTTI_GRAVITY_WAVES    15 m/s of wind over a forcing of w, which acts in the half steps along z;
 *                            potential temperature 300 K exp(N^2 z / g), N = .02/s */
typedef enum {
  TUTTI_THERMAL,
  TUTTI_COLLISION,
  TUTTI_DENSITY_CURRENT,
  TUTTI_INJECTION,
  TUTTI_GRAVITY_WAVES
} tutti_atmosphere_case;

/* Full values: density (kg/m^3), velocities u and w (m/s), potential temperature (K), pressure (Pa). Then the
 * same without the background, which is at rest. */
typedef enum {
  TUTTI_ATM_DENSITY,
  TUTTI_ATM_U,
  TUTTI_ATM_W,
  TUTTI_ATM_THETA,
  TUTTI_ATM_PRESSURE,
  TUTTI_ATM_DENSITY_PERTURBATION,
  TUTTI_ATM_U_PERTURBATION,
  TUTTI_ATM_W_PERTURBATION,
  TUTTI_ATM_THETA_PERTURBATION,
  TUTTI_ATM_PRESSURE_PERTURBATION
} tutti_atmosphere_field_t;

/* time in s. mass in kg/m: the exact sum of the cells' densities, rounded once, times dx dz. Energies in J/m,
 * sums over cells of these, exact and rounded once, times dx dz:
 *
 *     reference_energy   rho (u^2 + w^2) + rho cv T: miniWeather's, which has the kinetic energy twice;
 *     total_energy       rho (u^2 + w^2) / 2 + rho cv T + rho g z,   z the height of the cell's centre.
 *
 * T = theta (p / p0)^(rd / cp). steps: how many there have been. */
typedef struct {
  double time, mass, reference_energy, total_energy;
  size_t steps;
} tutti_atmosphere_state;
typedef tutti_atmosphere_state tutti_atmosphere_state_t;

/* What a point of the initial state is above the background: density (kg/m^3), velocities (m/s), potential
 * temperature (K). */
typedef struct {
  double density, u, w, theta;
} tutti_atmosphere_point;
typedef tutti_atmosphere_point tutti_atmosphere_point_t;

/* An atmosphere of your own. Functions that may be NULL are not called then. They are called by the creating
 * thread alone, and on ranks must give the same numbers everywhere.
 *
 * - nx, nz: cells, from 1 to 2^32. width, height: m. max_speed: the greatest speed of sound and wind together
 *   that a step's length allows for; 0: 450 m/s.
 * - theta: the background's potential temperature (K) at the height z (m), from two cells below the ground to
 *   two above the top.
 * - density: the background's density (kg/m^3); NULL: that of hydrostatic balance, with 1e5 Pa at z = 0.
 * - perturbation: of the background, at 3 x 3 Gauss points of each cell. *point is 0 before the call.
 * - forcing: an upward acceleration (m/s^2) at the centres of cells, which does not change with time. The
 *   smallest box around all cells that have one takes 8 bytes a cell.
 * - inflow: sets *u and *theta, which are 0, at heights at which air comes in from the left. */
typedef struct {
  size_t nx, nz;
  double width, height, max_speed;
  double (*theta)(double z, const void *args);
  double (*density)(double z, const void *args);
  void (*perturbation)(double x, double z, tutti_atmosphere_point *point, const void *args);
  double (*forcing)(double x, double z, const void *args);
  void (*inflow)(double z, double *u, double *theta, const void *args);
  const void *args;
} tutti_atmosphere_setup;
typedef tutti_atmosphere_setup tutti_atmosphere_setup_t;

/* TUTTI_EINVAL also: a function gave a number that is not finite, or a density or potential temperature that
 * is not positive; the detail names the point. TUTTI_EUNSUPPORTED: a context over ranks, from within a chunk.
 */
TUTTI_API tutti_status tutti_atmosphere_create(tutti_ctx *ctx, tutti_atmosphere_case which, size_t nx,
                                               size_t nz, tutti_atmosphere **model);
TUTTI_API tutti_status tutti_atmosphere_create_from(tutti_ctx *ctx, const tutti_atmosphere_setup *setup,
                                                    tutti_atmosphere **model);

/* The setup of a case, for a change of some of it. TUTTI_EINVAL. */
TUTTI_API tutti_status tutti_atmosphere_setup_of(tutti_atmosphere_case which, size_t nx, size_t nz,
                                                 tutti_atmosphere_setup *setup);

/* Runs until the time `until`, in s, which is not before that of the state: the last step is shortened to end
 * there. TUTTI_EINVAL also: at a face of a cell wind and sound together are not slower than max_speed, or are
 * not a number; the detail names the step, its time and the lowest such cell (k nx + i), and the state is
 * that before the step. */
TUTTI_API tutti_status tutti_atmosphere_run(tutti_atmosphere *model, double until);

/* Tells the time, the mass and the energies of a state. */
TUTTI_API tutti_status tutti_atmosphere_get(tutti_atmosphere *model, tutti_atmosphere_state *state);

/* out: nz x nx numbers, cell (i, k) at [k * nx + i]. */
TUTTI_API tutti_status tutti_atmosphere_field(tutti_atmosphere *model, tutti_atmosphere_field_t field,
                                              double *out);

/* Writes the state to a file: "Checkpoints", above. Of the setup, functions are not in it. */
TUTTI_API tutti_status tutti_atmosphere_save(tutti_atmosphere *model, const char *path);

/* Makes a model in the state of a file. setup: that of the model which was saved; NULL: it was one of the
 * cases. TUTTI_EINVAL also: the setup has another grid, background or inflow. *model is untouched on failure.
 */
TUTTI_API tutti_status tutti_atmosphere_restore(tutti_ctx *ctx, const char *path,
                                                const tutti_atmosphere_setup *setup,
                                                tutti_atmosphere **model);

/* Frees a model; NULL is ignored. */
TUTTI_API void tutti_atmosphere_destroy(tutti_atmosphere *model);

TUTTI_END_DECLS

#endif
