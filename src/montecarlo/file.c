/* Files that are read and replaced as a whole. */
#include "montecarlo/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *tutti_mc_file_error(int error) {
  if (error == MC_IS_FOLDER) return "it is a folder";
  if (error == MC_IS_NO_FILE) return "it is no regular file";
  return strerror(error);
}

static int kind_error(const struct stat *about) {
  if (S_ISREG(about->st_mode)) return 0;
  return S_ISDIR(about->st_mode) ? MC_IS_FOLDER : MC_IS_NO_FILE;
}

/* -- reading -- */

static int read_all(int file, unsigned char *bytes, size_t most, size_t *size) {
  struct stat about;
  if (fstat(file, &about)) return errno;
  if (kind_error(&about)) return kind_error(&about);
  for (*size = 0; *size < most;) {
    const ssize_t some = read(file, bytes + *size, most - *size);
    if (some < 0 && errno == EINTR) continue;
    if (some < 0) return errno;
    if (some == 0) return 0;
    *size += (size_t)some;
  }
  return 0;
}

int tutti_mc_file_read(const char *path, unsigned char *bytes, size_t most, size_t *size) {
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* do not wait if it is a pipe */
  if (file < 0) return errno == ENXIO ? MC_IS_NO_FILE : errno;
  const int error = read_all(file, bytes, most, size);
  close(file);
  return error;
}

/* -- writing -- */

static int write_all(int file, const unsigned char *bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = write(file, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes += written;
    size -= (size_t)written;
  }
  return fsync(file) ? errno : 0;
}

/* The length of the folder in a path, with its last slash. */
static size_t folder_length(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Flushes the renaming itself to the disk. */
static void sync_folder(const char *path) {
  char folder[PATH_MAX];
  const size_t length = folder_length(path);
  memcpy(folder, path, length);
  strcpy(folder + length, ".");
  const int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  fsync(file);
  close(file);
}

/* Follows symbolic links, also to a file that does not exist, into end[PATH_MAX]. */
static int follow(const char *path, char *end) {
  enum { MOST_LINKS = 40 }; /* as many as Linux itself follows */
  if (strlen(path) >= PATH_MAX) return ENAMETOOLONG;
  strcpy(end, path);
  for (int links = 0; links < MOST_LINKS; links++) {
    char to[PATH_MAX];
    const ssize_t length = readlink(end, to, sizeof to - 1);
    if (length < 0) return 0;
    const size_t folder = to[0] == '/' ? 0 : folder_length(end);
    if (folder + (size_t)length >= PATH_MAX) return ENAMETOOLONG;
    memcpy(end + folder, to, (size_t)length);
    end[folder + (size_t)length] = 0;
  }
  return ELOOP;
}

/* Creates NAME.XXXXXX. Not by mkostemp, whose files nobody else may read. */
static int open_beside(const char *path, char *name) {
  int file = -1;
  errno = EEXIST;
  for (unsigned k = (unsigned)getpid(), tries = 0; file < 0 && errno == EEXIST && tries < 1000;
       tries++, k += 7919) {
    if (snprintf(name, PATH_MAX, "%s.%06x", path, k & 0xffffff) >= PATH_MAX) errno = ENAMETOOLONG;
    else file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  }
  return file;
}

int tutti_mc_file_replace(const char *path, const unsigned char *bytes, size_t size) {
  char end[PATH_MAX], name[PATH_MAX];
  struct stat before;
  int error = follow(path, end);
  if (error) return error;
  const bool existed = stat(end, &before) == 0;
  if (existed && kind_error(&before)) return kind_error(&before);
  const int file = open_beside(end, name);
  if (file < 0) return errno;
  if (existed && fchmod(file, before.st_mode & 0777)) error = errno;
  if (!error) error = write_all(file, bytes, size);
  if (close(file) && !error) error = errno;
  if (!error && rename(name, end)) error = errno;
  if (error) unlink(name);
  else sync_folder(end);
  return error;
}
