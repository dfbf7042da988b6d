/* Files that are read and replaced as a whole. */
#ifndef TUTTI_PLATFORM_FILE_H
#define TUTTI_PLATFORM_FILE_H

#include <stddef.h>
#include <stdint.h>

/* All functions return the number of an error: 0, one of errno, or one of these. tutti_file_error puts it in
 * words. */
enum { TUTTI_IS_FOLDER = -1, TUTTI_IS_NO_FILE = -2 };
const char *tutti_file_error(int error);

/* Opens a regular file for reading; *size: its bytes. */
int tutti_file_open(const char *path, int *file, uint64_t *size);

/* Reads at most `most` bytes, fewer only where the file ends; *size: how many. */
int tutti_file_get(int file, void *bytes, size_t most, size_t *size);

/* Reads the whole file, but at most `most` bytes; *size: how many it has read. */
int tutti_file_read(const char *path, unsigned char *bytes, size_t most, size_t *size);

/* A file that is replaced as a whole: a new file is written beside it, flushed to the disk, then renamed. So
 * there is a whole file at any time. A link stays a link: what it points to is replaced. A file keeps its
 * permissions; a new one has those of the process's umask. */
typedef struct {
  int file;            /* the new file; -1: none */
  char *path, *beside; /* of the file, and of the new one */
} tutti_file_new;

/* begin, then put any number of times, then end: 0 only if the file has been replaced. After an error of any
 * of them the file is as it was, and end, which is to be called in any case, removes the new one. */
int tutti_file_begin(tutti_file_new *f, const char *path);
int tutti_file_put(tutti_file_new *f, const void *bytes, size_t size);
int tutti_file_end(tutti_file_new *f, int error);

/* The same at once. */
int tutti_file_replace(const char *path, const unsigned char *bytes, size_t size);

#endif
