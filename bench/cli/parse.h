/* Reading numbers and lists from the command line: the whole text must be one, and within its bounds. */
#ifndef BENCH_PARSE_H
#define BENCH_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/text_list.h"

/* False, and *value untouched, unless text is a decimal whole number of [low, high]. */
bool parse_count(const char *text, uint64_t low, uint64_t high, uint64_t *value);

/* The same for a finite decimal number. */
bool parse_real(const char *text, double low, double high, double *value);

/* Cuts list at its commas, in place. Returns the next element and moves *list past it; NULL at the end. */
char *parse_next(char **list);

/* The elements of a list, each once, instead of what names held. */
void parse_names(const char *list, struct text_list *names);

enum { WORKERS_MAX = 4096 };

/* "4,1,2" gives 1 2 4: ascending, without duplicates. On failure returns 0 and *bad is a copy of the element
 * that is no worker count; otherwise returns how many, in *workers. The caller frees either. */
size_t parse_workers(const char *text, int **workers, char **bad);

/* The default sweep: every count up to 8, then 12, 16, 24, 32, ... (powers of two and half-way between), and
 * cores itself: few enough to stay quick, dense where curves bend. The caller frees *workers. */
size_t default_workers(int cores, int **workers);

#endif
