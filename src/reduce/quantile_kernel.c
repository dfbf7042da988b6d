/* Counting and gathering the doubles whose images match, see reduce/digits.h. */
#include "reduce/counters.h"
#include "reduce/kernels.h"

VEC_INLINE void images(const void *spec, const double *x, size_t n, uint64_t *image) {
  (void)spec;
  const vd nan = vd_of_bits(vu_set1(TUTTI_IMAGE_NAN));
  for (size_t i = 0; i < n; i += W) {
    const vd v = vd_load(x + i);
    const vu bits = bits_of_vd(v), negative = vu_set1(0) - (bits >> 63);
    const vu number = (bits ^ (negative | vu_set1(UINT64_C(1) << 63))) - vu_set1(TUTTI_IMAGE_LOWEST);
    vu_store(image + i, bits_of_vd(vd_select(vd_unordered(v, v), nan, vd_of_bits(number))));
  }
}

/* A mask for a choice without a jump: data would make the processor mispredict it. */
VEC_INLINE uint64_t all_ones_if(bool condition) { return -(uint64_t)condition; }

/* The group of an image, if it matches; otherwise a group with another prefix. */
VEC_INLINE size_t group_of(const tutti_digits *d, uint64_t prefix, bool many) {
  size_t group = 0;
  for (size_t length = many ? d->groups : 1; length > 1;) {
    const size_t half = length / 2;
    group += half & all_ones_if(d->prefix[group + half] <= prefix);
    length -= half;
  }
  return group;
}

/* Two shifts: `known` may be 0, and a shift by 64 is not defined. */
VEC_INLINE uint64_t prefix_of(const tutti_digits *d, uint64_t image) {
  return (image >> 1) >> (63 - d->known);
}

VEC_INLINE void find_slots(const tutti_digits *d, const double *x, size_t n, uint64_t *slot, bool many) {
  const uint64_t mask = (UINT64_C(1) << d->digit) - 1, rest = (uint64_t)d->groups << d->digit;
  const unsigned below = 64 - d->known - d->digit;
  images(d, x, n, slot);
  for (size_t i = 0; i < n; i++) {
    const uint64_t prefix = prefix_of(d, slot[i]), next = slot[i] >> below & mask;
    const size_t group = group_of(d, prefix, many);
    const uint64_t counter = (uint64_t)group << d->digit | next, other = rest + i % TUTTI_DIGITS_REST;
    slot[i] = other ^ ((other ^ counter) & all_ones_if(d->prefix[group] == prefix));
  }
}

VEC_INLINE void slots_of_one(const void *spec, const double *x, size_t n, uint64_t *slot) {
  find_slots(spec, x, n, slot, false);
}
VEC_INLINE void slots_of_many(const void *spec, const double *x, size_t n, uint64_t *slot) {
  find_slots(spec, x, n, slot, true);
}

void TUTTI_KERNEL(digit_counts)(uint64_t *counts, const tutti_digits *digits, const double *x, size_t n) {
  const size_t counters = tutti_digits_counters(digits);
  if (digits->groups == 1) counters_add(counts, counters, digits, x, n, slots_of_one);
  else counters_add(counts, counters, digits, x, n, slots_of_many);
}

enum { BLOCK = 256 };

/* The images of x[0] .. x[n - 1], n <= BLOCK. */
VEC_INLINE void images_block(const tutti_digits *d, const double *x, size_t n, uint64_t *image) {
  const size_t whole = n - n % W;
  double rest[W] = {0};
  images(d, x, whole, image);
  if (whole == n) return;
  memcpy(rest, x + whole, (n - whole) * sizeof *x);
  images(d, rest, W, image + whole);
}

size_t TUTTI_KERNEL(digit_matches)(uint64_t *image, const tutti_digits *digits, const double *x, size_t n) {
  uint64_t part[BLOCK + TUTTI_GROUP];
  size_t found = 0;
  for (size_t i = 0, block; i < n; i += block) {
    block = n - i < BLOCK ? n - i : BLOCK;
    images_block(digits, x + i, block, part);
    for (size_t k = 0; k < block; k++) {
      if (k % TUTTI_GROUP == 0) __builtin_prefetch(x + i + k + COUNTERS_AHEAD);
      const uint64_t prefix = prefix_of(digits, part[k]);
      image[found] = part[k];
      found += digits->prefix[group_of(digits, prefix, true)] == prefix;
    }
  }
  return found;
}
