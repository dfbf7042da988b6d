/* Fits of the laws that are linear in their terms: Amdahl's, the same with overhead, Gustafson's. What was
 * measured is fitted by
 *
 *     a + b z + c (p - 1),   a, b, c >= 0,
 *
 * where p is the number of workers, z = 1 / p for a fixed problem (then a time is measured) and z = p for
 * one that grows (then a throughput). The results are
 *
 *     serial fraction = a / (a + b),   overhead = c / (a + b),   time or throughput of one worker = a + b.
 *
 * Each point has the weight 1 / measured^2, because the spread of a time grows with it. Terms and
 * measurements are scaled to order 1, so that units do not matter. */
#include <math.h>
#include <tutti/scaling.h>

#include "scaling/least_squares.h"

enum { SERIAL, PARALLEL, OVERHEAD };

typedef struct {
  const double *workers, *measured;
  size_t n;
  bool grows;
  double z_scale, excess_scale, measured_scale; /* largest z, largest |p - 1|, smallest measurement */
} linear_data;

typedef struct {
  double serial_fraction, overhead, one, serial_fraction_se, overhead_se, one_se;
} linear_fit;

static double z_of(const linear_data *d, size_t i) { return d->grows ? d->workers[i] : 1 / d->workers[i]; }

static linear_data linear_scaled(const double *workers, const double *measured, size_t n, bool grows) {
  linear_data d = {
      .workers = workers, .measured = measured, .n = n, .grows = grows, .measured_scale = INFINITY};
  for (size_t i = 0; i < n; i++) {
    d.z_scale = fmax(d.z_scale, z_of(&d, i));
    d.excess_scale = fmax(d.excess_scale, fabs(workers[i] - 1));
    d.measured_scale = fmin(d.measured_scale, measured[i]);
  }
  return d;
}

/* The terms of point i, divided by what was measured there. */
static void linear_row(const linear_data *d, size_t i, double row[MAX_PARAMETERS]) {
  const double weight = d->measured_scale / d->measured[i];
  row[SERIAL] = weight;
  row[PARALLEL] = weight * (z_of(d, i) / d->z_scale);
  row[OVERHEAD] = weight * ((d->workers[i] - 1) / d->excess_scale);
}

/* The triangular factor for the terms that are not in the set `left_out`. */
static triangle linear_folded(const linear_data *d, unsigned left_out) {
  triangle t = {0};
  for (size_t i = 0; i < d->n; i++) {
    double row[MAX_PARAMETERS];
    linear_row(d, i, row);
    for (int j = 0; j < MAX_PARAMETERS; j++)
      if (left_out >> j & 1) row[j] = 0;
    tutti_triangle_fold(&t, row, 1);
  }
  return t;
}

/* Sets a term to 0 where its whole effect is negligible: so a fit of exact data of a simpler law finds
 * that law. */
static void drop_negligible(const linear_data *d, double x[MAX_PARAMETERS]) {
  double effect[MAX_PARAMETERS] = {0};
  for (size_t i = 0; i < d->n; i++) {
    double row[MAX_PARAMETERS], sum = 0;
    linear_row(d, i, row);
    for (int j = 0; j < MAX_PARAMETERS; j++) sum += row[j] * x[j];
    for (int j = 0; j < MAX_PARAMETERS; j++) effect[j] = fmax(effect[j], fabs(row[j] * x[j] / sum));
  }
  for (int j = 0; j < MAX_PARAMETERS; j++)
    if (effect[j] < NEGLIGIBLE) x[j] = 0;
}

/* Standard errors, by the delta method. NaN for a parameter held at a bound: s where a or b is 0, o where
 * c is. */
static void linear_errors(const linear_data *d, const double x[MAX_PARAMETERS], bool overhead,
                          linear_fit *fit) {
  unsigned held = 0;
  for (int j = 0; j < MAX_PARAMETERS; j++) held |= (unsigned)(x[j] == 0) << j;
  const triangle t = linear_folded(d, held);
  const size_t parameters = overhead ? 3 : 2;
  const double sd = d->n > parameters ? sqrt(t.rss / (double)(d->n - parameters)) : NAN;
  const double a = x[SERIAL], b = x[PARALLEL] / d->z_scale, c = x[OVERHEAD] / d->excess_scale, one = a + b;
  const double of_one[] = {1, 1 / d->z_scale, 0};
  const double of_serial[] = {b / one / one, -(a / one / one) / d->z_scale, 0};
  const double of_overhead[] = {-(c / one / one), -(c / one / one) / d->z_scale, 1 / d->excess_scale / one};
  const bool free = a > 0 && b > 0;
  fit->serial_fraction_se = free ? sd * tutti_triangle_error_factor(&t, of_serial) : NAN;
  fit->one_se = free ? sd * tutti_triangle_error_factor(&t, of_one) * d->measured_scale : NAN;
  fit->overhead_se = free && c > 0 ? sd * tutti_triangle_error_factor(&t, of_overhead) : NAN;
}

static linear_fit linear_solve(const linear_data *d, bool overhead) {
  static const double lower[MAX_PARAMETERS] = {0};
  const unsigned left_out = overhead ? 0 : 1u << OVERHEAD;
  const triangle t = linear_folded(d, left_out);
  double x[MAX_PARAMETERS];
  tutti_triangle_solve(&t, left_out, lower, x);
  drop_negligible(d, x);
  /* Times proportional to p - 1, which only data without one worker have, would be an infinite overhead
   * and a time 0 of one worker. A finite overhead and a small time have the same curve. */
  if (x[SERIAL] + x[PARALLEL] == 0) x[PARALLEL] = 1e-9;
  const double a = x[SERIAL], b = x[PARALLEL] / d->z_scale, one = a + b;
  linear_fit fit = {.serial_fraction = a / one,
                    .overhead = x[OVERHEAD] / d->excess_scale / one,
                    .one = one * d->measured_scale};
  linear_errors(d, x, overhead, &fit);
  return fit;
}

tutti_status tutti_fit_amdahl(const double *workers, const double *seconds, size_t n, tutti_amdahl_fit *fit) {
  if (!fit || !tutti_are_points_valid(workers, seconds, n, 2)) return TUTTI_EINVAL;
  const linear_data d = linear_scaled(workers, seconds, n, false);
  const linear_fit found = linear_solve(&d, false);
  *fit = (tutti_amdahl_fit){found.serial_fraction, found.serial_fraction_se, found.one};
  return TUTTI_OK;
}

tutti_status tutti_fit_amdahl_overhead(const double *workers, const double *seconds, size_t n,
                                       tutti_amdahl_overhead_fit *fit) {
  if (!fit || !tutti_are_points_valid(workers, seconds, n, 3)) return TUTTI_EINVAL;
  const linear_data d = linear_scaled(workers, seconds, n, false);
  const linear_fit found = linear_solve(&d, true);
  *fit = (tutti_amdahl_overhead_fit){
      .serial_fraction = found.serial_fraction,
      .overhead = found.overhead,
      .t1 = found.one,
      .serial_fraction_se = found.serial_fraction_se,
      .overhead_se = found.overhead_se,
      .t1_se = found.one_se,
      .peak_workers = found.overhead > 0 ? sqrt((1 - found.serial_fraction) / found.overhead) : INFINITY};
  return TUTTI_OK;
}

tutti_status tutti_fit_gustafson(const double *workers, const double *throughput, size_t n,
                                 tutti_gustafson_fit *fit) {
  if (!fit || !tutti_are_points_valid(workers, throughput, n, 2)) return TUTTI_EINVAL;
  const linear_data d = linear_scaled(workers, throughput, n, true);
  const linear_fit found = linear_solve(&d, false);
  *fit = (tutti_gustafson_fit){found.serial_fraction, found.serial_fraction_se, found.one, found.one_se};
  return TUTTI_OK;
}
