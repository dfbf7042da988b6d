/* A run as one HTML page that needs nothing else: no network, no other file. */
#ifndef BENCH_PAGE_H
#define BENCH_PAGE_H

#include "analysis/case_analysis.h"

/* Why no page can be written here (the chart library is missing), or NULL. */
const char *page_missing(void);

/* Writes the page, in which the results are as in results.json. False, having said why on stderr. */
bool page_write(const struct run_analysis *analysis, const char *path);

#endif
