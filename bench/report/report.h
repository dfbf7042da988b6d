/* Everything a run has found, and where it is written to. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "machine/machine.h"
#include "measure/analysis.h"
#include "options.h"

struct report {
  const struct options *options;
  struct machine machine;
  tutti_isa isa; /* of the vector variants */
  bool isa_from_user, passive_openmp;
  struct notes notes; /* about the whole run */
  struct case_results *cases;
  struct analysis *analyses; /* as cases */
  size_t count;              /* completed cases */
  char started[32];          /* UTC, ISO 8601 */
  double seconds;            /* that the run took */
  bool complete;             /* no case is left */
  int interrupted;           /* the signal, or 0 */
};

/* Why a variant of the options is not run for this case, or NULL. */
const char *report_skipped(const struct case_results *results, const struct variant *variant);

/* table.txt, results.json, results.csv: all cases so far. False, having said why, if one cannot be written.
 */
bool report_write(const struct report *report);

#endif
