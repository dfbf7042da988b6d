/* Values that no station has seen, and what they look like. */
#include <math.h>

#include "weather/daily.h"

/* Whether a value looks like a mark for a missing value: nines alone, such as -99.9, 999 or 9999.99;
 * integers at the end of their range; and what is far beyond any possible value. */
static bool like_a_mark(double value) {
  const double size = fabs(value);
  if (!isfinite(value)) return false;
  if (size >= 1e5 || size == 32767 || size == 32768) return true;
  for (double end = 100; end < 1e6; end *= 10)
    for (double unit = 1; unit > 0.005; unit /= 10)
      if (fabs(size - (end - unit)) < 1e-9 * end) return true;
  return false;
}

static const char mark[] = "a mark of a missing value? Such a field is empty or NA";

static const char *unit_of_temperature(double value) {
  const bool tenths =
      value == floor(value) && value >= 10 * DAILY_LEAST_DEGREES && value <= 10 * DAILY_MOST_DEGREES;
  if (value >= 1.8 * DAILY_LEAST_DEGREES + 32 && value <= 1.8 * DAILY_MOST_DEGREES + 32)
    return tenths ? "degrees Fahrenheit, or tenths of a degree?" : "degrees Fahrenheit?";
  if (value >= DAILY_LEAST_DEGREES + 273.15 && value <= DAILY_MOST_DEGREES + 273.15)
    return tenths ? "kelvin, or tenths of a degree?" : "kelvin?";
  return tenths ? "tenths of a degree?" : "";
}

static daily_doubt of_precipitation(double mm) {
  const bool marked = like_a_mark(mm);
  if (mm < 0) return (daily_doubt){"precipitation below 0", marked ? mark : ""};
  if (!(mm > DAILY_MOST_MM) && !(marked && mm >= 999)) return (daily_doubt){0};
  const bool tenths = mm == floor(mm) && mm <= 10 * DAILY_MOST_MM;
  return (daily_doubt){"no precipitation of a day", marked ? mark : tenths ? "tenths of a millimetre?" : ""};
}

daily_doubt tutti_daily_doubt_of(int variable, double value) {
  if (isnan(value)) return (daily_doubt){0};
  if (variable == TUTTI_PRECIPITATION) return of_precipitation(value);
  if (value >= DAILY_LEAST_DEGREES && value <= DAILY_MOST_DEGREES) return (daily_doubt){0};
  return (daily_doubt){"no temperature of this planet",
                       like_a_mark(value) ? mark : unit_of_temperature(value)};
}
