/* Texts that grow in a buffer. */
#ifndef BENCH_APPEND_H
#define BENCH_APPEND_H

#include <stddef.h>

/* Adds to the text in a buffer of `size` bytes, as far as there is room. */
void append(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
