/* The chunks of a case, from what the progress function of its runs has seen. */
#include "commands/simulate/chunk_profile.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/statistics.h"
#include "util/bench_clock.h"
#include "util/xalloc.h"

int recording_stamp(void *recording, size_t done, size_t total) {
  struct recording *r = recording;
  if (r->count == r->room) {
    r->room = r->room ? 2 * r->room : 8192;
    r->stamps = xrealloc(r->stamps, r->room, sizeof *r->stamps);
  }
  r->stamps[r->count++] = (struct stamp){clock_seconds(), done, total};
  return 0;
}

void recording_free(struct recording *recording) { free(recording->stamps); }

/* The same stamps, but for the time. */
static bool alike(const struct recording *a, const struct recording *b) {
  if (a->count != b->count) return false;
  for (size_t i = 0; i < a->count; i++)
    if (a->stamps[i].done != b->stamps[i].done || a->stamps[i].total != b->stamps[i].total) return false;
  return true;
}

/* Of each run, when stamp i was taken, from 0 on: the beginning, the stamps, the end. */
static double time_of(const struct recording *run, size_t i) {
  return i == 0 ? run->begin : i <= run->count ? run->stamps[i - 1].at : run->end;
}

/* The median over the runs of the seconds from one stamp to another, without what watching has cost. */
static double between(const struct recording *runs, size_t count, size_t from, size_t to, double observing) {
  double *seconds = xcalloc(count, sizeof *seconds);
  for (size_t r = 0; r < count; r++) seconds[r] = time_of(&runs[r], to) - time_of(&runs[r], from);
  const double median = summarize(seconds, count).median;
  free(seconds);
  return fmax(0, median - observing);
}

/* Seconds an item, in the median over the chunks after the first. */
static double pace(const struct sim_call *call, const double *items) {
  double *paces = xcalloc(call->n, sizeof *paces);
  for (size_t c = 1; c < call->n; c++) paces[c - 1] = call->seconds[c] / items[c];
  const double median = call->n > 1 ? summarize(paces, call->n - 1).median : INFINITY;
  free(paces);
  return median;
}

/* The call whose first chunk ends at stamp `first` and whose last ends at `last`; the one before ended at
 * `previous`. bytes: of an item. */
static struct sim_call call_between(const struct recording *runs, size_t count, size_t previous, size_t first,
                                    size_t last, double observing, double bytes) {
  struct sim_call call = {.n = last - first + 1};
  const struct stamp *stamps = runs[0].stamps - 1; /* stamp 1 is the first */
  double *items = xcalloc(call.n, sizeof *items);
  call.seconds = xcalloc(call.n, sizeof *call.seconds);
  if (bytes > 0) call.bytes = xcalloc(call.n, sizeof *call.bytes);
  for (size_t c = 0; c < call.n; c++) {
    items[c] = (double)(stamps[first + c].done - (c ? stamps[first + c - 1].done : 0));
    if (c) call.seconds[c] = between(runs, count, first + c - 1, first + c, observing);
    if (call.bytes) call.bytes[c] = items[c] * bytes;
  }
  const double until_first = between(runs, count, previous, first, observing);
  call.seconds[0] = fmin(until_first, pace(&call, items) * items[0]);
  call.before = until_first - call.seconds[0];
  free(items);
  return call;
}

static double items_of(const struct recording *run) {
  double items = 0;
  for (size_t i = 0; i < run->count; i++)
    if (run->stamps[i].done == run->stamps[i].total) items += (double)run->stamps[i].total;
  return items;
}

bool calls_from_recordings(const struct recording *runs, size_t count, double observing, double bytes,
                           struct sim_call **calls, size_t *call_count) {
  for (size_t r = 1; r < count; r++)
    if (!alike(&runs[0], &runs[r])) return false;
  struct sim_call *list = NULL;
  const double bytes_an_item = bytes / fmax(1, items_of(&runs[0]));
  size_t n = 0, previous = 0, first = 1;
  for (size_t i = 1; i <= runs[0].count; i++) {
    const struct stamp *stamp = &runs[0].stamps[i - 1];
    if (stamp->done < stamp->total) continue;
    if (stamp->total > 0) { /* a call without items is the caller's time */
      list = xrealloc(list, n + 1, sizeof *list);
      list[n++] = call_between(runs, count, previous, first, i, observing, bytes_an_item);
      previous = i;
    }
    first = i + 1;
  }
  if (!n) {
    list = xcalloc(1, sizeof *list);
    n = 1;
  }
  list[n - 1].after = between(runs, count, previous, runs[0].count + 1, 0);
  *calls = list;
  *call_count = n;
  return true;
}

void calls_free(struct sim_call *calls, size_t count) {
  for (size_t i = 0; i < count; i++) {
    free(calls[i].seconds);
    free(calls[i].bytes);
  }
  free(calls);
}
