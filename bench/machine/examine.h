/* The topics of an examination, and how one of them is answered. */
#ifndef BENCH_EXAMINE_H
#define BENCH_EXAMINE_H

#include "machine/findings.h"

/* One question about the machine. examine() answers it by one of the functions below. */
struct topic {
  const char *name; /* "governor" */
  void (*examine)(const struct examination *examination, struct finding *finding);
};

/* By groups; each ended by a NULL name. */
extern const struct topic cores_topics[], speed_topics[], neighbours_topics[], memory_topics[],
    program_topics[];

/* It disturbs measurements, it does not, it could not be found out: one sentence that says why, or what
 * helps. */
void finding_disturbs(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));
void finding_fine(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));
void finding_unknown(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The first or the second of them. */
void finding_judge(struct finding *finding, bool disturbs, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The most workers that run side by side. */
int examined_workers(const struct examination *e);

/* "s" unless count is 1. */
const char *plural(double count);

#endif
