/* Numbers and fits in words. */
#include <criterion/criterion.h>
#include <math.h>

#include "cases/variants.h"
#include "output/law_text.h"
#include "output/units.h"

static char text[256];

#define CHECK(call, expected)                                                                                \
  do {                                                                                                       \
    call;                                                                                                    \
    cr_assert_str_eq(text, expected);                                                                        \
  } while (0)

Test(units, digits) {
  CHECK(format_digits(1234.4, text, sizeof text), "1234");
  CHECK(format_digits(812.14, text, sizeof text), "812.1");
  CHECK(format_digits(12.345, text, sizeof text), "12.35");
  CHECK(format_digits(1.5, text, sizeof text), "1.500");
  CHECK(format_digits(0.05, text, sizeof text), "0.0500");
}

Test(units, times) {
  cr_assert_str_eq(time_unit(2).name, "s");
  cr_assert_str_eq(time_unit(0.5).name, "ms");
  cr_assert_str_eq(time_unit(2e-6).name, "us");
}

Test(units, rates) {
  CHECK(format_rate(19.76, "tasks", text, sizeof text), "19.8 tasks/s");
  CHECK(format_rate(3.94e9, "B", text, sizeof text), "3.94 GB/s");
  CHECK(format_rate(412.3e6, "samples", text, sizeof text), "412 Msamples/s");
  CHECK(format_rate(999.9e6, "B", text, sizeof text), "1.00 GB/s");
  CHECK(format_rate(0, "B", text, sizeof text), "0.00 B/s");
}

Test(units, percents) {
  CHECK(format_percent(0.123, text, sizeof text), "12.3 %");
  CHECK(format_percent(0.0123, text, sizeof text), "1.23 %");
  CHECK(format_percent(0.000123, text, sizeof text), "0.012 %");
  CHECK(format_percent(1, text, sizeof text), "100.0 %");
}

/* Amdahl's law with a serial fraction of which 41 draws have the percentiles low and high. */
static struct fitted_law amdahl(double s, double low, double high) {
  static struct law draws[41];
  for (int k = 0; k < 41; k++)
    draws[k] = (struct law){.one = 1, .limit = 1 / (k < 2 ? low : k < 39 ? s : high)};
  return (struct fitted_law){.applies = true,
                             .law = {.kind = LAW_AMDAHL,
                                     .fitted = true,
                                     .count = 2,
                                     .one = 1,
                                     .limit = 1 / s,
                                     .peak = INFINITY,
                                     .parameters = {{"serial fraction", "s", s, NAN, low, high},
                                                    {"time of one", "t1", 1, NAN, 1, 1}}},
                             .draws = {41, draws}};
}

Test(words, laws) {
  struct fitted_law f = amdahl(0.1, 0.08, 0.12);
  CHECK(describe_law(&f, "x", text, sizeof text),
        "serial fraction 10.0 % (8.00 % .. 12.0 %), limit 10x (8.33x .. 12.5x)");
  f = amdahl(0.1, 0, 0.22);
  CHECK(describe_law(&f, "x", text, sizeof text),
        "serial fraction 10.0 % (0.0 % .. 22.0 %), limit above 4.55x");
  f = amdahl(0.005, NAN, NAN);
  f.draws.count = 0; /* too few rounds */
  CHECK(describe_law(&f, "x", text, sizeof text), "serial fraction 0.50 %, limit 200x");
  f = amdahl(0, NAN, NAN);
  f.draws.count = 0;
  CHECK(describe_law(&f, "x", text, sizeof text), "serial fraction 0.0 %, no limit in sight");
}

Test(words, a_law_with_a_peak) {
  struct fitted_law f = {.law = {.kind = LAW_USL,
                                 .fitted = true,
                                 .count = 3,
                                 .one = 90,
                                 .limit = 20.93,
                                 .peak = 96.52,
                                 .parameters = {{"contention", "alpha", 0.0277, NAN, NAN, NAN},
                                                {"coherency", "beta", 1.04e-4, NAN, NAN, NAN},
                                                {"gamma", "gamma", 90, NAN, NAN, NAN}}}};
  CHECK(describe_law(&f, "x", text, sizeof text),
        "contention 2.77 %, coherency 0.010 %, peak at 96.5 workers, limit 20.9x");
}

Test(words, fits) {
  struct scaling_fit fit = {.variant = &variants[VARIANT_THREADS], .worker_counts = 3, .chosen = LAW_KINDS};
  CHECK(describe_scaling_fit(&fit, text, sizeof text), "threads");
  fit.laws[LAW_AMDAHL] = amdahl(0.5, 0.49, 0.51);
  fit.laws[LAW_AMDAHL].law.one = 0.8; /* one worker is slower than one core; the limit is over one worker */
  CHECK(describe_scaling_fit(&fit, text, sizeof text), "threads: 50.0 % (49.0 % .. 51.0 %) serial, limit 2×");
}
