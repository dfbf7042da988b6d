/* Doubles as integers in the same order, counted digit by digit: how a quantile is selected.
 *
 * The image of a double is an unsigned integer; -infinity is 0, -0 comes before +0, and every NaN is
 * UINT64_MAX, whose upper 12 bits no number has. */
#ifndef TUTTI_REDUCE_DIGITS_H
#define TUTTI_REDUCE_DIGITS_H

#include <stddef.h>
#include <stdint.h>

#define TUTTI_IMAGE_NAN     UINT64_MAX
#define TUTTI_IMAGE_LOWEST  UINT64_C(0x000fffffffffffff) /* of -infinity, before it is taken off */
#define TUTTI_IMAGE_NUMBERS 0xfff                        /* the upper 12 bits of numbers are less */

/* An image matches when its upper `known` bits are one of the prefixes. */
typedef struct {
  const uint64_t *prefix; /* ascending */
  size_t groups;          /* prefixes, >= 1 */
  unsigned known;         /* 0..63 */
  unsigned digit;         /* bits counted below them; known + digit <= 64 */
} tutti_digits;

/* Counter g << digit | d: images with prefix g and d next. Eight more share the images that do not match. */
enum { TUTTI_DIGITS_REST = 8 };
static inline size_t tutti_digits_counters(const tutti_digits *d) {
  return (d->groups << d->digit) + TUTTI_DIGITS_REST;
}

#endif
