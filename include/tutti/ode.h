/* Ordinary differential equations, an ensemble at a time, by the classical Runge-Kutta method of fourth
 * order (Kutta, 1901) with a fixed step h. With y' = f(t, y), a step from y at time t is
 *
 *     k1 = f(t, y),   k2 = f(t + h/2, y + h/2 k1),   k3 = f(t + h/2, y + h/2 k2),   k4 = f(t + h, y + h k3),
 *     y + h/6 (k1 + 2 k2 + 2 k3 + k4).
 *
 * Eight members of the ensemble are computed side by side in vector registers; chunks of members run on
 * all workers.
 *
 * Common to all functions: the same bits for any backend, workers, schedule and ISA. A member's numbers do
 * not depend on the others. A state that overflows goes on as infinities and NaN. TUTTI_EINVAL: a NULL
 * pointer or an argument out of range, which the detail names; TUTTI_ENOMEM. Thread-safe for different
 * contexts. */
#ifndef TUTTI_ODE_H
#define TUTTI_ODE_H

#include <stddef.h>
#include <tutti/context.h>

TUTTI_BEGIN_DECLS

enum { TUTTI_ODE_BATCH = 8 };

/* A right-hand side of yours: writes rate, the derivative of `state` by t, for eight members side by side.
 * Component k of member j is at [8 k + j], k < dims, j < 8.
 *
 * rate is all NaN before the call, so that a component that is left out shows as NaN in the states. Called
 * from several workers at once. Non-zero (except INT_MIN) stops the run: TUTTI_EUSER. Some of the eight
 * members may be copies that fill a batch. Compile it with -ffp-contract=off if the result is to have the
 * same bits on every machine. */
typedef int (*tutti_ode_rhs)(double t, const double *state, double *rate, size_t dims, const void *args);

/* What is solved, what is kept of every trajectory, and what is made of all of them. Start with {0}; rhs,
 * dims, dt and steps are needed. */
typedef struct {
  tutti_ode_rhs rhs;
  const void *args; /* handed to all functions */
  size_t dims;      /* 1 .. 2^20 */
  double start, dt; /* time of the initial states; the step h, which may be negative */
  size_t steps;

  /* What is kept of a member; or NULL. Called with the member's state of dims numbers before the first
   * step and after every `every` steps (every = 0: only after the last step). It writes to `out`, out_size
   * bytes of the member's own (at most 2^26), which are zero at first and keep what earlier calls wrote.
   * out is NULL if out_size is 0. */
  void (*observe)(size_t member, size_t step, double t, const double *state, void *out, const void *args);
  size_t every, out_size;

  /* A reduction over what was kept, as in parallel.h: add is called once for each member, merge in
   * ascending order. */
  size_t acc_size;
  void (*init)(void *acc, const void *args);
  void (*add)(void *acc, size_t member, const void *out, const void *args);
  void (*merge)(void *into, const void *from, const void *args);
} tutti_ode;
typedef tutti_ode tutti_ode_t;

/* Moves an ensemble by ode->steps steps: `members` states of dims numbers each, one after another in
 * `state`. acc: acc_size bytes for the result of the reduction, or NULL if there is none (acc_size 0).
 *
 * After a failure acc is untouched, but some members have moved (which ones depends on the backend): do
 * not go on with `state`. With TUTTI_PROCESSES only what `observe` writes to out, or to memory of
 * tutti_alloc, reaches the caller. */
TUTTI_API tutti_status tutti_ode_ensemble(tutti_ctx *ctx, const tutti_ode *ode, size_t members, double *state,
                                          void *acc);

/* Moves an ensemble, state[members x variables], of the model of Lorenz (1996) by `steps` steps:
 *
 *     dx[k]/dt = (x[k + 1] - x[k - 2]) x[k - 1] - x[k] + forcing,
 *
 * with indices modulo `variables`, which is at least 4. It is computed as
 *
 *     fma(x[k + 1] - x[k - 2], x[k - 1], forcing - x[k]). */
TUTTI_API tutti_status tutti_lorenz96_run(tutti_ctx *ctx, double forcing, double dt, size_t steps,
                                          size_t variables, size_t members, double *state);

/* Moves an ensemble, state[members x 3] with rows (x, y, z), of the model of Lorenz (1963) by `steps`
 * steps; classically sigma = 10, rho = 28, beta = 8/3. The equations, and how they are computed:
 *
 *     dx/dt = sigma (y - x)      sigma (y - x)
 *     dy/dt = x (rho - z) - y    fma(x, rho - z, -y)
 *     dz/dt = x y - beta z       fma(x, y, -(beta z)) */
TUTTI_API tutti_status tutti_lorenz63_run(tutti_ctx *ctx, double sigma, double rho, double beta, double dt,
                                          size_t steps, size_t members, double *state);

TUTTI_END_DECLS

#endif
