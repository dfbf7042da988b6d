/* The chunk plan against its contract: an exact cover in multiples of the grain, bounded in number and
 * memory. */
#define _GNU_SOURCE
#include "engine/plan.h"

#include <criterion/criterion.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>

#include "../support/data.h"

static void check(size_t n, size_t grain, size_t acc_size) {
  const tutti_plan plan = tutti_plan_of(n, grain, acc_size);
  const size_t unit = grain ? grain : 1;
  cr_assert(plan.n == n, "n = %zu, grain = %zu, acc = %zu: the plan is for %zu", n, grain, acc_size, plan.n);
  cr_assert(plan.count <= 4096, "n = %zu, grain = %zu, acc = %zu: %zu chunks", n, grain, acc_size,
            plan.count);
  cr_assert((plan.count == 0) == (n == 0), "n = %zu, grain = %zu, acc = %zu: %zu chunks", n, grain, acc_size,
            plan.count);
  cr_assert(plan_begin(&plan, 0) == 0, "n = %zu, grain = %zu: begins at %zu", n, grain, plan_begin(&plan, 0));
  cr_assert(plan_begin(&plan, plan.count) == n, "n = %zu, grain = %zu: ends at %zu", n, grain,
            plan_begin(&plan, plan.count));
  for (size_t c = 0; c < plan.count;
       c++) { /* strictly ascending from 0 to n: nothing overflowed, nothing is twice */
    const size_t begin = plan_begin(&plan, c), end = plan_begin(&plan, c + 1);
    cr_assert(begin < end, "n = %zu, grain = %zu, acc = %zu: chunk %zu is [%zu, %zu)", n, grain, acc_size, c,
              begin, end);
    cr_assert(begin % unit == 0, "n = %zu, grain = %zu, acc = %zu: chunk %zu begins at %zu", n, grain,
              acc_size, c, begin);
    cr_assert(end == n || end - begin >= unit, "n = %zu, grain = %zu, acc = %zu: chunk %zu has %zu items", n,
              grain, acc_size, c, end - begin);
  }
  if (plan.count > 1)
    cr_assert(acc_size <= ((size_t)256 << 20) / plan.count,
              "n = %zu, grain = %zu: %zu accumulators of %zu bytes", n, grain, plan.count, acc_size);
}

static const size_t extremes[] = {0,
                                  1,
                                  2,
                                  3,
                                  63,
                                  64,
                                  4095,
                                  4096,
                                  4097,
                                  8191,
                                  8192,
                                  8193,
                                  200003,
                                  16777213,
                                  SIZE_MAX / 2,
                                  SIZE_MAX / 2 + 1,
                                  SIZE_MAX - 1,
                                  SIZE_MAX};
enum { EXTREMES = sizeof extremes / sizeof *extremes };

Test(plan, covers_extreme_ranges_exactly) {
  static const size_t acc_sizes[] = {
      0, 1, 8, 1104, 65536, 65537, (size_t)256 << 20, ((size_t)256 << 20) + 1, SIZE_MAX};
  for (int i = 0; i < EXTREMES; i++)
    for (size_t a = 0; a < sizeof acc_sizes / sizeof *acc_sizes; a++) {
      for (int j = 0; j < EXTREMES; j++) check(extremes[i], extremes[j], acc_sizes[a]);
      check(extremes[i], extremes[i] + 1, acc_sizes[a]);
      check(extremes[i], extremes[i] - 1, acc_sizes[a]);
    }
}

Test(plan, covers_random_ranges_exactly) {
  uint64_t state = 2024;
  for (int i = 0; i < 3000; i++) { /* random numbers of random length in bits */
    const size_t n = (size_t)(data_bits(&state) >> data_bits(&state) % 64);
    const size_t grain = (size_t)(data_bits(&state) >> data_bits(&state) % 64);
    check(n, grain, (size_t)(data_bits(&state) >> data_bits(&state) % 64));
  }
}

/* A grain that exceeds n makes one chunk of everything. */
Test(plan, a_grain_beyond_n_is_one_chunk) {
  for (int i = 1; i < EXTREMES; i++) {
    cr_assert_eq(tutti_plan_of(extremes[i], SIZE_MAX, 8).count, 1);
    cr_assert_eq(tutti_plan_of(extremes[i], extremes[i], 8).count, 1);
  }
}

/* Worked by hand: the size is the smallest multiple of the grain that needs at most 4096 chunks, or as many
 * as 256 MiB hold accumulators. Any change of these changes which items meet in a chunk, everywhere. */
static const struct {
  size_t n, grain, acc_size, count, size;
} worked[] = {
    {1, 1, 0, 1, 1},
    {4096, 1, 0, 4096, 1},
    {4097, 1, 0, 2049, 2},
    {4097, 0, 0, 2049, 2},
    {8193, 8192, 0, 2, 8192},
    {1000000, 1, 0, 4082, 245},
    {1000000, 64, 0, 3907, 256},
    {100, 1, (size_t)16 << 20, 15, 7},  /* 16 accumulators fit */
    {100, 1, (size_t)100 << 20, 2, 50}, /* 2 */
    {100, 1, (size_t)300 << 20, 1, 100},
    {1000, 0, 8, 1000, 1}, /* the engine's own grain: accumulators of 256 bytes weigh nothing, ... */
    {1000, 0, 256, 1000, 1},
    {1000, 0, 257, 334, 3}, /* ... larger ones as many items as they have bytes, but 256 chunks remain */
    {255, 0, 1104, 255, 1},
    {512, 0, 1104, 256, 2},
    {200000, 0, 1104, 257, 781},
    {1000000, 0, 1104, 906, 1104},
    {10000000, 0, 1104, 3020, 3312}, /* 3 grains, for there are 9 058 of them */
    {1000000, 0, 65536, 257, 3906},
    {100000000, 0, 65536, 1526, 65536},
};

static void check_worked(const char *when) {
  for (size_t i = 0; i < sizeof worked / sizeof *worked; i++) {
    const tutti_plan plan = tutti_plan_of(worked[i].n, worked[i].grain, worked[i].acc_size);
    cr_assert(plan.count == worked[i].count, "%s: n = %zu, grain = %zu, acc = %zu: %zu chunks instead of %zu",
              when, worked[i].n, worked[i].grain, worked[i].acc_size, plan.count, worked[i].count);
    cr_assert(plan.count == 1 || plan_begin(&plan, 1) == worked[i].size,
              "%s: n = %zu, grain = %zu: chunks of %zu", when, worked[i].n, worked[i].grain,
              plan_begin(&plan, 1));
  }
}

Test(plan, depends_on_its_arguments_only) {
  check_worked("at first");
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET((size_t)sched_getcpu(), &one);
  cr_assert(sched_setaffinity(0, sizeof one, &one) == 0);
  setenv("OMP_NUM_THREADS", "13", 1);
  check_worked("on one core");
}
