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
  /* Makes the call, which writes `result` bytes about all items together, and `item` bytes about each one to
   * items. Where there are 0 bytes the pointer is NULL. Both are NULL to see that this is refused. */
  tutti_status (*run)(tutti_ctx *ctx, const given *g, void *result, void *items);
  size_t result, item;
  size_t chunk;     /* items a chunk holds: the grain of the function's reduction */
  size_t least;     /* fewer items are TUTTI_EINVAL */
  size_t most;      /* items of a call at the edges of vectors; 0: as many as there are */
  input reads;      /* NOTHING: x is NULL */
  size_t width;     /* numbers an item of x has; 0 is 1 */
  bool partitioned; /* over ranks x is a part of the array; else each rank has all of it */
  bool one_call;    /* the kernel is called once for all items, and nothing is handed to workers */
  bool calls_back;  /* a function of the caller's, which can fail */
  bool slow;        /* calls take milliseconds: a share of the questions must do */
  /* FNV-1a of the answer for 2 chunks and 3 items from element 5, the same on every machine. Of a new entry
   * it is 0; the test then says what it is. */
  uint64_t digest;
} entry;

/* The entry of a row: its name, the call, for which there are ctx, g, result and items, and what else is to
 * be said of it. */
#define ENTRY(name, call, ...)                                                                               \
  static tutti_status run_##name(tutti_ctx *ctx, const given *g, void *result, void *items) {                \
    (void)result, (void)items;                                                                               \
    return call;                                                                                             \
  }                                                                                                          \
  const entry conform_##name = {run_##name, __VA_ARGS__};

/* The stream of those calls that draw from the elements of one. */
#define RNG ((tutti_rng){0x123456789ABCDEF0, 42})

#endif
