/* The exact sum of a chunk, on its way from the core that made it to the core that merges: of an accumulator
 * only those limbs are stored that may not be 0. They are few, as a rule, so that two or three cache lines
 * move from core to core instead of eighteen. */
#ifndef TUTTI_REDUCE_EXACT_PARTIAL_H
#define TUTTI_REDUCE_EXACT_PARTIAL_H

#include "reduce/exact_limbs.h"

typedef struct {
  uint64_t pending, flags; /* as in tutti_exact */
  int begin, end;          /* limbs outside [begin, end) are 0, and not stored */
  int64_t limb[TUTTI_EXACT_LIMBS];
} exact_partial;

static inline void exact_partial_init(exact_partial *p) {
  p->pending = p->flags = 0;
  p->begin = p->end = 0;
}

/* Carries first where many additions are pending: of 2^12 partials, which is as many as there are, all can
 * be merged before carries are due. */
static inline void exact_partial_put(exact_partial *p, tutti_exact *acc) {
  enum { STEP = 4, MANY = 1 << 16 };
  _Static_assert(TUTTI_EXACT_LIMBS % STEP == 0, "limbs are looked at in fours");
  _Static_assert(((uint64_t)MANY + 1) << 12 < EXACT_CARRY_AT, "merging needs no carries");
  if (acc->pending >= MANY) exact_carry(acc);
  const int64_t *limb = acc->limb;
  int begin = 0, end = TUTTI_EXACT_LIMBS;
  while (begin < end && (limb[begin] | limb[begin + 1] | limb[begin + 2] | limb[begin + 3]) == 0)
    begin += STEP;
  while (begin < end && (limb[end - 1] | limb[end - 2] | limb[end - 3] | limb[end - 4]) == 0) end -= STEP;
  p->pending = acc->pending;
  p->flags = acc->flags;
  p->begin = begin;
  p->end = end;
  memcpy(p->limb + begin, limb + begin, (size_t)(end - begin) * sizeof *limb);
}

static inline void exact_partial_merge(exact_partial *into, const exact_partial *from) {
  if (into->begin == into->end) into->begin = into->end = from->begin;
  while (into->begin > from->begin) into->limb[--into->begin] = 0;
  while (into->end < from->end) into->limb[into->end++] = 0;
  for (int i = from->begin; i < from->end; i++) into->limb[i] += from->limb[i];
  into->pending += from->pending + 1;
  into->flags |= from->flags;
}

static inline void exact_partial_get(const exact_partial *p, tutti_exact *acc) {
  memset(acc, 0, sizeof *acc);
  acc->pending = p->pending;
  acc->flags = p->flags;
  memcpy(acc->limb + p->begin, p->limb + p->begin, (size_t)(p->end - p->begin) * sizeof *p->limb);
}

#endif
