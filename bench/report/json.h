#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include <stdio.h>

#include "report/report.h"

/* Everything, for programs: every raw time, the machine, the arguments. Numbers that are not finite are null.
 */
bool json_write(FILE *stream, const struct report *report);

#endif
