/* An entry of the conformance test: what it must know of a kernel, and a call that reaches it. Every row of a
 * family's list (src/FAMILY/kernels.h) needs one, under the row's name, in FAMILY.c of this folder; without
 * it the test does not link. test_kernels.c asks it all its questions. */
#ifndef TUTTI_TESTS_CONFORMANCE_ENTRY_H
#define TUTTI_TESTS_CONFORMANCE_ENTRY_H

#include <stdbool.h>
#include <tutti/tutti.h>

/* What a call is given. */
typedef struct {
  const void *x;  /* n items of `width` numbers each, and READ_BEYOND numbers more; or NULL */
  size_t n;       /* items: elements, samples, runs, members, rows, ... */
  uint64_t first; /* the first element of a stream; elsewhere any number, to make another seed of */
  bool fail;      /* the caller's function is to return non-zero */
} given;

enum { READ_BEYOND = 16 };

/* The numbers in x. UNIT: doubles in [0, 1], both ends among them. */
typedef enum { NOTHING, DOUBLES, UNIT, FLOATS, INTEGERS } input;

typedef struct {
  /* Makes the call. result: `result` bytes that sum all items up. items: `item` bytes for each. An output
   * there is none of is NULL, and so are all in a check of arguments. */
  tutti_status (*run)(tutti_ctx *ctx, const given *g, void *result, void *items);
  size_t result, item;
  size_t chunk; /* items a chunk holds */
  size_t least; /* items; fewer are TUTTI_EINVAL */
  size_t most;  /* items of a short call; or 0 */
  bool dear;    /* calls take milliseconds, and so fewer of them must do */
  input reads;
  size_t width;    /* numbers an item of x has; 0 is 1 */
  bool parts;      /* over ranks x is a part of the array, else each rank has all of it */
  bool one_call;   /* all of it is one call of the kernel: nothing is handed to workers */
  bool calls;      /* a function of the caller's */
  uint64_t digest; /* of the answer for 2 chunks and 3 items from element 5: the same on every machine */
} entry;

/* The entry of a row: the call, then the fields of the struct behind `run`. In the call: ctx, g, result,
 * items. */
#define ENTRY(name, call, ...)                                                                               \
  static tutti_status run_##name(tutti_ctx *ctx, const given *g, void *result, void *items) {                \
    (void)result, (void)items;                                                                               \
    return call;                                                                                             \
  }                                                                                                          \
  const entry conform_##name = {run_##name, __VA_ARGS__};

/* The stream of those calls that draw from the elements of one. */
#define RNG ((tutti_rng){0x123456789ABCDEF0, 42})

#endif
