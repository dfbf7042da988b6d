/* A file as text in memory. */
#ifndef BENCH_WHOLE_FILE_H
#define BENCH_WHOLE_FILE_H

#include <stddef.h>
#include <stdio.h>

/* The rest of a stream, of which *length is the size in bytes, and a zero behind it; the caller frees it.
 * NULL, with the reason in errno: it cannot be read, or is larger than `most` bytes (EFBIG). */
char *whole_file(FILE *file, size_t most, size_t *length);

#endif
