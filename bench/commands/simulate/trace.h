/* Chunk times from a file. */
#ifndef BENCH_TRACE_H
#define BENCH_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Reads seconds, one number a line and at most as many as the engine has chunks (4 096); lines that are empty
 * or begin with # are passed over. False, and what is wrong with which line of `name` in `error`. The caller
 * frees *seconds. */
bool trace_read(FILE *file, const char *name, double **seconds, size_t *n, char *error, size_t size);

#endif
