/* The measuring loop. */
#include "measure/rounds.h"

#include <stdlib.h>

#include "measure/order.h"
#include "util/interrupt.h"
#include "util/xalloc.h"

static double now(const struct bench_clock *clock) { return clock->now(clock->state); }

enum stop rounds_run(const struct rounds *r) {
  size_t *order = xcalloc(r->count, sizeof *order);
  double *seconds = xcalloc(r->count, sizeof *seconds);
  for (size_t i = 0; i < r->warmup * r->count && !interrupt_signal(); i++)
    (void)r->run(r->state, i % r->count);
  const double begin = now(r->clock);
  enum stop stopped = STOP_NOT;
  for (size_t round = 0; !stopped; round++) {
    order_round(r->count, r->first + round, order);
    for (size_t i = 0; i < r->count && !interrupt_signal(); i++)
      seconds[order[i]] = r->run(r->state, order[i]);
    stopped = interrupt_signal() ? STOP_INTERRUPTED
                                 : r->end_round(r->state, seconds, now(r->clock) - begin, round + 1);
  }
  free(seconds);
  free(order);
  return stopped;
}
