/* The big sum: a rows x cols matrix of doubles, summed by blocks of rows. Bound by memory, once vector units
 * help. One buffer serves all variants. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cases/case.h"
#include "util/xalloc.h"

struct matrix {
  void *mapping;
  size_t mapped;
  double *x;
  size_t n;
};

static const struct bench_param params[] = {
    {"rows", "rows of the matrix of sum", BENCH_COUNT, {20000}, {1}, {1000000000000}},
    {"cols", "columns of the matrix of sum", BENCH_COUNT, {20000}, {1}, {1000000000000}},
    {0},
};

/* Private memory in huge pages: forked workers inherit it with a page table a 512th the size, so that a fork
 * costs no time that grows with the matrix, and reading it misses the TLB rarely. */
static bool map_huge(struct matrix *matrix, size_t bytes) {
  const size_t huge = (size_t)2 << 20;
  matrix->mapped = bytes + huge; /* room to align */
  matrix->mapping = mmap(NULL, matrix->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (matrix->mapping == MAP_FAILED) return false;
  madvise(matrix->mapping, matrix->mapped, MADV_HUGEPAGE); /* advice: 4 KiB pages work as well */
  const uintptr_t address = (uintptr_t)matrix->mapping;
  matrix->x = (double *)((address + huge - 1) / huge * huge);
  return true;
}

static void teardown(void *state) {
  struct matrix *matrix = state;
  if (matrix->mapping != MAP_FAILED) munmap(matrix->mapping, matrix->mapped);
  free(matrix);
}

/* As many of the rows as fit in half the memory that is free: the other half keeps the machine usable. */
static size_t rows_that_fit(struct bench_setup *setup, size_t rows, size_t cols) {
  if (setup->rank > 0) return rows; /* rank 0 has thought of all: see fill */
  const size_t shares = ((size_t)setup->ranks + 2) / 2;
  const size_t fit = tutti_available_memory() / 2 / sizeof(double) / cols / shares;
  if (fit >= rows) return rows;
  if (fit > 0)
    text_list_add(setup->warnings,
                  "sum: %zu rows instead of %zu, since those take more than half of the memory available",
                  fit, rows);
  return fit;
}

/* On p ranks, rank r < p sums [n r / p, n (r + 1) / p): with at most P of them it never needs what lies
 * before n r / P, or, where shares of the problem round down, one element earlier. All of them together need
 * (P + 1) / 2 times the matrix. */
static tutti_status fill(const struct bench_setup *setup, struct matrix *matrix) {
  const int parts = setup->parts > setup->ranks ? setup->parts : setup->ranks;
  const size_t share = bench_share_of(matrix->n, (struct bench_share){setup->rank, parts}),
               first = share - (share > 0);
  return tutti_uniform(NULL, (tutti_rng){setup->seed, 3}, first, matrix->x + first, matrix->n - first);
}

static bool setup(struct bench_setup *setup) {
  const size_t cols = (size_t)setup->params[1].count;
  const size_t rows = rows_that_fit(setup, (size_t)setup->params[0].count, cols);
  if (!rows) {
    snprintf(setup->error, sizeof setup->error,
             "one row of %zu doubles is more than half of the memory available", cols);
    return false;
  }
  struct matrix *matrix = xcalloc(1, sizeof *matrix);
  matrix->n = rows * cols;
  if (!map_huge(matrix, matrix->n * sizeof(double))) {
    snprintf(setup->error, sizeof setup->error, "cannot map %zu x %zu doubles: %s", rows, cols,
             strerror(errno));
    teardown(matrix);
    return false;
  }
  setup->params[0].count = rows;
  const tutti_status status = fill(setup, matrix);
  if (status != TUTTI_OK) {
    snprintf(setup->error, sizeof setup->error, "cannot fill the matrix: %s", tutti_error_detail(NULL));
    teardown(matrix);
    return false;
  }
  const double bytes = (double)matrix->n * sizeof(double);
  setup->state = matrix;
  setup->work = (struct bench_work){
      .items = (double)matrix->n, .item = "doubles", .bytes = bytes, .flops = (double)matrix->n};
  snprintf(setup->size, sizeof setup->size, "exact sum of %zu x %zu doubles (%.3g GB)", rows, cols,
           bytes / 1e9);
  return true;
}

static tutti_status run(tutti_ctx *ctx, void *state, struct bench_share share, struct bench_result *result) {
  const struct matrix *matrix = state;
  const size_t n = bench_share_of(matrix->n, share);
  double sum;
  const size_t begin = bench_share_of(n, (struct bench_share){tutti_rank(ctx), tutti_ranks(ctx)}),
               end = bench_share_of(n, (struct bench_share){tutti_rank(ctx) + 1, tutti_ranks(ctx)});
  const tutti_status status = tutti_sum(ctx, matrix->x + begin, end - begin, &sum);
  if (status == TUTTI_OK) bench_result_set(result, &sum, sizeof sum);
  return status;
}

static void describe(const struct bench_result *result, char *text, size_t size) {
  double sum;
  memcpy(&sum, result->bytes, sizeof sum);
  snprintf(text, size, "sum = %.17g", sum);
}

const struct bench_case case_sum = {
    .name = "sum",
    .description = "exact sum of a big matrix: memory bandwidth",
    .params = params,
    .setup = setup,
    .run = run,
    .describe = describe,
    .teardown = teardown,
};
