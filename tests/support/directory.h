/* How many entries a directory has; with those of /proc, how many descriptors or threads a process has. */
#ifndef TUTTI_TESTS_DIRECTORY_H
#define TUTTI_TESTS_DIRECTORY_H

#include <dirent.h>

/* With "." and "..", and, of /proc/self/fd, the descriptor it is read by; 0: it cannot be opened. */
static inline int count_entries(const char *path) {
  int count = 0;
  DIR *directory = opendir(path);
  while (directory && readdir(directory)) count++;
  if (directory) closedir(directory);
  return count;
}

#endif
