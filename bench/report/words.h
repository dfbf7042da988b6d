/* A fit of Amdahl's law in words. The signs differ between a terminal ("x", "+-") and a picture. */
#ifndef BENCH_WORDS_H
#define BENCH_WORDS_H

#include <stddef.h>
#include <tutti/tutti.h>

#include "measure/analysis.h"

/* "1.21 % +- 0.11 %" */
void describe_share(const tutti_amdahl_fit *fit, const char *plus_minus, char *text, size_t size);

/* The limit 1 / s and what two standard errors make of it: "limit 83x (70x .. 101x)"; "limit above 200x"
 * where they leave room for none; "no limit in sight" for s = 0. brief: shorter, without the brackets. */
void describe_limit(const tutti_amdahl_fit *fit, const char *times, int brief, char *text, size_t size);

/* A family's law, for a legend: "threads: 1.21 % ± 0.11 % serial, limit 83×"; only its name without a fit.
 * The limit is of the gain, over one core. */
void describe_family(const struct family *family, char *text, size_t size);

#endif
