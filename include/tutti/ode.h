/* Ordinary differential equations, an ensemble at a time: the classical Runge-Kutta method of fourth order
 * (Kutta, 1901) with a fixed step, eight members side by side in vector registers, chunks of members on all
 * workers.
 *
 * Common to all: the same bits for any backend, workers, schedule and ISA. A member's numbers do not depend
 * on the others. TUTTI_EINVAL: a NULL pointer or an argument out of range, which the detail names;
 * TUTTI_ENOMEM. A state that overflows goes on as infinities and NaN. Thread-safe for different contexts. */
#ifndef TUTTI_ODE_H
#define TUTTI_ODE_H

#include <stddef.h>
#include <tutti/context.h>

TUTTI_BEGIN_DECLS

enum { TUTTI_ODE_BATCH = 8 };

/* rate = the derivative of `state` by t for eight members side by side: component k of member j is [8 k + j].
 * All of it is NaN before, so that a component that is left out shows as NaN in the states. Called from
 * several workers at once. Non-zero (INT_MIN excepted) stops the run: TUTTI_EUSER. (Some of the eight may be
 * copies that fill a batch; compiled with -ffp-contract=off the result has the same bits on every machine.)
 */
typedef int (*tutti_ode_rhs)(double t, const double *state, double *rate, size_t dims, const void *args);

/* What is solved, what is kept of every trajectory, and what is made of all of them. Start with {0};
 * rhs, dims, dt and steps are needed. */
typedef struct {
  tutti_ode_rhs rhs;
  const void *args; /* handed to all functions */
  size_t dims;      /* 1 .. 2^20 */
  double start, dt; /* time of the initial states, step; dt may be negative */
  size_t steps;

  /* Called before the first step and after every `every` steps (0: only after the last) with the member's
   * state of dims numbers; makes out_size bytes (at most 2^26; out is NULL if 0), which are zero at first
   * and which it finds again the next time. */
  void (*observe)(size_t member, size_t step, double t, const double *state, void *out, const void *args);
  size_t every, out_size;

  /* A reduction over what was kept, as in parallel.h: add is called once a member, merge in ascending order.
   */
  size_t acc_size;
  void (*init)(void *acc, const void *args);
  void (*add)(void *acc, size_t member, const void *out, const void *args);
  void (*merge)(void *into, const void *from, const void *args);
} tutti_ode;

/* Moves `members` states of dims numbers each, one after another in `state`, by ode->steps steps. acc:
 * acc_size bytes for the reduction, or NULL if there is none (acc_size 0). After a failure acc is untouched,
 * but some members, which ones depends on the backend, have moved: do not go on with `state`. With
 * TUTTI_PROCESSES only what `observe` writes to out or to memory of tutti_alloc reaches the caller. */
TUTTI_API tutti_status tutti_ode_ensemble(tutti_ctx *ctx, const tutti_ode *ode, size_t members, double *state,
                                          void *acc);

/* Lorenz (1996): dx[k]/dt = (x[k + 1] - x[k - 2]) x[k - 1] - x[k] + forcing, indices modulo `variables`,
 * which is at least 4; computed as fma(x[k + 1] - x[k - 2], x[k - 1], forcing - x[k]). state[members x
 * variables].
 */
TUTTI_API tutti_status tutti_lorenz96_run(tutti_ctx *ctx, double forcing, double dt, size_t steps,
                                          size_t variables, size_t members, double *state);

/* Lorenz (1963): dx/dt = sigma (y - x), dy/dt = x (rho - z) - y, dz/dt = x y - beta z; classically 10, 28,
 * 8/3; computed as sigma (y - x), fma(x, rho - z, -y), fma(x, y, -(beta z)). state[members x 3]. */
TUTTI_API tutti_status tutti_lorenz63_run(tutti_ctx *ctx, double sigma, double rho, double beta, double dt,
                                          size_t steps, size_t members, double *state);

TUTTI_END_DECLS

#endif
