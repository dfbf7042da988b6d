/* The laws: their names, their formulas, and their fits, which are the library's. */
#include "analysis/scaling_law.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/scaling.h>

#include "util/xalloc.h"

static const struct {
  const char *name, *title;
} kinds[LAW_KINDS] = {
    [LAW_AMDAHL] = {"amdahl", "Amdahl's law"},
    [LAW_AMDAHL_OVERHEAD] = {"amdahl+overhead", "Amdahl's law with overhead"},
    [LAW_USL] = {"usl", "Universal Scalability Law"},
    [LAW_USL_NORMALISED] = {"usl-normalised", "normalised Universal Scalability Law"},
    [LAW_GUSTAFSON] = {"gustafson", "Gustafson's law"},
};

const char *law_name(enum law_kind kind) { return kinds[kind].name; }
const char *law_title(enum law_kind kind) { return kinds[kind].title; }
bool law_grows(enum law_kind kind) { return kind == LAW_GUSTAFSON; }

enum law_kind law_named(const char *name) {
  for (int k = 0; k < LAW_KINDS; k++)
    if (strcmp(name, kinds[k].name) == 0) return (enum law_kind)k;
  return LAW_KINDS;
}

/* The speedup over one worker. */
static double speedup(const struct law *law, double workers) {
  const double first = law->parameters[0].value, second = law->parameters[1].value;
  switch (law->kind) {
  case LAW_AMDAHL:
    return tutti_amdahl(first, workers);
  case LAW_GUSTAFSON:
    return tutti_gustafson(first, workers);
  default: /* the overhead is a beta, see the header */
    return tutti_usl(1, first, second, workers);
  }
}

double law_predict(const struct law *law, double workers) { return law->one * speedup(law, workers); }

/* ---- the fits ---- */

static void add(struct law *law, const char *name, const char *symbol, double value, double se) {
  law->parameters[law->count++] = (struct law_parameter){name, symbol, value, se, NAN, NAN};
}

/* The fits of times: the caller frees. */
static double *reciprocals(const double *x, size_t n) {
  double *to = xcalloc(n, sizeof *to);
  for (size_t i = 0; i < n; i++) to[i] = 1 / x[i];
  return to;
}

/* The standard error of t1 = a + b, seconds being a + b / p weighted by 1 / seconds^2: the law's fit has that
 * of s alone. sigma^2 times the sum of the inverse of the matrix of second moments. */
static double amdahl_t1_se(const tutti_amdahl_fit *fit, const double *workers, const double *seconds,
                           size_t n) {
  double s = 0, sz = 0, szz = 0, rss = 0;
  if (isnan(fit->serial_fraction_se)) return NAN;
  for (size_t i = 0; i < n; i++) {
    const double w = fit->t1 / seconds[i], z = 1 / workers[i],
                 residual = w * (fit->serial_fraction + (1 - fit->serial_fraction) * z) - 1;
    s += w * w;
    sz += w * w * z;
    szz += w * w * z * z;
    rss += residual * residual;
  }
  return fit->t1 * sqrt(rss / (double)(n - 2) * ((s - sz) + (szz - sz)) / (s * szz - sz * sz));
}

static bool fit_amdahl(const struct law_points *p, struct law *law) {
  tutti_amdahl_fit fit;
  double *seconds = reciprocals(p->throughput, p->n);
  law->fitted = tutti_fit_amdahl(p->workers, seconds, p->n, &fit) == TUTTI_OK;
  if (law->fitted) {
    add(law, "serial fraction", "s", fit.serial_fraction, fit.serial_fraction_se);
    add(law, "time on one worker", "t1", fit.t1, amdahl_t1_se(&fit, p->workers, seconds, p->n));
    law->one = 1 / fit.t1;
    law->peak = INFINITY;
  }
  free(seconds);
  return law->fitted;
}

static bool fit_overhead(const struct law_points *p, struct law *law) {
  tutti_amdahl_overhead_fit fit;
  double *seconds = reciprocals(p->throughput, p->n);
  law->fitted = tutti_fit_amdahl_overhead(p->workers, seconds, p->n, &fit) == TUTTI_OK;
  free(seconds);
  if (!law->fitted) return false;
  add(law, "serial fraction", "s", fit.serial_fraction, fit.serial_fraction_se);
  add(law, "overhead per worker", "o", fit.overhead, fit.overhead_se);
  add(law, "time on one worker", "t1", fit.t1, fit.t1_se);
  law->one = 1 / fit.t1;
  law->peak = fit.peak_workers;
  return true;
}

static bool fit_usl(const struct law_points *p, struct law *law) {
  tutti_usl_fit fit;
  law->fitted = tutti_fit_usl(p->workers, p->throughput, p->n, &fit) == TUTTI_OK;
  if (!law->fitted) return false;
  add(law, "contention", "alpha", fit.alpha, fit.alpha_se);
  add(law, "coherency", "beta", fit.beta, fit.beta_se);
  add(law, "throughput of one worker", "gamma", fit.gamma, fit.gamma_se);
  law->one = fit.gamma;
  law->peak = fit.peak_workers;
  return true;
}

/* The mean throughput measured on one worker; NaN: none was. */
static double measured_one(const struct law_points *p) {
  double sum = 0, count = 0;
  for (size_t i = 0; i < p->n; i++) {
    if (p->workers[i] != 1) continue;
    sum += p->throughput[i];
    count++;
  }
  return sum / count;
}

static bool fit_normalised(const struct law_points *p, struct law *law) {
  tutti_usl_normalised_fit fit;
  law->one = measured_one(p);
  if (isnan(law->one)) return false;
  double *capacity = xcalloc(p->n, sizeof *capacity);
  for (size_t i = 0; i < p->n; i++) capacity[i] = p->throughput[i] / law->one;
  law->fitted = tutti_fit_usl_normalised(p->workers, capacity, p->n, &fit) == TUTTI_OK;
  free(capacity);
  if (!law->fitted) return false;
  add(law, "contention", "alpha", fit.alpha, fit.alpha_se);
  add(law, "coherency", "beta", fit.beta, fit.beta_se);
  law->peak = fit.peak_workers;
  return true;
}

static bool fit_gustafson(const struct law_points *p, struct law *law) {
  tutti_gustafson_fit fit;
  law->fitted = tutti_fit_gustafson(p->workers, p->throughput, p->n, &fit) == TUTTI_OK;
  if (!law->fitted) return false;
  add(law, "serial fraction", "s", fit.serial_fraction, fit.serial_fraction_se);
  add(law, "throughput of one worker", "rate1", fit.rate1, fit.rate1_se);
  law->one = fit.rate1;
  law->peak = INFINITY;
  return true;
}

static double residual_sd(const struct law *law, const struct law_points *p) {
  double sum = 0;
  for (size_t i = 0; i < p->n; i++) {
    const double residual = p->throughput[i] / law_predict(law, p->workers[i]) - 1;
    sum += residual * residual;
  }
  /* the normalised law has used the measurement at one worker up */
  const size_t used = law->count + (law->kind == LAW_USL_NORMALISED);
  return p->n > used ? sqrt(sum / (double)(p->n - used)) : NAN;
}

struct law law_fit(enum law_kind kind, const struct law_points *points) {
  static bool (*const fits[LAW_KINDS])(const struct law_points *, struct law *) = {
      fit_amdahl, fit_overhead, fit_usl, fit_normalised, fit_gustafson};
  struct law law = {.kind = kind};
  if (!fits[kind](points, &law)) return (struct law){.kind = kind};
  law.limit = speedup(&law, isnan(law.peak) ? 1 : fmax(1, law.peak));
  law.residual_sd = residual_sd(&law, points);
  return law;
}
