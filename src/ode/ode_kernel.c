/* Runge-Kutta steps of a batch of eight members. */
#include "isa/vec.h"
#include "ode/batch.h"
#include "ode/kernels.h"

enum { LANES = TUTTI_ODE_BATCH };

/* One of the four evaluations of a step: of which state, at what time, and what its rates k are used for. */
typedef struct {
  const ode_batch *b;
  double t;
  const double *x; /* the state whose rates are wanted */
  double *next;    /* the state of the next evaluation */
  double h;        /* next = state + h k */
} evaluation;

typedef void (*rate_user)(const evaluation *e, size_t i, vd k);

VEC_INLINE void use_first(const evaluation *e, size_t i, vd k) {
  vd_store(e->next + i, vd_fma(vd_set1(e->h), k, vd_load(e->b->state + i)));
  vd_store(e->b->sum + i, k);
}
VEC_INLINE void use_middle(const evaluation *e, size_t i, vd k) {
  vd_store(e->next + i, vd_fma(vd_set1(e->h), k, vd_load(e->b->state + i)));
  vd_store(e->b->sum + i, vd_fma(vd_set1(2), k, vd_load(e->b->sum + i)));
}
/* For the last evaluation h is a sixth of the step. */
VEC_INLINE void use_last(const evaluation *e, size_t i, vd k) {
  vd_store(e->next + i, vd_fma(vd_set1(e->h), vd_load(e->b->sum + i) + k, vd_load(e->b->state + i)));
}

/* Calls `use` with the rate of every vector of components, in any order. Non-zero is a failure. */
typedef int (*rates_of)(const evaluation *e, rate_user use);

VEC_INLINE int advance(const ode_batch *b, rates_of rates, size_t step, size_t count) {
  const double half = 0.5 * b->dt;
  for (size_t s = step; s < step + count; s++) {
    const double t = b->start + (double)s * b->dt;
    int failure = rates(&(evaluation){b, t, b->state, b->stage, half}, use_first);
    if (failure) return failure;
    failure = rates(&(evaluation){b, t + half, b->stage, b->other_stage, half}, use_middle);
    if (failure) return failure;
    failure = rates(&(evaluation){b, t + half, b->other_stage, b->stage, b->dt}, use_middle);
    if (failure) return failure;
    failure = rates(&(evaluation){b, t + b->dt, b->stage, b->state, b->dt / 6}, use_last);
    if (failure) return failure;
  }
  return 0;
}

/* -- right-hand sides -- */

/* A right-hand side of the user's. Rates that it does not write must show as NaN, and not be those of an
 * earlier call. */
VEC_INLINE int of_user(const evaluation *e, rate_user use) {
  const ode_batch *b = e->b;
  for (size_t i = 0; i < LANES * b->dims; i += W) vd_store(b->rate + i, vd_set1(__builtin_nan("")));
  const int failure = b->rhs(e->t, e->x, b->rate, b->dims, b->args);
  for (size_t i = 0; i < LANES * b->dims && !failure; i += W) use(e, i, vd_load(b->rate + i));
  return failure;
}

VEC_INLINE int of_lorenz96(const evaluation *e, rate_user use) {
  const size_t n = e->b->dims;
  const double *x = e->x;
  const vd forcing = vd_set1(*(const double *)e->b->args);
  for (size_t lane = 0; lane < LANES; lane += W) {
    vd before_2 = vd_load(x + LANES * (n - 2) + lane), before = vd_load(x + LANES * (n - 1) + lane);
    vd here = vd_load(x + lane);
    const vd first = here;
#pragma GCC unroll 4
    for (size_t k = 0; k < n - 1; k++) {
      const vd next = vd_load(x + LANES * (k + 1) + lane);
      use(e, LANES * k + lane, vd_fma(next - before_2, before, forcing - here));
      before_2 = before;
      before = here;
      here = next;
    }
    use(e, LANES * (n - 1) + lane, vd_fma(first - before_2, before, forcing - here));
  }
  return 0;
}

VEC_INLINE int of_lorenz63(const evaluation *e, rate_user use) {
  const double *p = e->b->args, *s = e->x; /* sigma, rho, beta */
  const vd sigma = vd_set1(p[0]), rho = vd_set1(p[1]), beta = vd_set1(p[2]), zero = vd_set1(0);
  for (size_t lane = 0; lane < LANES; lane += W) {
    const vd x = vd_load(s + lane), y = vd_load(s + LANES + lane), z = vd_load(s + 2 * LANES + lane);
    use(e, lane, sigma * (y - x));
    use(e, LANES + lane, vd_fma(x, rho - z, zero - y));
    use(e, 2 * LANES + lane, vd_fma(x, y, zero - beta * z));
  }
  return 0;
}

int TUTTI_KERNEL(advance)(const ode_batch *b, size_t step, size_t count) {
  return advance(b, of_user, step, count);
}
int TUTTI_KERNEL(lorenz96_advance)(const ode_batch *b, size_t step, size_t count) {
  return advance(b, of_lorenz96, step, count);
}
int TUTTI_KERNEL(lorenz63_advance)(const ode_batch *b, size_t step, size_t count) {
  return advance(b, of_lorenz63, step, count);
}
