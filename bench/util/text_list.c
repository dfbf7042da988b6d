#include "util/text_list.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

bool text_list_has(const struct text_list *list, const char *text) {
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->text[i], text) == 0) return true;
  return false;
}

void text_list_add(struct text_list *warnings, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (text_list_has(warnings, text)) return;
  warnings->text = xrealloc(warnings->text, warnings->count + 1, sizeof *warnings->text);
  warnings->text[warnings->count++] = xasprintf("%s", text);
}

void text_list_free(struct text_list *warnings) {
  for (size_t i = 0; i < warnings->count; i++) free(warnings->text[i]);
  free(warnings->text);
  *warnings = (struct text_list){0};
}
