/* A comparison for people, for a pull request, for programs. */
#ifndef BENCH_COMPARISON_OUTPUT_H
#define BENCH_COMPARISON_OUTPUT_H

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

/* What a table says of a pair. */
struct pair_text {
  char old[32], new[32]; /* medians, in one unit */
  char ratio[16], p[16]; /* p: adjusted */
  char interval[32];     /* "1.081 .. 1.126" */
  char verdict[64];      /* "no change within 5 %", "cannot tell: 3 rounds" */
};
struct pair_text describe_pair(const struct pair *pair, const struct compare_settings *settings);

#endif
