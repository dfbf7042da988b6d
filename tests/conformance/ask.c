#include "ask.h"

#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"

enum { MOST_NUMBERS = 600000, GUARD = 0x5A, GUARDED = 64 };

/* -- what calls are given -- */

static union {
  double real[MOST_NUMBERS];
  float single[MOST_NUMBERS];
  int64_t integer[MOST_NUMBERS];
} numbers;

size_t number_size(input reads) { return reads == FLOATS ? sizeof(float) : sizeof(double); }

/* Terms of both signs whose sum, added one after the other, depends on the order, but of which none is too
 * small to show in it; the ends of [0, 1] now and then. */
void fill_numbers(input reads) {
  uint64_t state = 4711;
  for (size_t i = 0; i < MOST_NUMBERS; i++) {
    const double term = data_scaled(&state, -12, 12);
    const uint64_t bits = data_bits(&state);
    if (reads == FLOATS) numbers.single[i] = (float)term;
    else if (reads == INTEGERS) numbers.integer[i] = (int64_t)bits >> 20;
    else
      numbers.real[i] = reads == DOUBLES  ? term
                        : bits % 101 == 0 ? (double)(bits >> 63)
                                          : (double)(bits >> 11) * 0x1p-53;
  }
}

given given_of(const entry *e, uint64_t first, size_t n) {
  const size_t width = e->width ? e->width : 1, offset = first % 8;
  cr_assert(n * width + offset + READ_BEYOND <= MOST_NUMBERS);
  return (given){e->reads ? (const char *)&numbers + offset * number_size(e->reads) : NULL, n, first, false};
}

/* -- what they answer -- */

answer answer_for(const entry *e, size_t n) {
  return (answer){malloc(e->result + GUARDED), malloc(e->item * n + GUARDED)};
}

void answer_free(answer *a) {
  free(a->result);
  free(a->items);
}

tutti_status ask(const entry *e, tutti_ctx *ctx, const given *g, answer *a) {
  memset(a->result, GUARD, e->result + GUARDED);
  memset(a->items, GUARD, e->item * g->n + GUARDED);
  return e->run(ctx, g, e->result ? a->result : NULL, e->item ? a->items : NULL);
}

static bool guarded(const unsigned char *at) {
  for (int i = 0; i < GUARDED; i++)
    if (at[i] != GUARD) return false;
  return true;
}

bool same(const entry *e, const answer *a, size_t n, const answer *whole, size_t at) {
  return memcmp(a->result, whole->result, e->result) == 0 &&
         memcmp(a->items, whole->items + at * e->item, n * e->item) == 0 && guarded(a->result + e->result) &&
         guarded(a->items + n * e->item);
}

bool untouched(const entry *e, const answer *a) {
  for (size_t i = 0; i < e->result; i++)
    if (a->result[i] != GUARD) return false;
  return true;
}

void check(const entry *e, tutti_ctx *ctx, const char *name, const given *g, answer *got,
           const answer *expected) {
  testing_expect(ctx, ask(e, ctx, g, got), TUTTI_OK, "", name);
  cr_assert(same(e, got, g->n, expected, 0), "%s: n = %zu, first = %llu: other bits, or written beyond", name,
            g->n, (unsigned long long)g->first);
}
