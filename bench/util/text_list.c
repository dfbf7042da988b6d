/* A list that grows by one sentence at a time. */
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

void text_list_add(struct text_list *list, const char *format, ...) {
  char *text;
  va_list args;
  va_start(args, format);
  const int length = vasprintf(&text, format, args);
  va_end(args);
  if (length < 0) return;
  if (text_list_has(list, text)) {
    free(text);
    return;
  }
  list->text = xrealloc(list->text, list->count + 1, sizeof *list->text);
  list->text[list->count++] = text;
}

void text_list_free(struct text_list *list) {
  for (size_t i = 0; i < list->count; i++) free(list->text[i]);
  free(list->text);
  *list = (struct text_list){0};
}
