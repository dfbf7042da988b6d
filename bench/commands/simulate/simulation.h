/* A discrete-event simulation of the chunking engine: what a call of known chunks takes on any number of
 * workers. Chunks are handed out by the rules of src/engine/job.c and src/backends/. No clock, no state. */
#ifndef BENCH_SIMULATION_H
#define BENCH_SIMULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <tutti/tutti.h>

/* A call of the engine, and what the caller does alone around it. */
struct sim_call {
  double before;   /* seconds until the call begins */
  double after;    /* seconds once all chunks are done: merging in chunk order, and what follows */
  size_t n;        /* chunks */
  double *seconds; /* [n]: of each on a core that has the machine for itself */
  double *bytes;   /* [n]: that each moves from or to memory; NULL: none */
};

struct sim_machine {
  double start;      /* seconds that each worker takes to start; they start one after another */
  bool caller_works; /* the caller is worker 0 and need not be started: threads, not processes */
  size_t few_chunks; /* calls of at most so many chunks are run by the caller alone */
  double dispatch;   /* seconds of a hand-out that several workers compete for; one at a time */
  double bandwidth;  /* bytes a second that memory gives to all workers together; INFINITY: no limit */
};

/* Who did a chunk, and when, in seconds since the call began. */
struct sim_chunk {
  int worker;
  size_t taken;                 /* chunks handed out together, at the first of them; 0 at the others */
  double requested, begin, end; /* requested: when the worker turned to the common counter, or else begin */
};

/* Where the workers' time goes, in worker-seconds: together, workers x seconds. */
struct sim_time {
  double work;     /* chunks as on a core of its own, and what the caller does alone */
  double serial;   /* the others, while the caller works alone */
  double start;    /* not started yet */
  double dispatch; /* being handed chunks, and standing in line for that */
  double memory;   /* what chunks take longer because others use the memory */
  double wait;     /* out of chunks, until the last one is done */
};

struct sim_result {
  double seconds; /* before and after the calls included */
  struct sim_time time;
};

/* One call. chunks: [call->n], or NULL. */
struct sim_result simulate_call(const struct sim_call *call, const struct sim_machine *machine,
                                tutti_schedule schedule, int workers, struct sim_chunk *chunks);

/* Calls one after another. */
struct sim_result simulate_run(const struct sim_call *calls, size_t count, const struct sim_machine *machine,
                               tutti_schedule schedule, int workers);

/* Seconds that bound a run were starting and handing out free. least: no schedule beats the work law, the
 * span law and the bandwidth, call by call (Blumofe and Leiserson, 1999). most: list scheduling, which
 * dynamic is, does no worse (Graham, 1969): while a worker is idle the last chunk runs; and what memory takes
 * longer, it takes while it gives all it has. span: on infinitely many workers, whose memory has no limit. */
struct sim_bounds {
  double work, span, least, most;
};
struct sim_bounds simulate_bounds(const struct sim_call *calls, size_t count, double bandwidth, int workers);

#endif
