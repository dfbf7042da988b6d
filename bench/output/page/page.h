/* A results.json as one HTML page that needs nothing else: no network, no other file. */
#ifndef BENCH_PAGE_H
#define BENCH_PAGE_H

#include <stdbool.h>

/* Why no page can be written here (the chart library is missing), or NULL. */
const char *page_missing(void);

/* Writes the page of a results.json. False, having said why on stderr: one of the files, or what is wrong in
 * the results, with line and column. */
bool page_write_file(const char *results, const char *page);

/* The same for folder/results.json and folder/report.html. */
bool page_write(const char *folder);

#endif
