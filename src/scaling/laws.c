/* The laws of scaling, each in the form that rounds least and in which no 0 * infinity or infinity /
 * infinity occurs.
 *
 * - G. M. Amdahl, "Validity of the single processor approach to achieving large scale computing
 *   capabilities", AFIPS 1967.
 * - J. L. Gustafson, "Reevaluating Amdahl's law", CACM 31 (1988).
 * - A. H. Karp, H. P. Flatt, "Measuring parallel processor performance", CACM 33 (1990).
 * - N. J. Gunther, "A simple capacity model of massively parallel transaction systems", CMG 1993. */
#include <math.h>
#include <tutti/scaling.h>

/* Whether arguments are in their ranges; false for NaN. */
static int in_range(double serial_fraction, double workers) {
  return serial_fraction >= 0 && serial_fraction <= 1 && workers >= 1;
}

double tutti_amdahl(double serial_fraction, double workers) {
  if (!in_range(serial_fraction, workers)) return NAN;
  if (isinf(workers)) return 1 / serial_fraction;
  /* The law times p / p: exactly p for s = 0, where 1 / (1 / p) would round twice. */
  return workers / (1 + serial_fraction * (workers - 1));
}

double tutti_gustafson(double serial_fraction, double workers) {
  if (!in_range(serial_fraction, workers)) return NAN;
  if (serial_fraction == 1) return 1; /* for infinitely many workers too */
  /* p - s (p - 1) without its cancellation near s = 1. */
  return serial_fraction + (1 - serial_fraction) * workers;
}

double tutti_usl(double gamma, double alpha, double beta, double workers) {
  if (!(workers > 0) || isnan(gamma) || isnan(alpha) || isnan(beta)) return NAN;
  if (isinf(workers)) { /* the limits of the law; the formula itself would be infinity / infinity */
    if (beta != 0) return gamma / (beta * INFINITY);
    return alpha != 0 ? gamma / alpha : gamma * INFINITY;
  }
  double slowdown = 1 + alpha * (workers - 1) + beta * workers * (workers - 1);
  return gamma * (workers / slowdown); /* gamma * workers might overflow */
}

double tutti_karp_flatt(double speedup, double workers) {
  if (!(workers > 1) || !(speedup > 0)) return NAN;
  if (isinf(workers) || isinf(speedup)) return (1 / speedup - 1 / workers) / (1 - 1 / workers);
  /* The same times p / p: p - S and p - 1 are exact where they cancel, differences of reciprocals are not. */
  return (workers - speedup) / speedup / (workers - 1);
}
