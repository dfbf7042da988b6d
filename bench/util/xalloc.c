/* Allocation that ends the program where there is no memory. */
#include "util/xalloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static _Noreturn void out_of_memory(void) {
  fputs("bench_amdahl: out of memory\n", stderr);
  exit(1);
}

void *xcalloc(size_t count, size_t size) {
  void *memory = calloc(count ? count : 1, size ? size : 1);
  if (!memory) out_of_memory();
  return memory;
}

void *xrealloc(void *memory, size_t count, size_t size) {
  if (count > SIZE_MAX / size) out_of_memory();
  memory = realloc(memory, count * size);
  if (!memory) out_of_memory();
  return memory;
}

char *xasprintf(const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = NULL;
  const int length = vasprintf(&text, format, args);
  va_end(args);
  if (length < 0) out_of_memory();
  return text;
}
