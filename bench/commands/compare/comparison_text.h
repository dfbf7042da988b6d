/* A comparison in words. */
#ifndef BENCH_COMPARISON_TEXT_H
#define BENCH_COMPARISON_TEXT_H

#include "commands/compare/comparison.h"

/* What a table says of a pair. */
struct pair_text {
  char old[32], new[32]; /* medians, in one unit */
  char ratio[16], p[16]; /* p: adjusted */
  char interval[32];     /* "1.081 .. 1.126" */
  char verdict[64];      /* "no change within 5 %", "cannot tell: 3 rounds" */
};
struct pair_text describe_pair(const struct pair *pair, const struct compare_settings *settings);

/* "70 comparisons: 1 slower, 2 faster, 60 with no change within 5 %, 7 cannot tell" */
void describe_verdicts(const struct comparison *comparison, char *text, size_t size);

/* "2025-11-01T12:00:00Z, libtutti 0.8.0, Some CPU, 2 cores" */
void describe_run(const struct run *run, char *text, size_t size);

/* What ratio, interval and p are, in one sentence. */
void describe_method(const struct comparison *comparison, char *text, size_t size);

/* Whether a pair belongs into the short table. */
bool has_changed(const struct pair *pair);

#endif
