/* The simulation: an event queue, workers that ask for chunks and run them, a memory that they share. */
#include "commands/simulate/simulation.h"

#include <math.h>
#include <stdlib.h>

#include "util/xalloc.h"

/* ---- an event queue: a binary heap, the earliest first, equal ones by worker ---- */

struct event {
  double at;
  size_t worker;
};

struct queue {
  struct event *events; /* [count]; every worker has at most one */
  size_t count;
};

static bool earlier(struct event a, struct event b) {
  return a.at < b.at || (a.at == b.at && a.worker < b.worker);
}

static void push(struct queue *q, struct event event) {
  size_t i = q->count++;
  for (; i > 0 && earlier(event, q->events[(i - 1) / 2]); i = (i - 1) / 2)
    q->events[i] = q->events[(i - 1) / 2];
  q->events[i] = event;
}

static struct event pop(struct queue *q) {
  const struct event first = q->events[0], last = q->events[--q->count];
  size_t i = 0;
  for (size_t child; (child = 2 * i + 1) < q->count; i = child) {
    if (child + 1 < q->count && earlier(q->events[child + 1], q->events[child])) child++;
    if (!earlier(q->events[child], last)) break;
    q->events[i] = q->events[child];
  }
  q->events[i] = last;
  return first;
}

static double first_at(const struct queue *q) { return q->count ? q->events[0].at : INFINITY; }

/* ---- the state ---- */

struct worker {
  enum { ASKS, BEGINS, RUNS } does;
  size_t next, end;   /* chunks it was handed and has not begun */
  bool had_its_share; /* static: one hand-out each */
  double requested, began;
  double done; /* when it was last busy */
};

/* A chunk that moves bytes asks for bytes / seconds of the memory's bandwidth. If those that run together ask
 * for more than there is, all slow down by the same factor: slowness = max(1, demand / bandwidth). So one
 * virtual clock serves them all (Parekh and Gallager, 1993): in t seconds it advances by t / slowness, and a
 * chunk ends when it has advanced by the seconds that the chunk takes alone. */
struct state {
  const struct sim_call *call;
  const struct sim_machine *machine;
  tutti_schedule schedule;
  size_t workers; /* that take part */
  size_t next;    /* the first chunk not handed out: the common counter */
  double counter_free;
  double now, virtual, demand; /* the clocks; bytes a second that the running chunks ask for */
  struct queue real, streams;  /* events on the real clock; ends of chunks on the virtual one */
  struct worker *worker;
  struct sim_chunk *chunks; /* or NULL */
  double *time;             /* [SIM_TIMES] */
};

static double slowness(const struct state *s) { return fmax(1, s->demand / s->machine->bandwidth); }

static double demand_of(const struct sim_call *call, size_t chunk) {
  return call->bytes && call->seconds[chunk] > 0 ? call->bytes[chunk] / call->seconds[chunk] : 0;
}

/* ---- what workers do ---- */

/* As hand_out of src/engine/job.c does it. False: nothing is left. */
static bool hand_out(struct state *s, size_t worker) {
  struct worker *w = &s->worker[worker];
  const size_t n = s->call->n;
  if (s->schedule == TUTTI_STATIC || n <= s->workers) {
    w->next = n * worker / s->workers;
    w->end = n * (worker + 1) / s->workers;
    const bool first = !w->had_its_share;
    w->had_its_share = true;
    return first && w->next < w->end;
  }
  if (s->next >= n) return false;
  size_t take = s->schedule == TUTTI_GUIDED ? (n - s->next) / (2 * s->workers) : 1;
  if (take == 0) take = 1;
  w->next = s->next;
  w->end = s->next += take;
  return true;
}

static bool competes(const struct state *s) {
  return s->workers > 1 && s->schedule != TUTTI_STATIC && s->call->n > s->workers;
}

static void ask(struct state *s, size_t worker) {
  struct worker *w = &s->worker[worker];
  w->requested = w->done = s->now;
  if (!hand_out(s, worker)) return;
  double handed = s->now;
  if (competes(s)) handed = s->counter_free = fmax(s->now, s->counter_free) + s->machine->dispatch;
  if (s->chunks) s->chunks[w->next].taken = w->end - w->next;
  w->does = BEGINS;
  push(&s->real, (struct event){handed, worker});
}

static void begin(struct state *s, size_t worker) {
  struct worker *w = &s->worker[worker];
  const double seconds = s->call->seconds[w->next], demand = demand_of(s->call, w->next);
  s->time[SIM_DISPATCH] += s->now - w->requested;
  w->began = s->now;
  w->does = RUNS;
  s->demand += demand;
  if (demand > 0) push(&s->streams, (struct event){s->virtual + seconds, worker});
  else push(&s->real, (struct event){s->now + seconds, worker});
}

static void end(struct state *s, size_t worker) {
  struct worker *w = &s->worker[worker];
  const size_t chunk = w->next++;
  if (s->chunks)
    s->chunks[chunk] =
        (struct sim_chunk){(int)worker, s->chunks[chunk].taken, w->requested, w->began, s->now};
  s->demand -= demand_of(s->call, chunk);
  s->time[SIM_WORK] += s->call->seconds[chunk];
  s->time[SIM_MEMORY] += s->now - w->began - s->call->seconds[chunk];
  w->requested = s->now;
  if (w->next < w->end) begin(s, worker);
  else ask(s, worker);
}

/* ---- time ---- */

/* Moves on to the next event, if there is one: whose. */
static bool advance(struct state *s, size_t *worker) {
  if (!s->real.count && !s->streams.count) return false;
  const double slow = slowness(s), real = first_at(&s->real),
               stream = s->now + fmax(0, first_at(&s->streams) - s->virtual) * slow;
  const bool streams = stream < real;
  s->virtual += ((streams ? stream : real) - s->now) / slow;
  s->now = streams ? stream : real;
  const struct event event = pop(streams ? &s->streams : &s->real);
  if (streams) s->virtual = event.at;
  *worker = event.worker;
  return true;
}

static void run(struct state *s) {
  static void (*const steps[])(struct state *, size_t) = {[ASKS] = ask, [BEGINS] = begin, [RUNS] = end};
  for (size_t worker; advance(s, &worker);) steps[s->worker[worker].does](s, worker);
}

/* ---- calls ---- */

static double started(const struct state *s, size_t worker) {
  const bool alone = s->call->n <= s->machine->short_chunks;
  return alone ? 0 : s->machine->start * (double)(worker + !s->machine->caller_works);
}

static size_t that_take_part(const struct sim_call *call, const struct sim_machine *machine, int workers) {
  if (call->n <= machine->short_chunks || call->n == 0) return 1;
  return (size_t)workers < call->n ? (size_t)workers : call->n;
}

struct sim_result simulate_call(const struct sim_call *call, const struct sim_machine *machine,
                                tutti_schedule schedule, int workers, struct sim_chunk *chunks) {
  struct sim_result result = {0};
  struct state s = {.call = call,
                    .machine = machine,
                    .schedule = schedule,
                    .workers = that_take_part(call, machine, workers),
                    .chunks = chunks,
                    .time = result.time};
  s.worker = xcalloc(s.workers, sizeof *s.worker);
  s.real.events = xcalloc(s.workers, sizeof *s.real.events);
  s.streams.events = xcalloc(s.workers, sizeof *s.streams.events);
  for (size_t w = 0; call->n && w < s.workers; w++) {
    const double at = started(&s, w);
    s.time[SIM_START] += at;
    push(&s.real, (struct event){at, w});
  }
  for (size_t c = 0; chunks && c < call->n; c++) chunks[c].taken = 0;
  run(&s);
  /* s.now: the last chunk is done, and the last worker was started */
  const double alone = call->before + call->after;
  result.time[SIM_WAIT] = s.now * (double)((size_t)workers - s.workers);
  for (size_t w = 0; w < s.workers; w++) result.time[SIM_WAIT] += s.now - s.worker[w].done;
  result.time[SIM_WORK] += alone;
  result.time[SIM_SERIAL] = alone * (workers - 1);
  result.seconds = alone + s.now;
  free(s.worker);
  free(s.real.events);
  free(s.streams.events);
  return result;
}

struct sim_result simulate_run(const struct sim_call *calls, size_t count, const struct sim_machine *machine,
                               tutti_schedule schedule, int workers) {
  struct sim_result sum = {0};
  for (size_t i = 0; i < count; i++) {
    const struct sim_result one = simulate_call(&calls[i], machine, schedule, workers, NULL);
    sum.seconds += one.seconds;
    for (int k = 0; k < SIM_TIMES; k++) sum.time[k] += one.time[k];
  }
  return sum;
}

struct sim_bounds simulate_bounds(const struct sim_call *calls, size_t count, double bandwidth, int workers) {
  struct sim_bounds bounds = {0};
  for (size_t i = 0; i < count; i++) {
    const struct sim_call *call = &calls[i];
    const double alone = call->before + call->after;
    double sum = 0, longest = 0, bytes = 0;
    for (size_t c = 0; c < call->n; c++) {
      sum += call->seconds[c];
      longest = fmax(longest, call->seconds[c]);
      if (call->bytes) bytes += call->bytes[c];
    }
    bounds.work += alone + sum;
    bounds.span += alone + longest;
    bounds.least += alone + fmax(fmax(sum / workers, longest), bytes / bandwidth);
    bounds.most += alone + sum / workers + (1 - 1.0 / workers) * longest + bytes / bandwidth;
  }
  return bounds;
}
