/* Numbers with units, in as many digits as a person reads. */
#include "output/units.h"

#include <math.h>
#include <stdio.h>

struct time_unit time_unit(double seconds) {
  if (seconds >= 1) return (struct time_unit){"s", 1};
  if (seconds >= 1e-3) return (struct time_unit){"ms", 1e-3};
  return (struct time_unit){"us", 1e-6};
}

void format_digits(double value, char *text, size_t size) {
  const double magnitude = fabs(value);
  const int decimals = magnitude >= 1000  ? 0
                       : magnitude >= 100 ? 1
                       : magnitude >= 10  ? 2
                       : magnitude >= 1   ? 3
                                          : 4;
  snprintf(text, size, "%.*f", decimals, value);
}

void format_rate(double rate, const char *unit, char *text, size_t size) {
  static const char *const prefixes[] = {"", "k", "M", "G", "T", "P"};
  size_t prefix = 0;
  while (rate >= 999.5 && prefix + 1 < sizeof prefixes / sizeof *prefixes) {
    rate /= 1000;
    prefix++;
  }
  const int decimals = rate >= 99.95 ? 0 : rate >= 9.995 ? 1 : 2;
  snprintf(text, size, "%.*f %s%s/s", decimals, rate, prefixes[prefix], unit);
}

void format_percent(double share, char *text, size_t size) {
  const double percent = 100 * share;
  const int decimals = fabs(percent) >= 9.995 || percent == 0 ? 1 : fabs(percent) >= 0.0995 ? 2 : 3;
  snprintf(text, size, "%.*f %%", decimals, percent);
}
