/* Numbers and fits in words. */
#include <criterion/criterion.h>
#include <math.h>

#include "report/units.h"
#include "report/words.h"

static char text[128];

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

Test(words, shares) {
  const tutti_amdahl_fit fit = {0.1, 0.01, 1}, bound = {0, NAN, 1};
  CHECK(describe_share(&fit, "+-", text, sizeof text), "10.0 % +- 1.00 %");
  CHECK(describe_share(&bound, "+-", text, sizeof text), "0.0 %");
}

Test(words, limits) {
  const tutti_amdahl_fit fit = {0.1, 0.01, 1}, unsure = {0.1, 0.06, 1}, none = {0, NAN, 1},
                         exact = {0.005, NAN, 1};
  CHECK(describe_limit(&fit, "x", 0, text, sizeof text), "limit 10x (8.33x .. 12.5x)");
  CHECK(describe_limit(&fit, "x", 1, text, sizeof text), "limit 10x");
  CHECK(describe_limit(&unsure, "x", 0, text, sizeof text), "limit above 4.55x");
  CHECK(describe_limit(&none, "x", 0, text, sizeof text), "no limit in sight");
  CHECK(describe_limit(&exact, "x", 0, text, sizeof text), "limit 200x");
}
