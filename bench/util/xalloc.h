/* Allocation for a program that has nothing sensible left to do without memory: these end it. */
#ifndef BENCH_XALLOC_H
#define BENCH_XALLOC_H

#include <stddef.h>

void *xcalloc(size_t count, size_t size);                /* zeroed */
void *xrealloc(void *memory, size_t count, size_t size); /* the new part is not zeroed */
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
