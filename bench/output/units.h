/* Numbers for people. */
#ifndef BENCH_UNITS_H
#define BENCH_UNITS_H

#include <stddef.h>

/* The unit in which a time of this size reads well, and its seconds. */
struct time_unit {
  const char *name;
  double seconds;
};
struct time_unit time_unit(double seconds);

/* Four significant digits, without an exponent: "812.1", "0.0500". */
void format_digits(double value, char *text, size_t size);

/* "3.94 GB/s", "412 Msamples/s", "19.8 tasks/s". */
void format_rate(double rate, const char *unit, char *text, size_t size);

/* "12.3 %", with enough digits for a small share. */
void format_percent(double share, char *text, size_t size);

#endif
