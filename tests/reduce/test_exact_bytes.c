/* tutti_exact_save and tutti_exact_load: the same number, the same bytes; damage is found. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/reference.h"
#include "../support/testing.h"

enum { VERSION_AT = 8, FLAGS_AT = 12, LIMBS_AT = 16, CHECKSUM_AT = TUTTI_EXACT_BYTES - 4 };

typedef struct {
  unsigned char byte[TUTTI_EXACT_BYTES];
} saved;

static saved save(const tutti_exact *acc) {
  saved s;
  memset(&s, 0xee, sizeof s);
  tutti_exact_save(acc, s.byte);
  return s;
}

static saved save_sum(const double *x, size_t n) {
  tutti_exact acc;
  tutti_exact_init(&acc);
  for (size_t i = 0; i < n; i++) tutti_exact_add(&acc, x[i]);
  return save(&acc);
}

static bool same(const saved *a, const saved *b) { return memcmp(a, b, sizeof *a) == 0; }

/* A CRC-32 of the test's own, so that bytes can be made that are wrong in one respect alone. */
static void seal(saved *s) {
  uint32_t crc = 0xffffffff;
  for (int i = 0; i < CHECKSUM_AT; i++)
    for (int bit = 0; bit < 8; bit++) {
      const uint32_t top = (crc ^ (uint32_t)s->byte[i] >> bit) & 1;
      crc = crc >> 1 ^ (top ? 0xedb88320u : 0);
    }
  for (int i = 0; i < 4; i++) s->byte[CHECKSUM_AT + i] = (unsigned char)(~crc >> 8 * i);
}

static void put32(saved *s, int at, uint32_t value) {
  for (int i = 0; i < 4; i++) s->byte[at + i] = (unsigned char)(value >> 8 * i);
}

static void expect_refusal(const unsigned char *bytes, size_t size, const char *word) {
  tutti_exact acc, before;
  memset(&acc, 0x5a, sizeof acc);
  before = acc;
  testing_expect(NULL, tutti_exact_load(&acc, bytes, size), TUTTI_EINVAL, word, "load");
  cr_assert(strstr(tutti_error_detail(NULL), word) == tutti_error_detail(NULL),
            "\"%s\" does not begin with \"%s\"", tutti_error_detail(NULL), word);
  cr_assert(memcmp(&acc, &before, sizeof acc) == 0, "%s: the accumulator was touched", word);
}

static tutti_exact load(const saved *s) {
  tutti_exact acc;
  const tutti_status status = tutti_exact_load(&acc, s->byte, sizeof s->byte);
  cr_assert(status == TUTTI_OK, "%s", tutti_error_detail(NULL));
  return acc;
}

/* The known bytes of 1.5: any machine must write and read just these. 1.5 = 2^2175 3 2^-2176: bits 31 of limb
 * 67 and 0 of limb 68. */
Test(exact_bytes, known_answer) {
  const double x = 1.5;
  saved expected = {{0x89, 't', 'u', 't', 't', 'i', '\r', '\n', 1, 0, 0, 0, 16, 0, 0, 0}};
  expected.byte[LIMBS_AT + 4 * 67 + 3] = 0x80;
  expected.byte[LIMBS_AT + 4 * 68] = 0x01;
  seal(&expected);
  const saved s = save_sum(&x, 1);
  for (int i = 0; i < TUTTI_EXACT_BYTES; i++)
    cr_assert(s.byte[i] == expected.byte[i], "byte %d: %#x instead of %#x", i, s.byte[i], expected.byte[i]);
  const tutti_exact acc = load(&expected);
  cr_assert(tutti_exact_round(&acc) == 1.5);
}

Test(exact_bytes, any_order_any_route_same_bytes) {
  enum { N = 3000, PARTS = 5 };
  double *x = malloc(N * sizeof *x);
  uint64_t state = 1;
  for (int trial = 0; trial < 30; trial++) {
    for (size_t i = 0; i < N; i++) x[i] = trial % 2 ? data_scaled(&state, -20, 20) : data_finite(&state);
    if (trial % 5 == 0) x[0] = -0.0; /* is seen term by term, and not by the slices of an array */
    const saved one_by_one = save_sum(x, N);
    tutti_exact array, part[PARTS];
    tutti_exact_init(&array);
    tutti_exact_add_array(&array, x, N);
    const saved as_array = save(&array);
    for (int p = 0; p < PARTS; p++) tutti_exact_init(&part[p]);
    for (size_t i = N; i > 0; i--) tutti_exact_add(&part[data_bits(&state) % PARTS], x[i - 1]);
    for (int p = 1; p < PARTS; p++) tutti_exact_merge(&part[0], &part[p]);
    const saved in_parts = save(&part[0]);
    cr_assert(same(&one_by_one, &as_array), "trial %d: as an array", trial);
    cr_assert(same(&one_by_one, &in_parts), "trial %d: in parts", trial);
    tutti_exact_add(&part[0], 0x1p-1074);
    const saved other = save(&part[0]);
    cr_assert(!same(&one_by_one, &other), "another number has the same bytes");
  }
  free(x);
}

Test(exact_bytes, round_trip_goes_on_adding) {
  enum { N = 2000 };
  double *x = malloc(N * sizeof *x);
  uint64_t state = 2;
  for (int trial = 0; trial < 50; trial++) {
    for (size_t i = 0; i < N; i++) x[i] = data_finite(&state);
    const saved first = save_sum(x, N / 2), second = save_sum(x + N / 2, N / 2);
    tutti_exact a = load(&first), b = load(&second);
    const saved again = save(&a);
    cr_assert(same(&first, &again), "what was loaded is saved otherwise");
    cr_assert(data_same(tutti_exact_round(&a), reference_sum(x, N / 2)));
    tutti_exact_merge(&a, &b);
    cr_assert(data_same(tutti_exact_round(&a), reference_sum(x, N)));
    tutti_exact_subtract(&a, &b);
    cr_assert(data_same(tutti_exact_round(&a), reference_sum(x, N / 2)));
  }
  free(x);
}

Test(exact_bytes, special_values) {
  const struct {
    double x[4];
    size_t n;
    double value;
  } cases[] = {{{0}, 0, 0.0},
               {{-0.0, -0.0}, 2, -0.0},
               {{-0.0, 0.0}, 2, 0.0},
               {{1, -1}, 2, 0.0},
               {{INFINITY, 3}, 2, INFINITY},
               {{-INFINITY, 1e300, -0.0}, 3, -INFINITY},
               {{INFINITY, 2, -INFINITY}, 3, NAN},
               {{NAN, 1, INFINITY}, 3, NAN},
               {{-1e308, -1e308}, 2, -INFINITY},
               {{-0x1p-1074}, 1, -0x1p-1074}};
  saved seen[10];
  for (int i = 0; i < 10; i++) {
    seen[i] = save_sum(cases[i].x, cases[i].n);
    const tutti_exact acc = load(&seen[i]);
    const double value = tutti_exact_round(&acc);
    cr_assert(data_same(value, cases[i].value), "case %d: %a", i, value);
    for (int j = 0; j < i; j++) /* 2, 3: +0; 6, 7: NaN; empty and +0 differ: adding -0 to them does */
      cr_assert(same(&seen[i], &seen[j]) == ((i == 3 && j == 2) || (i == 7 && j == 6)), "cases %d and %d", j,
                i);
  }
  tutti_exact empty = load(&seen[0]), zero = load(&seen[2]);
  tutti_exact_add(&empty, -0.0);
  tutti_exact_add(&zero, -0.0);
  cr_assert(data_same(tutti_exact_round(&empty), -0.0) && data_same(tutti_exact_round(&zero), 0.0));
}

Test(exact_bytes, refusals_name_what_is_wrong) {
  const double x[] = {1e300, -3, 0x1p-1074};
  const saved good = save_sum(x, 3);
  expect_refusal(NULL, TUTTI_EXACT_BYTES, "bytes is NULL");
  testing_expect(NULL, tutti_exact_load(NULL, good.byte, sizeof good.byte), TUTTI_EINVAL, "acc is NULL",
                 "load");
  expect_refusal(good.byte, 0, "size");
  expect_refusal(good.byte, TUTTI_EXACT_BYTES - 1, "size");
  expect_refusal(good.byte, TUTTI_EXACT_BYTES + 1, "size");
  saved bad = good;
  bad.byte[0] = 0x09; /* the high bit stripped */
  seal(&bad);
  expect_refusal(bad.byte, sizeof bad.byte, "magic");
  bad = good;
  put32(&bad, VERSION_AT, 2);
  seal(&bad);
  expect_refusal(bad.byte, sizeof bad.byte, "version");
  const uint32_t flags[] = {3, 6, 24, 17, 32, 0x80000000u, 0x10010, 1, 2, 4, 8, 0};
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) { /* the last five do not go with a number */
    bad = good;
    put32(&bad, FLAGS_AT, flags[i]);
    seal(&bad);
    expect_refusal(bad.byte, sizeof bad.byte, "flags");
  }
}

Test(exact_bytes, every_damaged_bit_is_found) {
  const double x[] = {1e300, -3, 0x1p-1074};
  const saved good = save_sum(x, 3);
  for (int bit = 0; bit < 8 * TUTTI_EXACT_BYTES; bit++) {
    saved bad = good;
    bad.byte[bit / 8] ^= (unsigned char)(1 << bit % 8);
    expect_refusal(bad.byte, sizeof bad.byte,
                   bit < 8 * VERSION_AT ? "magic"
                   : bit < 8 * FLAGS_AT ? "version"
                                        : "checksum");
  }
}

/* Numbers no sum reaches, but which bytes can hold: they are added and rounded like others. */
Test(exact_bytes, the_largest_limbs_overflow_nothing) {
  const double one = 1;
  saved s = save_sum(&one, 1);
  for (int sign = 0; sign < 2; sign++) {
    for (int i = 0; i < TUTTI_EXACT_LIMBS; i++) put32(&s, LIMBS_AT + 4 * i, sign ? 0 : 0xffffffff);
    put32(&s, CHECKSUM_AT - 4, sign ? 0x80000000 : 0x7fffffff);
    seal(&s);
    tutti_exact acc = load(&s), copy = acc;
    cr_assert(tutti_exact_round(&acc) == (sign ? -INFINITY : INFINITY));
    for (int i = 0; i < 20; i++) tutti_exact_merge(&acc, &copy);
    for (int i = 0; i < 20; i++) tutti_exact_subtract(&acc, &copy);
    const saved again = save(&acc);
    cr_assert(same(&s, &again));
  }
}
