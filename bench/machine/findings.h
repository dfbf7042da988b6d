/* What about a machine disturbs times, what does not, and what could not be found out. */
#ifndef BENCH_FINDINGS_H
#define BENCH_FINDINGS_H

#include "machine/machine.h"
#include "util/text_list.h"

enum finding_state { FINDING_FINE, FINDING_DISTURBS, FINDING_UNKNOWN };

struct finding {
  const char *group; /* "cores": topics of a group follow each other */
  const char *topic; /* "governor" */
  enum finding_state state;
  char *text; /* one sentence, printable ASCII */
};

struct findings {
  struct finding *list;
  size_t count;
};

/* What is looked at. */
struct examination {
  const char *root; /* of /proc and /sys */
  const struct host *host;
  const struct machine *machine;       /* as machine_read made it */
  int workers;                         /* the most that are planned; 0: one for each usable core */
  double clock_resolution, clock_cost; /* of CLOCK_MONOTONIC, in seconds; NaN: not measured */
};

/* One finding for every topic, always the same topics in the same order. */
struct findings findings_examine(const struct examination *examination);

/* Describes this machine and examines it. Workers and clock as in struct examination. */
struct findings machine_examine(int workers, double clock_resolution, double clock_cost,
                                struct machine *machine);

void findings_free(struct findings *findings);

size_t findings_count(const struct findings *findings, enum finding_state state);
const char *finding_state_name(enum finding_state state); /* "fine", "disturbs", "unknown" */

#endif
