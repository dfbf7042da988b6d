/* Files that are read and replaced as a whole. */
#ifndef TUTTI_MONTECARLO_FILE_H
#define TUTTI_MONTECARLO_FILE_H

#include <stddef.h>

/* Both functions return the number of an error: 0, one of errno, or one of these. tutti_mc_file_error puts it
 * in words. */
enum { MC_IS_FOLDER = -1, MC_IS_NO_FILE = -2 };
const char *tutti_mc_file_error(int error);

/* Reads the whole file, but at most `most` bytes; *size: how many it has read. */
int tutti_mc_file_read(const char *path, unsigned char *bytes, size_t most, size_t *size);

/* Replaces the file as a whole: writes a new file beside it, flushes that to the disk, then renames it. So
 * there is a whole file at any time. A link stays a link: what it points to is replaced. A file keeps its
 * permissions; a new one has those of the process's umask. */
int tutti_mc_file_replace(const char *path, const unsigned char *bytes, size_t size);

#endif
