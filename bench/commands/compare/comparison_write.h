/* A comparison for people, for a pull request, for programs. */
#ifndef BENCH_COMPARISON_WRITE_H
#define BENCH_COMPARISON_WRITE_H

#include <stdio.h>

#include "commands/compare/comparison.h"

/* What was compared; in pairs, old and new. */
struct side {
  const char *path; /* as given */
  const struct run *run;
};

/* For a terminal; all: unchanged measurements, too. */
void write_text(FILE *stream, const struct comparison *comparison, const struct side *sides, bool all);

/* As GitHub has it; names and sentences are escaped. */
void write_markdown(FILE *stream, const struct comparison *comparison, const struct side *sides, bool all);

/* One object; false if it could not be written. */
bool write_json(FILE *stream, const struct comparison *comparison, const struct side *sides);

#endif
