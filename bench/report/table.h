#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include <stdio.h>

#include "report/report.h"

/* What a person reads: the header, one case, the notes; and all of it. */
void table_header(FILE *stream, const struct report *report);
void table_case(FILE *stream, const struct report *report, size_t index);
void table_notes(FILE *stream, const struct report *report);
bool table_write(FILE *stream, const struct report *report);

/* Results that differ from the reference, in hex. */
void table_differences(FILE *stream, const struct case_results *results);

#endif
