/* Chunk times from a file, one number a line. */
#include "commands/simulate/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/parse.h"
#include "util/xalloc.h"

enum { MOST_CHUNKS = 4096 };

static const char blanks[] = " \t\r\n";

static bool read_lines(FILE *file, const char *name, double *seconds, size_t *n, char *error, size_t size) {
  char *line = NULL;
  size_t room = 0, number = 0;
  bool good = true;
  for (ssize_t length; good && (length = getline(&line, &room, file)) >= 0;) {
    number++;
    char *text = line + strspn(line, blanks);
    if (strlen(line) < (size_t)length) text = strcpy(line, "\\0"); /* a byte no text has */
    text[strcspn(text, "\r\n")] = '\0';
    for (size_t end = strlen(text); end && strchr(blanks, text[end - 1]);) text[--end] = '\0';
    if (!*text || *text == '#') continue;
    good = *n < MOST_CHUNKS && parse_real(text, 0, 1e9, &seconds[*n]);
    if (*n == MOST_CHUNKS)
      snprintf(error, size, "%s:%zu: more than %d chunks, which is all the engine makes", name, number,
               MOST_CHUNKS);
    else if (!good)
      snprintf(error, size, "%s:%zu: '%.40s' is no number of seconds from 0 to 1e9", name, number, text);
    *n += good;
  }
  if (good && ferror(file)) {
    snprintf(error, size, "%s: %s", name, strerror(errno));
    good = false;
  }
  free(line);
  return good;
}

bool trace_read(FILE *file, const char *name, double **seconds, size_t *n, char *error, size_t size) {
  *seconds = xcalloc(MOST_CHUNKS, sizeof **seconds);
  *n = 0;
  bool good = read_lines(file, name, *seconds, n, error, size);
  double sum = 0;
  for (size_t i = 0; i < *n; i++) sum += (*seconds)[i];
  if (good && sum <= 0) {
    snprintf(error, size, *n ? "%s: no chunk takes any time" : "%s: there are no chunk times in it", name);
    good = false;
  }
  if (good) return true;
  free(*seconds);
  *seconds = NULL;
  *n = 0;
  return false;
}
