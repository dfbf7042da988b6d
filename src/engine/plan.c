#include "engine/plan.h"

enum { ACCUMULATOR_BUDGET = 256 << 20, LIGHT_ACCUMULATOR = 256, ENOUGH_CHUNKS = 256 };

static size_t divide_up(size_t a, size_t b) { return a / b + (a % b != 0); }

/* To make, merge and fetch an accumulator takes about a nanosecond a byte; a cheap item takes about one
 * nanosecond. With as many items in a chunk as its accumulator has bytes, the two are equal. */
static size_t choose_grain(size_t n, size_t acc_size) {
  const size_t most = acc_size > LIGHT_ACCUMULATOR ? n / ENOUGH_CHUNKS : 1;
  return most <= 1 ? 1 : acc_size < most ? acc_size : most;
}

tutti_plan tutti_plan_of(size_t n, size_t grain, size_t acc_size) {
  size_t most = PLAN_MAX_CHUNKS;
  if (acc_size > ACCUMULATOR_BUDGET / PLAN_MAX_CHUNKS) most = ACCUMULATOR_BUDGET / acc_size;
  if (most == 0) most = 1;
  if (grain == 0) grain = choose_grain(n, acc_size);
  if (n == 0) return (tutti_plan){0, grain, 0};
  const size_t grains = divide_up(n, grain);
  const size_t per_chunk = divide_up(grains, most);
  const size_t count = divide_up(grains, per_chunk);
  /* With one chunk, per_chunk grains may be more than a size_t holds. */
  return (tutti_plan){n, count == 1 ? n : per_chunk * grain, count};
}
