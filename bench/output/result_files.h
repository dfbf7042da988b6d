/* The files of a run. */
#ifndef BENCH_RESULT_FILES_H
#define BENCH_RESULT_FILES_H

#include "analysis/case_analysis.h"

/* table.txt, results.json, results.csv: all cases so far. False, having said why, if one cannot be written.
 */
bool report_write(const struct run_analysis *analysis, const char *folder);

#endif
