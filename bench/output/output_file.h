/* Result files appear whole or not at all: they are written under another name, then renamed. */
#ifndef BENCH_OUTPUT_FILE_H
#define BENCH_OUTPUT_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct file {
  FILE *stream;
  char *path, *temporary;
};

/* All of these say on stderr what went wrong, with the path, and return false. */
bool file_begin(struct file *file, const char *folder, const char *name);
bool file_end(struct file *file);

/* Makes the folder, with its parents, and tries whether files can be written there. */
bool folder_prepare(const char *folder);

#endif
