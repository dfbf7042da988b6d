/* A discrete-event simulation of how the library runs a call: from the seconds of each chunk on one core, the
 * seconds of the call on any number of workers. Chunks are handed out by the rules of src/engine/job.c,
 * workers are started by those of src/backends/. Pure functions: no clock, no state. */
#ifndef BENCH_SIMULATION_H
#define BENCH_SIMULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <tutti/tutti.h>

/* A call, and what the caller does alone before and after it. */
struct sim_call {
  double before;   /* seconds until the call begins */
  double after;    /* seconds once all chunks are done: merging in chunk order, and what follows */
  size_t n;        /* chunks */
  double *seconds; /* [n]: of each chunk on one core, while the other cores are idle */
  double *bytes;   /* [n]: that each chunk moves from or to memory; NULL: none */
};

struct sim_machine {
  double start;        /* seconds that a worker takes to start; they start one after another */
  bool caller_works;   /* the caller is worker 0 and need not be started: threads, not processes */
  size_t short_chunks; /* the caller runs calls of at most so many chunks alone */
  double dispatch;  /* seconds to take chunks from the common counter, one worker at a time; 0 on one worker,
                       for the static schedule, and for no more chunks than workers: no counter then */
  double bandwidth; /* bytes a second that memory gives to all workers together; INFINITY: no limit */
};

/* Which worker ran a chunk, and when, in seconds since the call began. */
struct sim_chunk {
  int worker;
  size_t taken;     /* chunks that the worker took together with this one, if it is the first of them; or 0 */
  double requested; /* when the worker asked for chunks; begin, if it had this one already */
  double begin, end; /* of the chunk */
};

/* What the workers' time is spent on, in worker-seconds; all of them together are workers x seconds. */
enum {
  SIM_WORK,     /* the seconds of the chunks, and what the caller does alone */
  SIM_SERIAL,   /* the other workers wait, while the caller works alone */
  SIM_START,    /* the worker is not started yet */
  SIM_DISPATCH, /* it waits for the common counter, or takes chunks from it */
  SIM_MEMORY,   /* its chunk takes longer, because others use the memory, too */
  SIM_WAIT,     /* there are no more chunks for it, and the last one is not done */
  SIM_TIMES
};

struct sim_result {
  double seconds; /* before and after the calls included */
  double time[SIM_TIMES];
};

/* One call. chunks: [call->n], to be filled in; or NULL. */
struct sim_result simulate_call(const struct sim_call *call, const struct sim_machine *machine,
                                tutti_schedule schedule, int workers, struct sim_chunk *chunks);

/* Calls one after another. */
struct sim_result simulate_run(const struct sim_call *calls, size_t count, const struct sim_machine *machine,
                               tutti_schedule schedule, int workers);

/* Bounds of a run's seconds on P workers, where starting workers and handing out chunks cost nothing. Sums
 * are over the calls. Of a call, A = before + after; W and L are the sum and the largest of its chunks'
 * seconds; M is the bytes of all its chunks / bandwidth. work  = sum of A + W: the seconds on one worker, and
 * span = sum of A + L: on any number of them, where memory has no limit least = sum of A + max(W / P, L, M):
 * no schedule takes less (work law and span law: Blumofe and Leiserson, 1999; M: all bytes have to be moved)
 *   most  = sum of A + W / P + (1 - 1 / P) L + M: the dynamic schedule takes no more. It is list scheduling
 *           (Graham, 1969): a worker is idle only while the last chunks run. And memory delays chunks only
 *           while it gives its whole bandwidth, which is for at most M seconds. */
struct sim_bounds {
  double work, span, least, most;
};
struct sim_bounds simulate_bounds(const struct sim_call *calls, size_t count, double bandwidth, int workers);

#endif
