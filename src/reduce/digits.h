/* Doubles as integers in the same order, whose digits are counted to select quantiles.
 *
 * The image of a double is an unsigned integer of 64 bits: x < y where image(x) < image(y). -infinity has
 * the image 0, -0 comes before +0, and every NaN has UINT64_MAX, whose upper 12 bits no number has. */
#ifndef TUTTI_REDUCE_DIGITS_H
#define TUTTI_REDUCE_DIGITS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TUTTI_IMAGE_NAN     UINT64_MAX
#define TUTTI_IMAGE_LOWEST  UINT64_C(0x000fffffffffffff) /* subtracted: -infinity is then 0 */
#define TUTTI_IMAGE_NUMBERS 0xfff                        /* the upper 12 bits of numbers are less */

static inline uint64_t tutti_image_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  if (isnan(x)) return TUTTI_IMAGE_NAN;
  return (bits >> 63 ? ~bits : bits | UINT64_C(1) << 63) - TUTTI_IMAGE_LOWEST;
}

static inline double tutti_double_of(uint64_t image) {
  image += TUTTI_IMAGE_LOWEST;
  const uint64_t bits = image >> 63 ? image ^ UINT64_C(1) << 63 : ~image;
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* Which images are counted: those whose upper `known` bits are one of the prefixes. */
typedef struct {
  const uint64_t *prefix; /* ascending */
  size_t groups;          /* prefixes, >= 1 */
  unsigned known;         /* 0..63 */
  unsigned digit;         /* by how many of the next lower bits they are counted; known + digit <= 64 */
} tutti_digits;

/* Counter g 2^digit + d counts images with prefix g and the next bits d. The last eight counters share the
 * images that do not match. */
enum { TUTTI_DIGITS_REST = 8 };
static inline size_t tutti_digits_counters(const tutti_digits *d) {
  return (d->groups << d->digit) + TUTTI_DIGITS_REST;
}

/* Compares images, for qsort and bsearch. */
static inline int tutti_image_compare(const void *a, const void *b) {
  const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
  return (left > right) - (left < right);
}

#endif
