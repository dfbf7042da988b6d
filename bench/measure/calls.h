/* What one call takes: the median over some in a row, in seconds, after three that warm up. */
#ifndef BENCH_CALLS_H
#define BENCH_CALLS_H

#include <stdbool.h>
#include <tutti/tutti.h>

#include "util/bench_clock.h"

/* NAN: a call returned false. */
double calls_median(size_t calls, const struct bench_clock *clock, bool (*call)(void *args), void *args);

/* The same on a context that is opened for them; n is handed on to the call. NAN: the context could not be
 * opened or a call failed, and `why`, of so many bytes, has tutti_error_detail. */
typedef bool context_call(tutti_ctx *ctx, size_t n);
double calls_in_context(size_t calls, const tutti_config *config, context_call *call, size_t n, char *why,
                        size_t size);

/* A tutti_for over n chunks that do nothing. */
context_call empty_for;

#endif
