/* The engine with functions of the caller in every context, against plain loops. */
#include "../support/testing.h"

#include <stdint.h>
#include <stdlib.h>

enum { GUARD = 0x5A, MOST = 200003 };

/* x -> a x + b modulo a prime: composing two does not commute, and any order but the right one shows. */
typedef struct {
  uint64_t a, b;
} affine;
#define PRIME UINT64_C(4294967291)

static affine affine_of(size_t i) { return (affine){(i * 40503 + 7) % PRIME, (i * 9973 + 1) % PRIME}; }
static affine after(affine f, affine g) { return (affine){f.a * g.a % PRIME, (g.a * f.b + g.b) % PRIME}; }

static void affine_init(void *acc, const void *args) {
  (void)args;
  *(affine *)acc = (affine){1, 0};
}

static int affine_chunk(void *acc, size_t begin, size_t end, const void *args) {
  (void)args;
  for (size_t i = begin; i < end; i++) *(affine *)acc = after(*(affine *)acc, affine_of(i));
  return 0;
}

static void affine_merge(void *into, const void *from, const void *args) {
  (void)args;
  *(affine *)into = after(*(affine *)into, *(const affine *)from);
}

static affine composed(size_t n) {
  affine whole = {1, 0};
  for (size_t i = 0; i < n; i++) whole = after(whole, affine_of(i));
  return whole;
}

static const size_t engine_ranges[] = {0, 1, 2, 3, 7, 8, 9, 4095, 4096, 4097, 8191, 8193, MOST};
enum { ENGINE_RANGES = sizeof engine_ranges / sizeof *engine_ranges };

Test(engine, reduce_with_a_merge_that_does_not_commute, .timeout = 300) {
  affine expected[ENGINE_RANGES];
  for (int k = 0; k < ENGINE_RANGES; k++) expected[k] = composed(engine_ranges[k]);
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    for (int k = 0; k < ENGINE_RANGES; k++) {
      const size_t n = engine_ranges[k];
      if (n < MOST && c.config.isa != TUTTI_ISA_SCALAR) continue; /* these functions have but one ISA level */
      const tutti_reduction op = {sizeof(affine), k % 2 ? 0 : 64, affine_init, affine_chunk, affine_merge};
      affine got = {0, 0};
      testing_expect(c.ctx, tutti_reduce(c.ctx, &op, n, NULL, &got), TUTTI_OK, "", c.name);
      cr_assert(got.a == expected[k].a && got.b == expected[k].b, "%s: n = %zu", c.name, n);
    }
  }
}

static double item_of(size_t i) { return (double)(i % 1009) / 7 + (double)i; }

static int fill_items(size_t begin, size_t end, void *args) {
  for (size_t i = begin; i < end; i++) ((double *)args)[i] = item_of(i);
  return 0;
}

static int make_item(size_t index, const void *args, void *out) {
  (void)args;
  *(double *)out = item_of(index);
  return 0;
}

Test(engine, for_and_map, .timeout = 300) {
  double *expected = malloc(MOST * sizeof(double)), *got = malloc((MOST + 1) * sizeof(double));
  for (size_t i = 0; i < MOST; i++) expected[i] = item_of(i);
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    for (int k = 0; k < 2 * ENGINE_RANGES; k++) {
      const size_t n = engine_ranges[k / 2], bytes = n * sizeof(double);
      if (n < MOST && c.config.isa != TUTTI_ISA_SCALAR) continue;
      memset(got, GUARD, bytes + sizeof(double));
      const tutti_output outputs[] = {{got, sizeof(double)}, {0}};
      const tutti_status status = k % 2 ? tutti_for(c.ctx, n, 100, fill_items, got, outputs)
                                        : tutti_map(c.ctx, n, make_item, NULL, got, sizeof(double));
      testing_expect(c.ctx, status, TUTTI_OK, "", c.name);
      cr_assert(memcmp(got, expected, bytes) == 0, "%s, %s: n = %zu", c.name, k % 2 ? "for" : "map", n);
      cr_assert(((unsigned char *)got)[bytes] == GUARD, "%s: written beyond the end", c.name);
    }
  }
  free(expected);
  free(got);
}
