#include "util/text_list.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

void text_list_add(struct text_list *warnings, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  for (size_t i = 0; i < warnings->count; i++) {
    if (strcmp(warnings->text[i], text) == 0) return;
  }
  warnings->text = xrealloc(warnings->text, warnings->count + 1, sizeof *warnings->text);
  warnings->text[warnings->count++] = xasprintf("%s", text);
}

void text_list_free(struct text_list *warnings) {
  for (size_t i = 0; i < warnings->count; i++) free(warnings->text[i]);
  free(warnings->text);
  *warnings = (struct text_list){0};
}
