/* The chunks of a case, and how long each takes on one core, as the simulation needs them: from the progress
 * function of a serial context, which the library calls after every chunk. */
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

/* A progress function that notes when it was called. */
int recording_stamp(void *recording, size_t done, size_t total);
void recording_free(struct recording *recording);

/* The calls of a case, from count >= 1 recorded runs. Each time is the median over the runs, less
 * `observing`: the seconds that a stamp costs. bytes: that a run moves; a chunk has those of its share of all
 * items. 0: none.
 *
 * A stamp shows when a chunk ends, but nothing shows when a call begins. So the time from the end of the call
 * before to the first stamp, t, is divided:
 *   seconds[0] = min(t, items of the first chunk x the median of seconds / items over the other chunks)
 *   before     = t - seconds[0]
 * False: the runs had not the same chunks. Free with calls_free. */
bool calls_from_recordings(const struct recording *runs, size_t count, double observing, double bytes,
                           struct sim_call **calls, size_t *call_count);
void calls_free(struct sim_call *calls, size_t count);

#endif
