/* The leading bits of a short sum, of which a norm is the root: those of the accumulator, and of numbers
 * known beforehand. */
#include <criterion/criterion.h>
#include <math.h>

#include "../support/data.h"
#include "blas/short.h"

/* False: three doubles do not hold the sum. */
static bool leading_of(const double *x, int n, exact_number *number) {
  short_sum s = {0, 0, 0, false};
  for (int i = 0; i < n; i++) short_add(&s, x[i]);
  if (!short_settle(&s)) return false;
  *number = short_leading(&s);
  return true;
}

Test(short_sums, known_leading_bits) {
  static const struct {
    double x[3];
    uint64_t leading;
    int exponent;
  } known[] = {
      {{1, 0, 0}, UINT64_C(1) << 63, 0},
      {{1, -0x1p-70, 0}, UINT64_MAX, -1}, /* one less than 1, of which 64 bits are all 1 */
      {{1, 0x1p-63, -0x1p-130},
       UINT64_C(1) << 63,
       0}, /* 2^-63 is bit 0 of the leading ones: low takes it away */
      {{1, 0x1p-63, 0x1p-130}, UINT64_C(1) << 63 | 1, 0},
      {{0x1p500, 0x1.8p437, 0x1p300}, UINT64_C(1) << 63 | 1, 500},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    exact_number number;
    cr_assert(leading_of(known[i].x, 3, &number));
    cr_assert(number.leading == known[i].leading && number.exponent == known[i].exponent, "%zu: %llx 2^%d", i,
              (unsigned long long)number.leading, number.exponent);
  }
}

Test(short_sums, leading_bits_of_the_accumulator) {
  uint64_t state = 84;
  int held = 0;
  for (int round = 0; round < 200000; round++) {
    const int n = 2 + (int)(data_bits(&state) % 4);
    double x[5] = {data_scaled(&state, 0, 2)};
    x[0] = x[0] < 0 ? -x[0] : x[0];
    for (int i = 1; i < n; i++) {
      x[i] = data_scaled(&state, -130, -2); /* the sum stays positive */
      if (data_bits(&state) % 2)
        x[i] = x[i] < 0 ? -ldexp(1, -2 - (int)(data_bits(&state) % 128)) : ldexp(1, -60 - i);
    }
    tutti_exact acc;
    tutti_exact_init(&acc);
    for (int i = 0; i < n; i++) tutti_exact_add(&acc, x[i]);
    const exact_number expected = tutti_exact_leading(&acc);
    exact_number number;
    if (!leading_of(x, n, &number)) continue;
    held++;
    cr_assert(
        !expected.negative && number.leading == expected.leading && number.exponent == expected.exponent,
        "%a %a %a: %llx 2^%d instead of %llx 2^%d", x[0], x[1], x[2], (unsigned long long)number.leading,
        number.exponent, (unsigned long long)expected.leading, expected.exponent);
  }
  cr_assert(held > 100000, "%d", held);
}
