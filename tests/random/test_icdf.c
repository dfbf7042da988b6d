/* tutti_normal_icdf against published values, at its ends, and in every configuration. Its accuracy is tested
 * in test_vec_math.c. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"

/* Quantiles as tables of the normal distribution give them (Abramowitz and Stegun, 1964, table 26.5; the last
 * from Wichura, 1988). */
Test(icdf, published_values) {
  cr_assert(fabs(tutti_normal_icdf(0.975) - 1.959963984540054) < 1e-15);
  cr_assert(fabs(tutti_normal_icdf(0.995) - 2.575829303548901) < 1e-15);
  cr_assert(fabs(tutti_normal_icdf(0.75) - 0.6744897501960817) < 1e-15);
  cr_assert(fabs(tutti_normal_icdf(0.9) - 1.281551565544600) < 1e-15);
  cr_assert(fabs(tutti_normal_icdf(1e-20) + 9.262340089798408) < 1e-14);
  cr_assert(fabs(tutti_normal_icdf(0.001) + 3.090232306167814) < 1e-15);
}

Test(icdf, ends_and_nonsense) {
  const double inf = (double)INFINITY;
  cr_assert(tutti_normal_icdf(0) == -inf && tutti_normal_icdf(-0.0) == -inf && tutti_normal_icdf(1) == inf);
  cr_assert(tutti_normal_icdf(0.5) == 0);
  cr_assert(isnan(tutti_normal_icdf((double)NAN)) && isnan(tutti_normal_icdf(-0x1p-1074)) &&
            isnan(tutti_normal_icdf(1 + 0x1p-52)) && isnan(tutti_normal_icdf(inf)));
  cr_assert(isfinite(tutti_normal_icdf(0x1p-1074)) && isfinite(tutti_normal_icdf(1 - 0x1p-53)));
}

Test(icdf, every_configuration_as_one_by_one) {
  enum { N = 20011 };
  double *p = malloc(N * sizeof *p), *z = malloc(N * sizeof *z);
  uint64_t state = 46;
  for (size_t i = 0; i < N; i++)
    p[i] = i % 3 ? (double)(data_bits(&state) >> 11) * 0x1p-53 : fabs(data_scaled(&state, -1074, 0));
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    memset(z, 0, N * sizeof *z);
    testing_expect(c.ctx, tutti_normal_icdf_array(c.ctx, p, z, N), TUTTI_OK, "", c.name);
    for (size_t i = 0; i < N; i++)
      cr_assert(data_same(z[i], tutti_normal_icdf(p[i])), "%s: quantile of %a: %a", c.name, p[i], z[i]);
  }
  free(p);
  free(z);
}

Test(icdf, bad_arguments_leave_the_output_alone) {
  double p = 0.5, z = 42;
  testing_expect(NULL, tutti_normal_icdf_array(NULL, NULL, &z, 1), TUTTI_EINVAL, "p is NULL", "p");
  testing_expect(NULL, tutti_normal_icdf_array(NULL, &p, NULL, 1), TUTTI_EINVAL, "out is NULL", "out");
  testing_expect(NULL, tutti_normal_icdf_array(NULL, &p, &z, SIZE_MAX), TUTTI_EINVAL, "18446744073709551615",
                 "n");
  cr_assert(z == 42);
}
