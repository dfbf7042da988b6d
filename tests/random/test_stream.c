/* Philox4x32-10 against the known answers its authors published (kat_vectors of Random123; Salmon et al.,
 * 2011). */
#include <criterion/criterion.h>

#include "random/stream.h"

Test(stream, known_answers) {
  static const struct {
    uint64_t counter, stream, seed;
    uint32_t x[4];
  } known[] = {
      {0, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {UINT64_MAX, UINT64_MAX, UINT64_MAX, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {0x85a308d3243f6a88,
       0x0370734413198a2e,
       0x299f31d0a4093822,
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    const philox p = philox_row((tutti_rng){known[k].seed, known[k].stream}, known[k].counter);
    const uint32_t *x = known[k].x;
    philox_words w;
    vu a, b;
    uint64_t got[2][W];
    philox_chains(&p, known[k].counter, 1, &w);
    transform_bits(&w, &a, &b);
    vu_store(got[0], a);
    vu_store(got[1], b);
    cr_assert(got[0][0] == (x[0] | (uint64_t)x[1] << 32), "answer %zu: %#llx", k,
              (unsigned long long)got[0][0]);
    cr_assert(got[1][0] == (x[2] | (uint64_t)x[3] << 32), "answer %zu: %#llx", k,
              (unsigned long long)got[1][0]);
  }
}

/* k = 0 and the largest k: the interval is open at both ends. */
Test(stream, uniform_is_open) {
  double u[W];
  vd_store(u, uniform_of(vu_set1(0x7ff)));
  cr_assert(u[0] == 0x1p-54);
  vd_store(u, uniform_of(vu_set1(0x800)));
  cr_assert(u[0] == 0x1p-53);
  vd_store(u, uniform_of(vu_set1(UINT64_MAX)));
  cr_assert(u[0] == 1 - 0x1p-53);
}

/* The ends of the logarithm's and the angle's ranges give finite normals. */
Test(stream, normals_are_finite) {
  const uint64_t ends[] = {0, 0x800, UINT64_MAX, UINT64_C(1) << 63, UINT64_C(1) << 62, UINT64_C(3) << 62};
  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 6; j++) {
      vd za, zb;
      double a[W], b[W];
      normal_of(vu_set1(ends[i]), vu_set1(ends[j]), &za, &zb);
      vd_store(a, za);
      vd_store(b, zb);
      cr_assert(fabs(a[0]) < 8.66 && fabs(b[0]) < 8.66, "%a %a", a[0], b[0]);
    }
}

static double first(vd x) {
  double lane[W];
  vd_store(lane, x);
  return lane[0];
}

/* The short way, with -2 in the logarithm's constants and one sign for both, against the long one, to the
 * bit: in every eighth of a turn, at its ends, where 4 u is a tie between two quarters, and beside them. */
Test(stream, normals_are_radius_times_cosine_and_sine) {
  const double unit = ldexp(1, VEC_UPPER53_LOG);
  for (uint64_t i = 0; i < 2000; i++)
    for (uint64_t j = 0; j < 24; j++) {
      const uint64_t bits = i * UINT64_C(0x9E3779B97F4A7C15) >> i % 40;
      const vu a = vu_set1(bits), b = vu_set1((j / 3 << 61) + (j % 3 - 1) * (i % 5 ? bits >> 8 : 0x800));
      vd za, zb, low, sine, cosine;
      const vd high = vd_log_parts(scaled_uniform_of(a), VEC_UPPER53_LOG, &low);
      const vd r = vd_sqrt(vd_set1(-2) * (high + low));
      vd_sincos_turn(vd_upper53(b), unit, &sine, &cosine);
      normal_of(a, b, &za, &zb);
      cr_assert(first(za) == first(r * cosine) && first(zb) == first(r * sine), "%#llx, eighth %d",
                (unsigned long long)bits, (int)(j / 3));
    }
}
