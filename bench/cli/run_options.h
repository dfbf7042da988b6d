/* What the user asked a run for; the results keep it. */
#ifndef BENCH_RUN_OPTIONS_H
#define BENCH_RUN_OPTIONS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cases/variants.h"

struct run_options {
  bool weak; /* a run on w of W workers does w parts in W of the problem */
  bool variants[VARIANT_COUNT];
  int repetitions;            /* rounds; 0: until precise */
  double precision, max_time; /* relative width of a median's interval; seconds a case */
  uint64_t seed;
  json_t *arguments; /* argv, and what was made of it */
};

#endif
