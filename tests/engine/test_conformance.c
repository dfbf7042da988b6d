/* The suite every backend, ISA level, worker count and schedule must pass: the same bits as the serial scalar
 * run, or as a plain loop where one says what is right.
 *
 * Ranges that fit one chunk show the edges of vectors; they run in one worker whatever the context says, so
 * two configurations of each backend do. Ranges of several chunks run in all of them. */
#include "../support/testing.h"

#include <stdint.h>
#include <stdlib.h>

enum { GUARD = 0x5A, MOST = 200003 };

/* Lane widths and a stream's block of 16, each +- 1; doubled and one more, where a kernel's main loop begins.
 */
static const size_t short_ranges[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 1021};
enum { SHORT_RANGES = sizeof short_ranges / sizeof *short_ranges };

static bool fits_short_ranges(const contexts *c) {
  return c->config.schedule == TUTTI_DYNAMIC && (c->config.workers == 1 || c->config.workers == 4);
}

static tutti_ctx *open_reference(void) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_SERIAL;
  config.isa = TUTTI_ISA_SCALAR;
  return testing_open(&config);
}

static void check_bytes(const contexts *c, const char *what, size_t n, uint64_t first, const void *got,
                        const void *expected, size_t bytes) {
  const unsigned char *a = got, *b = expected;
  size_t at = 0;
  while (at < bytes && a[at] == b[at]) at++;
  cr_assert(at == bytes, "%s, %s: n = %zu, first = %llu: byte %zu differs", c->name, what, n,
            (unsigned long long)first, at);
}

/* -- the engine with functions of the caller, against plain loops -- */

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

Test(conformance, reduce_with_a_merge_that_does_not_commute, .timeout = 300) {
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

Test(conformance, for_and_map, .timeout = 300) {
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
      check_bytes(&c, k % 2 ? "for" : "map", n, 0, got, expected, bytes);
      cr_assert(((unsigned char *)got)[bytes] == GUARD, "%s: written beyond the end", c.name);
    }
  }
  free(expected);
  free(got);
}

/* -- the kernels, against the serial scalar run -- */

/* A kernel on n items at `first`: writes its result to out, at most `bytes_of(n)` bytes. */
typedef struct {
  const char *name;
  tutti_status (*run)(tutti_ctx *ctx, uint64_t first, size_t n, void *out);
  size_t fixed, per_item; /* bytes of the result: fixed + n per_item */
  size_t ranges[6];       /* of several chunks: the chunk +- 1, and more chunks than workers; ended by 0 */
  bool nothing;           /* n = 0 is allowed */
} kernel;

static const tutti_rng rng = {0x123456789ABCDEF0, 42};

static tutti_status run_bits(tutti_ctx *ctx, uint64_t first, size_t n, void *out) {
  return tutti_bits(ctx, rng, first, out, n);
}

static tutti_status run_uniform(tutti_ctx *ctx, uint64_t first, size_t n, void *out) {
  return tutti_uniform(ctx, rng, first, out, n);
}

static tutti_status run_normal(tutti_ctx *ctx, uint64_t first, size_t n, void *out) {
  return tutti_normal(ctx, rng, first, out, n);
}

/* Terms whose sum, added one after the other, depends on the order. */
static double *terms;

static tutti_status run_sum(tutti_ctx *ctx, uint64_t first, size_t n, void *out) {
  return tutti_sum(ctx, terms + first % 8, n, out); /* another alignment for another first */
}

static tutti_status run_pi(tutti_ctx *ctx, uint64_t first, size_t n, void *out) {
  return tutti_mc_pi(ctx, (tutti_rng){first, 3}, n, out);
}

static const tutti_ar1 weather = {72, 0.5, 5};

static tutti_status run_ar1(tutti_ctx *ctx, uint64_t first, size_t n, void *out) {
  tutti_moments_t *stats = out;
  return tutti_ar1_ensemble(ctx, &weather, (tutti_rng){first, 5}, 40, n, 3, (double *)(stats + 1), stats);
}

/* Without the final values: the same moments. */
static tutti_status run_ar1_stats(tutti_ctx *ctx, uint64_t first, size_t n, void *out) {
  return tutti_ar1_ensemble(ctx, &weather, (tutti_rng){first, 5}, 40, n, 3, NULL, out);
}

/* So many steps that a chunk holds but 16 runs. */
static tutti_status run_ar1_long(tutti_ctx *ctx, uint64_t first, size_t n, void *out) {
  tutti_moments_t *stats = out;
  return tutti_ar1_ensemble(ctx, &weather, (tutti_rng){first, 5}, 40, n, 9001, (double *)(stats + 1), stats);
}

/* Elements of a stream from its beginning, within a vector, a block, across 2^32, and up to its last. */
static const uint64_t firsts[] = {0, 1, 7, 8, 13, 16, 0xFFFFFFFD, UINT64_MAX - 1100};
enum { FIRSTS = sizeof firsts / sizeof *firsts };

static void check_kernel(const contexts *c, tutti_ctx *ctx, tutti_ctx *reference, const kernel *k,
                         uint64_t first, size_t n, unsigned char *got, unsigned char *expected) {
  const size_t bytes = k->fixed + n * k->per_item;
  memset(got, GUARD, bytes + 8);
  testing_expect(reference, k->run(reference, first, n, expected), TUTTI_OK, "", k->name);
  testing_expect(ctx, k->run(ctx, first, n, got), TUTTI_OK, "", c->name);
  check_bytes(c, k->name, n, first, got, expected, bytes);
  for (int i = 0; i < 8; i++)
    cr_assert(got[bytes + (size_t)i] == GUARD, "%s: written beyond the end", c->name);
}

static void check_everywhere(const kernel *k) {
  const size_t most = k->fixed + 400009 * k->per_item + 8;
  unsigned char *got = malloc(most), *expected = malloc(most), *whole[6] = {0};
  tutti_ctx *reference = open_reference();
  for (int r = 0; r < 6 && k->ranges[r]; r++) { /* once, not for each of the configurations */
    whole[r] = malloc(most);
    testing_expect(reference, k->run(reference, 5, k->ranges[r], whole[r]), TUTTI_OK, "", k->name);
  }
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    for (int f = 0; f < FIRSTS && fits_short_ranges(&c); f++)
      for (int r = k->nothing ? 0 : 1; r < SHORT_RANGES; r++)
        if (c.config.backend != TUTTI_PROCESSES ||
            (r + f) % 5 == 0) /* a fork each: a share of them will do */
          check_kernel(&c, c.ctx, reference, k, firsts[f], short_ranges[r], got, expected);
    for (int r = 0; r < 6 && k->ranges[r]; r++) {
      const size_t bytes = k->fixed + k->ranges[r] * k->per_item;
      memset(got, GUARD, bytes + 8);
      testing_expect(c.ctx, k->run(c.ctx, 5, k->ranges[r], got), TUTTI_OK, "", c.name);
      check_bytes(&c, k->name, k->ranges[r], 5, got, whole[r], bytes);
      cr_assert(got[bytes] == GUARD, "%s, %s: written beyond the end", c.name, k->name);
    }
  }
  tutti_close(reference);
  for (int r = 0; r < 6; r++) free(whole[r]);
  free(got);
  free(expected);
}

Test(conformance, bits, .timeout = 300) {
  check_everywhere(&(kernel){"bits", run_bits, 0, 8, {8191, 8192, 8193, MOST}, true});
}

Test(conformance, uniform, .timeout = 300) {
  check_everywhere(&(kernel){"uniform", run_uniform, 0, 8, {8193, MOST}, true});
}

Test(conformance, normal, .timeout = 300) {
  check_everywhere(&(kernel){"normal", run_normal, 0, 8, {8191, 8193, 65537}, true});
}

Test(conformance, sum, .timeout = 300) {
  const size_t n = 400009 + 8;
  terms = malloc(n * sizeof *terms);
  for (size_t i = 0; i < n; i++) { /* 2^-12 to 2^12, of both signs: no term is too small to show in the sum */
    const uint64_t h = (i + 1) * 0x9E3779B97F4A7C15;
    union {
      uint64_t bits;
      double value;
    } term = {(h >> 63) << 63 | (1023 - 12 + (h >> 20) % 25) << 52 | (h ^ h >> 31) >> 12};
    terms[i] = term.value;
  }
  check_everywhere(&(kernel){"sum", run_sum, 8, 0, {131071, 131072, 131073, 400009}, true});
  free(terms);
}

Test(conformance, mc_pi, .timeout = 300) {
  check_everywhere(&(kernel){"mc_pi", run_pi, sizeof(tutti_estimate), 0, {65535, 65537, MOST}, false});
}

Test(conformance, ar1_ensemble, .timeout = 300) {
  check_everywhere(&(kernel){"ar1", run_ar1, sizeof(tutti_moments_t), 8, {16383, 16385, 65539}, true});
  check_everywhere(
      &(kernel){"ar1, moments", run_ar1_stats, sizeof(tutti_moments_t), 0, {16385, 65539}, true});
}

Test(conformance, ar1_ensemble_of_long_runs, .timeout = 300) {
  tutti_ctx *reference = open_reference();
  const kernel k = {"ar1 of long runs", run_ar1_long, sizeof(tutti_moments_t), 8, {0}, true};
  unsigned char expected[sizeof(tutti_moments_t) + 8 * 83], got[sizeof expected];
  testing_expect(reference, run_ar1_long(reference, 5, 83, expected), TUTTI_OK, "", k.name);
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    if (c.config.workers != 1 && (c.config.workers != 3 || c.config.schedule != TUTTI_DYNAMIC)) continue;
    if (c.config.workers == 1 && c.config.backend != TUTTI_SERIAL) continue;
    testing_expect(c.ctx, run_ar1_long(c.ctx, 5, 83, got), TUTTI_OK, "", c.name);
    check_bytes(&c, k.name, 83, 5, got, expected, sizeof expected);
  }
  tutti_close(reference);
}

/* With and without the final values: the same moments, and those of n runs are not those of n - 1. */
Test(conformance, ar1_moments_do_not_depend_on_final, .timeout = 60) {
  tutti_ctx *ctx = open_reference();
  unsigned char with[sizeof(tutti_moments_t) + 8 * 1021], without[sizeof(tutti_moments_t)];
  testing_expect(ctx, run_ar1(ctx, 9, 1021, with), TUTTI_OK, "", "ar1");
  testing_expect(ctx, run_ar1_stats(ctx, 9, 1021, without), TUTTI_OK, "", "ar1, moments");
  cr_assert(memcmp(with, without, sizeof without) == 0);
  testing_expect(ctx, run_ar1_stats(ctx, 9, 1020, without), TUTTI_OK, "", "ar1, moments");
  cr_assert(memcmp(with, without, sizeof without) != 0);
  tutti_close(ctx);
}

/* What all of them agree on are the elements of the stream, one by one, across chunks. */
Test(conformance, arrays_hold_the_elements_of_the_stream, .timeout = 60) {
  enum { COUNT = 20011 };
  static uint64_t bits[COUNT];
  static double uniform[COUNT], normal[COUNT];
  tutti_ctx *ctx = open_reference();
  for (int f = 0; f < FIRSTS - 1; f++) { /* the last one has no room for as many */
    testing_expect(ctx, tutti_bits(ctx, rng, firsts[f], bits, COUNT), TUTTI_OK, "", "bits");
    testing_expect(ctx, tutti_uniform(ctx, rng, firsts[f], uniform, COUNT), TUTTI_OK, "", "uniform");
    testing_expect(ctx, tutti_normal(ctx, rng, firsts[f], normal, COUNT), TUTTI_OK, "", "normal");
    for (uint64_t i = 0; i < COUNT; i += 7) {
      const uint64_t index = firsts[f] + i;
      cr_assert(bits[i] == tutti_bits_at(rng, index), "bits, element %llu", (unsigned long long)index);
      cr_assert(uniform[i] == tutti_uniform_at(rng, index), "uniform, element %llu",
                (unsigned long long)index);
      cr_assert(normal[i] == tutti_normal_at(rng, index), "normal, element %llu", (unsigned long long)index);
    }
  }
  tutti_close(ctx);
}
