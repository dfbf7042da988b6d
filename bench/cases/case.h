/* A case: one workload, run by every variant.
 *
 * To add one: a file in this folder that defines a `const struct bench_case`, its name in case_registry.c,
 * the file in meson.build. Options of its own (its sizes) are declared in `params` and appear in --help by
 * themselves. */
#ifndef BENCH_CASE_H
#define BENCH_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tutti/tutti.h>

#include "util/text_list.h"

enum { BENCH_RESULT_MAX = 256, BENCH_PARAMS_MAX = 4 /* options of a case, at most */ };

union bench_value {
  uint64_t count;
  double real;
};

/* An option --name of the case. All cases share one command line: no two have an option of the same name. */
struct bench_param {
  const char *name, *help;
  enum { BENCH_COUNT, BENCH_REAL } kind;
  union bench_value initial, low, high;
};

/* The answer of one run: variants are compared by these bytes. */
struct bench_result {
  size_t size;
  unsigned char bytes[BENCH_RESULT_MAX];
};

/* A part of a case's problem: its first `part` of `parts` equal parts. In strong scaling every run does all
 * of it; in weak scaling a run on w of W workers does w parts of W. */
struct bench_share {
  int part, parts;
};
uint64_t bench_share_of(uint64_t n, struct bench_share share); /* n part / parts, rounded down */

/* What one run does. The rate column is bytes where moving them is the work, otherwise items. flops: floating
 * point operations the method asks for, whatever the code spends; 0: not declared. */
struct bench_work {
  double items, bytes, flops;
  char item[24]; /* plural: "samples" */
};

struct bench_setup {
  union bench_value *params; /* in the order of bench_case.params; setup may lower what does not fit */
  uint64_t seed;
  int rank,
      ranks; /* which of how many processes this is; those after 0 get the params that 0 has settled on */
  int parts; /* of which runs do some, in weak scaling; otherwise 1 */
  /* for setup to fill in */
  void *state;
  struct bench_work work;
  char size[160];             /* the problem in words, with its sizes: "10 x 10 doubles" */
  char error[256];            /* why setup failed */
  struct text_list *warnings; /* what the reader should know */
};

struct bench_case {
  const char *name, *description;
  const char *no_vector;            /* NULL, or why the vector variants are not run */
  const char *no_chunks;            /* NULL, or why chunks do not say what more workers would gain */
  const struct bench_param *params; /* at most BENCH_PARAMS_MAX, ended by a NULL name; NULL: none */
  /* Prepares the input, once for all variants. */
  bool (*setup)(struct bench_setup *setup);
  /* Before each run, not timed: the state it starts from. NULL: nothing. */
  tutti_status (*begin)(tutti_ctx *ctx, void *state, struct bench_share share);
  /* One run over a share of the problem, the timed part. */
  tutti_status (*run)(tutti_ctx *ctx, void *state, struct bench_share share, struct bench_result *result);
  /* After each run, not timed: its answer, where that takes time. NULL: run has given it. */
  tutti_status (*end)(tutti_ctx *ctx, void *state, struct bench_share share, struct bench_result *result);
  /* The answer in words. */
  void (*describe)(const struct bench_result *result, char *text, size_t size);
  void (*teardown)(void *state);
};

/* All cases, ended by NULL. */
extern const struct bench_case *const bench_cases[];

/* A 64-bit hash of n doubles, and of what has been hashed before them (0: nothing): an eighth of FNV-1a's
 * steps. */
uint64_t bench_hash(uint64_t before, const double *x, size_t n);

/* Stores an answer: the bytes themselves where they fit, otherwise a 64-bit hash (FNV-1a) of them. */
void bench_result_set(struct bench_result *result, const void *data, size_t size);

#endif
