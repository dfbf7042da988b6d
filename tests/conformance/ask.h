/* Asking an entry: what its call is given, and what it answers. */
#ifndef TUTTI_TESTS_CONFORMANCE_ASK_H
#define TUTTI_TESTS_CONFORMANCE_ASK_H

#include "../support/share.h"
#include "entry.h"

/* Makes the numbers that calls are given, before any is. */
void fill_numbers(input reads);
size_t number_size(input reads);

/* n items, at another alignment for another first. */
given given_of(const entry *e, uint64_t first, size_t n);

/* Items that fill several chunks, the last one not to its end. */
static inline size_t several(const entry *e) { return 2 * e->chunk + 3; }

/* A call takes seconds. */
static inline bool takes_long(const entry *e) { return e->slow && TESTS_EMULATED; }

typedef struct {
  unsigned char *result, *items; /* each with a guard behind it */
} answer;

answer answer_for(const entry *e, size_t n);
void answer_free(answer *a);

tutti_status ask(const entry *e, tutti_ctx *ctx, const given *g, answer *a);

/* Whether an answer is items at .. at + n - 1 of another, and nothing was written behind it. */
bool same(const entry *e, const answer *a, size_t n, const answer *whole, size_t at);

/* Whether the result was not written. */
bool untouched(const entry *e, const answer *a);

/* Asks, and compares. */
void check(const entry *e, tutti_ctx *ctx, const char *name, const given *g, answer *got,
           const answer *expected);

#endif
