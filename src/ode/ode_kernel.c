/* Runge-Kutta steps of a batch of eight members. */
#include "isa/vec.h"
#include "ode/batch.h"
#include "ode/kernels.h"

enum { LANES = TUTTI_ODE_BATCH };

/* One of the four evaluations of a step: of which state, at what time, and what its rates k are used for.
 * The pointers of the batch are here once more: kept in registers, as stores could change those. */
typedef struct {
  const ode_batch *b;
  double t;
  const double *x; /* the state whose rates are wanted */
  double *next;    /* the state of the next evaluation */
  double h;        /* next = state + h k */
  const double *state;
  double *sum;
} evaluation;

typedef void (*rate_user)(const evaluation *e, size_t i, vd k);

VEC_INLINE void use_first(const evaluation *e, size_t i, vd k) {
  vd_store(e->next + i, vd_fma(vd_set1(e->h), k, vd_load(e->state + i)));
  vd_store(e->sum + i, k);
}
VEC_INLINE void use_middle(const evaluation *e, size_t i, vd k) {
  vd_store(e->next + i, vd_fma(vd_set1(e->h), k, vd_load(e->state + i)));
  vd_store(e->sum + i, vd_fma(vd_set1(2), k, vd_load(e->sum + i)));
}
/* For the last evaluation h is a sixth of the step. */
VEC_INLINE void use_last(const evaluation *e, size_t i, vd k) {
  vd_store(e->next + i, vd_fma(vd_set1(e->h), vd_load(e->sum + i) + k, vd_load(e->state + i)));
}

/* Calls `use` with the rate of every vector of components, in any order. Non-zero is a failure. */
typedef int (*rates_of)(const evaluation *e, rate_user use);

VEC_INLINE int advance(const ode_batch *b, rates_of rates, size_t step, size_t count) {
  const double half = 0.5 * b->dt;
  for (size_t s = step; s < step + count; s++) {
    const double t = b->start + (double)s * b->dt;
    int failure = rates(&(evaluation){b, t, b->state, b->stage, half, b->state, b->sum}, use_first);
    if (failure) return failure;
    failure = rates(&(evaluation){b, t + half, b->stage, b->other_stage, half, b->state, b->sum}, use_middle);
    if (failure) return failure;
    failure =
        rates(&(evaluation){b, t + half, b->other_stage, b->stage, b->dt, b->state, b->sum}, use_middle);
    if (failure) return failure;
    failure = rates(&(evaluation){b, t + b->dt, b->stage, b->state, b->dt / 6, b->state, b->sum}, use_last);
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

/* dx_k / dt = (x_(k + 1) - x_(k - 2)) x_(k - 1) - x_k + forcing, of these four neighbours in their order. */
VEC_INLINE vd lorenz96(vd before_2, vd before, vd here, vd next, vd forcing) {
  return vd_fma(next - before_2, before, forcing - here);
}

/* A component at a time is read: its neighbours are those of the last one. Four components in each round,
 * so that each neighbour stays in its register. */
VEC_INLINE int of_lorenz96(const evaluation *e, rate_user use) {
  const size_t n = e->b->dims, last = LANES * (n - 1);
  const double *x = e->x;
  const vd forcing = vd_set1(*(const double *)e->b->args);
  for (size_t lane = 0; lane < LANES; lane += W) {
    size_t i = lane; /* of component k */
    vd p = vd_load(x + last - LANES + i), q = vd_load(x + last + i), r = vd_load(x + i);
    const vd first = r;
    for (; i + 4 * LANES <= last + lane; i += 4 * LANES) {
      const vd s = vd_load(x + i + LANES);
      use(e, i, lorenz96(p, q, r, s, forcing));
      p = vd_load(x + i + 2 * LANES);
      use(e, i + LANES, lorenz96(q, r, s, p, forcing));
      q = vd_load(x + i + 3 * LANES);
      use(e, i + 2 * LANES, lorenz96(r, s, p, q, forcing));
      r = vd_load(x + i + 4 * LANES);
      use(e, i + 3 * LANES, lorenz96(s, p, q, r, forcing));
    }
    for (; i <= last + lane; i += LANES) {
      const vd next = i < last ? vd_load(x + i + LANES) : first;
      use(e, i, lorenz96(p, q, r, next, forcing));
      p = q;
      q = r;
      r = next;
    }
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
