/* A list of sentences: what a reader of the results should know about them, what was left out, and the like.
 */
#ifndef BENCH_TEXT_LIST_H
#define BENCH_TEXT_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct text_list {
  char **text;
  size_t count;
};

/* Adds a sentence, once: the same text a second time is ignored. */
void text_list_add(struct text_list *list, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool text_list_has(const struct text_list *list, const char *text);
void text_list_free(struct text_list *list);

#endif
