#include "report/words.h"

#include <math.h>
#include <stdio.h>

#include "report/units.h"

void describe_share(const tutti_amdahl_fit *fit, const char *plus_minus, char *text, size_t size) {
  char share[32], error[32];
  format_percent(fit->serial_fraction, share, sizeof share);
  if (isnan(fit->serial_fraction_se)) {
    snprintf(text, size, "%s", share);
    return;
  }
  format_percent(fit->serial_fraction_se, error, sizeof error);
  snprintf(text, size, "%s %s %s", share, plus_minus, error);
}

/* Three digits, but never an exponent. */
static void format_limit(double limit, const char *times, char *text, size_t size) {
  snprintf(text, size, limit >= 100 ? "%.0f%s" : "%.3g%s", limit, times);
}

/* one: the gain of one worker. */
static void put_limit(const tutti_amdahl_fit *fit, double one, const char *times, int brief, char *text,
                      size_t size) {
  const double s = fit->serial_fraction, error = 2 * fit->serial_fraction_se;
  char middle[32] = "", low[32] = "", high[32] = "";
  format_limit(one / s, times, middle, sizeof middle);
  format_limit(one / fmin(1, s + error), times, low, sizeof low); /* unused where the error is NaN */
  format_limit(one / (s - error), times, high, sizeof high);
  if (s <= 0) snprintf(text, size, "no limit in sight");
  else if (s <= error) snprintf(text, size, brief ? "limit > %s" : "limit above %s", low);
  else if (brief || isnan(error)) snprintf(text, size, "limit %s", middle);
  else snprintf(text, size, "limit %s (%s .. %s)", middle, low, high);
}

void describe_limit(const tutti_amdahl_fit *fit, const char *times, int brief, char *text, size_t size) {
  put_limit(fit, 1, times, brief, text, size);
}

void describe_family(const struct family *family, char *text, size_t size) {
  char share[96], limit[96];
  if (!isfinite(family_gain(family, 1).value)) {
    snprintf(text, size, "%s", family->variant->name);
    return;
  }
  describe_share(&family->fit, "±", share, sizeof share);
  put_limit(&family->fit, family->gain_at_one, "×", 1, limit, sizeof limit);
  snprintf(text, size, "%s: %s serial, %s", family->variant->name, share, limit);
}
