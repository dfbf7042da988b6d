/* The parts of an examination, and what they share. */
#ifndef BENCH_EXAMINE_H
#define BENCH_EXAMINE_H

#include "machine/findings.h"

/* Each adds its group's findings. */
void examine_cores(const struct examination *e, struct findings *findings);
void examine_speed(const struct examination *e, struct findings *findings);
void examine_neighbours(const struct examination *e, struct findings *findings);
void examine_memory(const struct examination *e, struct findings *findings);
void examine_program(const struct examination *e, struct findings *findings);

void finding_add(struct findings *findings, const char *group, const char *topic, enum finding_state state,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The most workers that run side by side. */
int examined_workers(const struct examination *e);

/* "s" unless count is 1. */
const char *plural(double count);

#endif
