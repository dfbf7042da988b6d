/* Recorded machines (/proc and /sys trees) for the tests of what disturbs a measurement. */
#ifndef TESTS_RECORDED_H
#define TESTS_RECORDED_H

#include <stdbool.h>
#include <stddef.h>

#include "machine/findings.h"
#include "machine/machine_json.h"

enum { FINE = FINDING_FINE, DISTURBS = FINDING_DISTURBS, UNKNOWN = FINDING_UNKNOWN, TOPICS = 28 };

/* What must be found about a topic, and what its sentence must say. */
struct expected {
  const char *topic;
  int state;
  const char *says;
};

/* What calls told of a recorded machine, beside its tree. */
struct recorded {
  const char *name, *architecture, *allowed;
  int usable, workers;
  double resolution, cost;
  bool slow_build;
  char *const *environment;
};

extern const struct recorded laptop, container, server, aarch64;

/* What was found last; findings_free frees it. */
extern struct machine machine;
extern struct findings findings;

/* Examines a recorded machine, or what a tree at root says in its place. */
void examine(const struct recorded *r);
void examine_tree(const char *root, const struct recorded *r);

/* Asserts what was found about a topic. */
void expect(const char *topic, int state, const char *says);

/* -- a copy of a machine's tree in a temporary folder, to be changed; one at a time -- */

extern char copy[256];
extern int copied_files;
extern char *copied_file[512]; /* paths below the copy */

void copy_machine(const char *name);
void remove_copy(void);
void put(const char *path, const char *text, size_t size);
void change(const char *path, const char *text);

#endif
