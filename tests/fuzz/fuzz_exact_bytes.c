/* tutti_exact_load of any bytes: refused, or loaded and from then on like any other accumulator. */
#include "fuzz.h"

static void check_loaded(tutti_exact *acc, const uint8_t *bytes) {
  unsigned char again[TUTTI_EXACT_BYTES];
  tutti_exact_save(acc, again);
  FUZZ_CHECK(memcmp(again, bytes, sizeof again) == 0, "what was loaded is saved otherwise\n");
  const double value = tutti_exact_round(acc);
  tutti_exact twice = *acc;
  tutti_exact_merge(&twice, acc);
  tutti_exact_subtract(&twice, acc);
  const double back = tutti_exact_round(&twice);
  /* a - 0 tells no zeros apart, and of infinities a difference is NaN */
  FUZZ_CHECK(data_same(back, value) || value == 0 || isinf(value), "%a twice less once is %a\n", value, back);
  tutti_exact_add(acc, 1);
  tutti_exact_add_product(acc, 0x1p1000, -0x1p1000);
  tutti_exact_round(acc);
}

static uint32_t crc32_of(const uint8_t *bytes, size_t size) {
  uint32_t crc = 0xffffffff;
  for (size_t i = 0; i < size; i++)
    for (int bit = 0; bit < 8; bit++)
      crc = crc >> 1 ^ (((crc ^ (uint32_t)bytes[i] >> bit) & 1) ? 0xedb88320u : 0);
  return ~crc;
}

/* The input as it is. */
static void check_raw(const uint8_t *data, size_t size) {
  tutti_exact acc;
  memset(&acc, 0x5a, sizeof acc);
  if (tutti_exact_load(&acc, data, size) == TUTTI_OK) {
    FUZZ_CHECK(size == TUTTI_EXACT_BYTES, "a wrong size was loaded\n");
    check_loaded(&acc, data);
    return;
  }
  const unsigned char *byte = (const unsigned char *)&acc;
  for (size_t i = 0; i < sizeof acc; i++) FUZZ_CHECK(byte[i] == 0x5a, "a refusal touched the accumulator\n");
  FUZZ_CHECK(*tutti_error_detail(NULL), "a refusal without a detail\n");
}

/* The input as limbs and flags, with a head and a checksum that are right. */
static void check_sealed(const uint8_t *data, size_t size) {
  uint8_t bytes[TUTTI_EXACT_BYTES] = {0x89, 't', 'u', 't', 't', 'i', '\r', '\n', 1};
  enum { HEAD = 12, TAIL = TUTTI_EXACT_BYTES - 4 };
  memcpy(bytes + HEAD, data, size < TAIL - HEAD ? size : TAIL - HEAD);
  const uint32_t crc = crc32_of(bytes, TAIL);
  for (int i = 0; i < 4; i++) bytes[TAIL + i] = (uint8_t)(crc >> 8 * i);
  check_raw(bytes, sizeof bytes);
}

/* The input as terms: any order, the same bytes. */
static void check_terms(const uint8_t *data, size_t size) {
  static double x[512];
  fuzz_bytes b = {data, data + size};
  const size_t n = fuzz_array(&b, x, 1 + fuzz_byte(&b), 512);
  tutti_exact up, down, array;
  tutti_exact_init(&up);
  tutti_exact_init(&down);
  tutti_exact_init(&array);
  for (size_t i = 0; i < n; i++) tutti_exact_add(&up, x[i]);
  for (size_t i = n; i > 0; i--) tutti_exact_add(&down, x[i - 1]);
  tutti_exact_add_array(&array, x, n);
  unsigned char one[TUTTI_EXACT_BYTES], two[TUTTI_EXACT_BYTES], three[TUTTI_EXACT_BYTES];
  tutti_exact_save(&up, one);
  tutti_exact_save(&down, two);
  tutti_exact_save(&array, three);
  FUZZ_CHECK(memcmp(one, two, sizeof one) == 0 && memcmp(one, three, sizeof one) == 0, "the order shows\n");
  FUZZ_CHECK(tutti_exact_load(&down, one, sizeof one) == TUTTI_OK, "not loaded: %s\n",
             tutti_error_detail(NULL));
  FUZZ_CHECK(data_same(tutti_exact_round(&down), reference_sum(x, n)), "the value is another\n");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  check_raw(data, size);
  check_sealed(data, size);
  check_terms(data, size);
  return 0;
}
