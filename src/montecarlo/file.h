/* Files that are read and replaced as a whole. */
#ifndef TUTTI_MONTECARLO_FILE_H
#define TUTTI_MONTECARLO_FILE_H

#include <stddef.h>

/* Both return an error number, of which mc_file_error has the words: 0, one of errno, or one of these. */
enum { MC_IS_FOLDER = -1, MC_IS_NO_FILE = -2 };
const char *mc_file_error(int error);

/* Everything in the file, up to `most` bytes; *size says how many. */
int mc_file_read(const char *path, unsigned char *bytes, size_t most, size_t *size);

/* Written beside its name, flushed to the disk, then given its name, so that there is always a whole one. A
 * link stays one: what it points to is replaced. A file keeps its permissions, a new one has those of the
 * process's umask. */
int mc_file_replace(const char *path, const unsigned char *bytes, size_t size);

#endif
