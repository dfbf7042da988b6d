/* What the headers of every vector width begin with. */
#ifndef TUTTI_ISA_VEC_INLINE_H
#define TUTTI_ISA_VEC_INLINE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define TUTTI_GROUP 8
#define VEC_ALIGNED __attribute__((aligned(64)))
#define VEC_INLINE  static inline __attribute__((always_inline, unused))

#endif
