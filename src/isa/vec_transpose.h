/* Transposes W x W values: lane j of vector i and lane i of vector j are exchanged. */
#ifndef TUTTI_ISA_VEC_TRANSPOSE_H
#define TUTTI_ISA_VEC_TRANSPOSE_H

#include "isa/vec.h"

#if W == 8
#define LOW_OF(a, b, s)                                                                                      \
  (s == 4   ? __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)                                        \
   : s == 2 ? __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)                                        \
            : __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14))
#define HIGH_OF(a, b, s)                                                                                     \
  (s == 4   ? __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)                                      \
   : s == 2 ? __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)                                      \
            : __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15))
#elif W == 4
#define LOW_OF(a, b, s)                                                                                      \
  (s == 2 ? __builtin_shufflevector(a, b, 0, 1, 4, 5) : __builtin_shufflevector(a, b, 0, 4, 2, 6))
#define HIGH_OF(a, b, s)                                                                                     \
  (s == 2 ? __builtin_shufflevector(a, b, 2, 3, 6, 7) : __builtin_shufflevector(a, b, 1, 5, 3, 7))
#elif W == 2
#define LOW_OF(a, b, s)  __builtin_shufflevector(a, b, 0, 2)
#define HIGH_OF(a, b, s) __builtin_shufflevector(a, b, 1, 3)
#endif

/* lane[l] = p[l stride]: a column of a matrix. */
VEC_INLINE vd vd_load_column(const double *p, size_t stride) {
#if W == 8
  return (vd){p[0],          p[stride],     p[2 * stride], p[3 * stride],
              p[4 * stride], p[5 * stride], p[6 * stride], p[7 * stride]};
#elif W == 4
  return (vd){p[0], p[stride], p[2 * stride], p[3 * stride]};
#elif W == 2
  return (vd){p[0], p[stride]};
#else
  (void)stride;
  return *p;
#endif
}

#if W >= 4
typedef double vd_pair __attribute__((vector_size(16)));
typedef double vd_quad __attribute__((vector_size(32)));

VEC_INLINE vd_quad vd_load_two_pairs(const double *p, size_t stride) {
  vd_pair low, high;
  memcpy(&low, p, sizeof low);
  memcpy(&high, p + stride, sizeof high);
  return __builtin_shufflevector(low, high, 0, 1, 2, 3);
}
#endif

/* Lanes 2 l and 2 l + 1: p[l stride] and p[l stride + 1]. */
VEC_INLINE vd vd_load_pairs(const double *p, size_t stride) {
#if W == 8
  return __builtin_shufflevector(vd_load_two_pairs(p, stride), vd_load_two_pairs(p + 2 * stride, stride), 0,
                                 1, 2, 3, 4, 5, 6, 7);
#elif W == 4
  return vd_load_two_pairs(p, stride);
#else
  (void)stride;
  return vd_load(p);
#endif
}

/* In log2(W) steps s = W / 2, ..., 1: in each block of 2 s x 2 s the two blocks of s x s off its diagonal
 * are exchanged. */
// NOLINTNEXTLINE(readability-non-const-parameter): with one lane there is nothing to change
VEC_INLINE void vd_transpose(vd row[W]) {
#if W == 1
  (void)row;
#else
#pragma GCC unroll 3
  for (int s = W / 2; s > 0; s /= 2)
#pragma GCC unroll 8
    for (int i = 0; i < W; i++)
      if ((i & s) == 0) {
        const vd a = row[i], b = row[i + s];
        row[i] = LOW_OF(a, b, s);
        row[i + s] = HIGH_OF(a, b, s);
      }
#endif
}

/* Lane l of *first and of *second: p[l stride] and p[l stride + 1], two neighbouring columns of a matrix. */
VEC_INLINE void vd_load_two_columns(const double *p, size_t stride, vd *first, vd *second) {
#if W == 1
  (void)stride;
  *first = p[0];
  *second = p[1];
#else
  const vd even = vd_load_pairs(p, 2 * stride), odd = vd_load_pairs(p + stride, 2 * stride);
  *first = LOW_OF(even, odd, 1);
  *second = HIGH_OF(even, odd, 1);
#endif
}

#undef LOW_OF
#undef HIGH_OF

#endif
