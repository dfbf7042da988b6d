/* What a CPU is called. */
#ifndef BENCH_CPU_NAME_H
#define BENCH_CPU_NAME_H

#include <stddef.h>

/* From /proc/cpuinfo below the root; "unknown ARCHITECTURE CPU" where that does not say. */
void cpu_name(const char *root, const char *architecture, char *text, size_t size);

#endif
