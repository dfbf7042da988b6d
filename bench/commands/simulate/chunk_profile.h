/* What the simulation needs to know of a case: the chunks of its calls and how long each takes on one core.
 * Seen from outside, through the progress function of a serial context, which is called after every chunk. */
#ifndef BENCH_CHUNK_PROFILE_H
#define BENCH_CHUNK_PROFILE_H

#include <tutti/tutti.h>

#include "commands/simulate/simulation.h"

struct stamp {
  double at; /* clock_seconds() */
  size_t done, total;
};

/* One run of a case. */
struct recording {
  double begin, end;
  struct stamp *stamps; /* [count] */
  size_t count, room;
};

int recording_stamp(void *recording, size_t done, size_t total); /* a progress function */
void recording_free(struct recording *recording);

/* The calls of a case from at least one recorded run: medians over the runs, of which every stamp has cost
 * `observing` seconds. bytes: what a run moves, shared out in proportion to the items of the chunks; 0: none.
 *
 * When a call begins cannot be seen, only when its first chunk ends: that chunk is taken to need as long for
 * an item as the others' median, and the rest of the time is the caller's. False: the runs had not the same
 * chunks. Free with calls_free. */
bool calls_from_recordings(const struct recording *runs, size_t count, double observing, double bytes,
                           struct sim_call **calls, size_t *call_count);
void calls_free(struct sim_call *calls, size_t count);

#endif
