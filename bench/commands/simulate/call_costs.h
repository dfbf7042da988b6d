/* What a call costs by itself: measured with chunks that do nothing, in seconds, medians of 31 calls. */
#ifndef BENCH_CALL_COSTS_H
#define BENCH_CALL_COSTS_H

#include "commands/simulate/simulation.h"
#include "util/text_list.h"

/* T(n) being the time of a call of n chunks on w workers:
 *   start     = T(w) / the workers that are started, on the backend
 *   dispatch  = (T(4096) - T(w)) / 4096 on threads: with more chunks than workers, these compete for the
 * counter observing = what a call of 4096 chunks takes longer with stamps, on one core, / 4096 */
struct costs {
  double observing; /* of recording_stamp, a chunk */
  double start;     /* as in struct sim_machine */
  double dispatch;
};

/* What one worker cannot tell is 0, with a warning. standing: the workers of processes wait for the next call
 * instead of being forked for it. False, with a message on stderr: a context could not be opened or a call
 * failed. */
bool costs_measure(tutti_backend backend, int workers, bool standing, struct costs *costs,
                   struct text_list *warnings);

#endif
