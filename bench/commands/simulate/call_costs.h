/* What a call of the engine costs by itself, measured with bodies that do nothing. */
#ifndef BENCH_CALL_COSTS_H
#define BENCH_CALL_COSTS_H

#include "commands/simulate/simulation.h"
#include "util/text_list.h"

struct costs {
  double observing; /* seconds that recording_stamp adds to a chunk of a serial run */
  double start;     /* as in struct sim_machine */
  double dispatch;
};

/* On so many workers; what one worker cannot tell is 0, with a note. standing: the workers of processes stand
 * by. False, with a message on stderr, if a context cannot be opened or a call fails. */
bool costs_measure(tutti_backend backend, int workers, bool standing, struct costs *costs,
                   struct text_list *warnings);

#endif
