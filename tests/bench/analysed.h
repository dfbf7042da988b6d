/* The analysis of the one case that a test has: made anew by conclude(). */
#ifndef TESTS_BENCH_ANALYSED_H
#define TESTS_BENCH_ANALYSED_H

#include "analysis/case_analysis.h"

static struct analysis analysis;

__attribute__((unused)) static void conclude(const struct case_results *results, bool weak) {
  if (analysis.results) analysis_free(&analysis);
  analysis = analyse(results, weak);
}

#endif
