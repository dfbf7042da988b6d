/* What the harnesses share: bytes into numbers, and a serial context for every instruction set. */
#ifndef TUTTI_TESTS_FUZZ_FUZZ_H
#define TUTTI_TESTS_FUZZ_FUZZ_H

#include <stdio.h>
#include <tutti/tutti.h>

#include "../support/data.h"
#include "../support/levels.h"
#include "../support/reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
  const uint8_t *at, *end;
} fuzz_bytes;

/* Zeros behind the end. */
static inline unsigned fuzz_byte(fuzz_bytes *b) { return b->at < b->end ? *b->at++ : 0; }

static inline uint64_t fuzz_u64(fuzz_bytes *b) {
  uint64_t value = 0;
  for (int i = 0; i < 8; i++) value = value << 8 | fuzz_byte(b);
  return value;
}

/* A double out of few bytes, so that long arrays come of short inputs: any bits; a special value; full, or
 * nearly empty, mantissas at exponents that lie close together or far apart. */
static inline double fuzz_double(fuzz_bytes *b, int base) {
  static const double special[] = {
      0.0, -0.0, 1, -1, INFINITY, -INFINITY, NAN, 0x1p-1074, 0x1.fffffffffffffp1023};
  const unsigned how = fuzz_byte(b), sign = how >> 7;
  uint64_t mantissa = how & 4 ? 0x000fffffffffffff : 0;
  switch (how & 3) {
  case 0:
    return data_from_bits(fuzz_u64(b));
  case 1:
    return how >> 2 & 1 ? special[fuzz_byte(b) % (sizeof special / sizeof *special)] : 0.0;
  case 2:
    mantissa ^= (uint64_t)1 << fuzz_byte(b) % 52;
    break;
  default:
    mantissa = fuzz_byte(b) * 0x0001010101010101u >> 4;
    break;
  }
  const int exponent = base + (int)(how >> 3 & 1 ? fuzz_byte(b) : fuzz_byte(b) % 4) - 2;
  const uint64_t biased = exponent < 0 ? 0 : exponent > 2046 ? 2046 : (uint64_t)exponent;
  return data_from_bits((uint64_t)sign << 63 | biased << 52 | mantissa);
}

enum { FUZZ_MOST = 4500 };

/* Up to FUZZ_MOST numbers: those the bytes give, over and over. */
static inline size_t fuzz_array(fuzz_bytes *b, double *x, size_t given, size_t n) {
  const int base = (int)(fuzz_byte(b) * 8 + fuzz_byte(b) % 8);
  for (size_t i = 0; i < given; i++) x[i] = fuzz_double(b, base);
  for (size_t i = given; i < n; i++) x[i] = x[i - given];
  return n;
}

/* The context of instruction set `choice`, one of those the machine has, or the default context. */
static inline tutti_ctx *fuzz_context(unsigned choice) {
  static levels l;
  if (l.count == 0) l = levels_open();
  const unsigned count = (unsigned)l.count;
  return choice % (count + 1) == count ? NULL : l.ctx[choice % count];
}

#define FUZZ_CHECK(condition, ...)                                                                           \
  do {                                                                                                       \
    if (!(condition)) {                                                                                      \
      fprintf(stderr, __VA_ARGS__);                                                                          \
      abort();                                                                                               \
    }                                                                                                        \
  } while (0)

#endif
