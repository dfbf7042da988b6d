/* Reads a stream to its end, into a buffer that doubles. */
#include "util/whole_file.h"

#include <errno.h>
#include <stdlib.h>

#include "util/xalloc.h"

char *whole_file(FILE *file, size_t most, size_t *length) {
  char *text = NULL;
  size_t size = 0, got = 1;
  while (got && size <= most) {
    const size_t step = size + 65536;
    text = xrealloc(text, size + step + 1, 1);
    got = fread(text + size, 1, step, file);
    size += got;
  }
  const int error = ferror(file) ? errno : size > most ? EFBIG : 0;
  *length = size;
  if (!error) {
    text[size] = '\0';
    return text;
  }
  free(text);
  errno = error;
  return NULL;
}
