#include "util/notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

void notes_add(struct notes *notes, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  for (size_t i = 0; i < notes->count; i++) {
    if (strcmp(notes->text[i], text) == 0) return;
  }
  notes->text = xrealloc(notes->text, notes->count + 1, sizeof *notes->text);
  notes->text[notes->count++] = xasprintf("%s", text);
}

void notes_free(struct notes *notes) {
  for (size_t i = 0; i < notes->count; i++) free(notes->text[i]);
  free(notes->text);
  *notes = (struct notes){0};
}
