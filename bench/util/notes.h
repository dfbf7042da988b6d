/* Notes: what a reader of the results should know about them. Each is one sentence. */
#ifndef BENCH_NOTES_H
#define BENCH_NOTES_H

#include <stddef.h>

struct notes {
  char **text;
  size_t count;
};

/* Adds a sentence, once: the same text a second time is ignored. */
void notes_add(struct notes *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));
void notes_free(struct notes *notes);

#endif
