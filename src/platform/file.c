/* Files that are read and replaced as a whole. */
#include "platform/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *tutti_file_error(int error) {
  if (error == TUTTI_IS_FOLDER) return "it is a folder";
  if (error == TUTTI_IS_NO_FILE) return "it is no regular file";
  return strerror(error);
}

static int kind_error(const struct stat *about) {
  if (S_ISREG(about->st_mode)) return 0;
  return S_ISDIR(about->st_mode) ? TUTTI_IS_FOLDER : TUTTI_IS_NO_FILE;
}

/* -- reading -- */

int tutti_file_open(const char *path, int *file, uint64_t *size) {
  struct stat about;
  *file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* do not wait if it is a pipe */
  if (*file < 0) return errno == ENXIO ? TUTTI_IS_NO_FILE : errno;
  const int error = fstat(*file, &about) ? errno : kind_error(&about);
  *size = error ? 0 : (uint64_t)about.st_size;
  if (!error) return 0;
  close(*file);
  *file = -1;
  return error;
}

int tutti_file_get(int file, void *bytes, size_t most, size_t *size) {
  for (*size = 0; *size < most;) {
    const ssize_t some = read(file, (char *)bytes + *size, most - *size);
    if (some < 0 && errno == EINTR) continue;
    if (some < 0) return errno;
    if (some == 0) return 0;
    *size += (size_t)some;
  }
  return 0;
}

int tutti_file_read(const char *path, unsigned char *bytes, size_t most, size_t *size) {
  int file;
  uint64_t whole;
  int error = tutti_file_open(path, &file, &whole);
  if (error) return error;
  error = tutti_file_get(file, bytes, most, size);
  close(file);
  return error;
}

/* -- writing -- */

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

int tutti_file_begin(tutti_file_new *f, const char *path) {
  struct stat before;
  *f = (tutti_file_new){-1, malloc(PATH_MAX), malloc(PATH_MAX)};
  if (!f->path || !f->beside) return ENOMEM;
  const int error = follow(path, f->path);
  if (error) return error;
  const bool existed = stat(f->path, &before) == 0;
  if (existed && kind_error(&before)) return kind_error(&before);
  f->file = open_beside(f->path, f->beside);
  if (f->file < 0) return errno;
  return existed && fchmod(f->file, before.st_mode & 0777) ? errno : 0;
}

int tutti_file_put(tutti_file_new *f, const void *bytes, size_t size) {
  const char *at = bytes;
  while (size > 0) {
    const ssize_t written = write(f->file, at, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    at += written;
    size -= (size_t)written;
  }
  return 0;
}

int tutti_file_end(tutti_file_new *f, int error) {
  if (!error && fsync(f->file)) error = errno;
  if (f->file >= 0 && close(f->file) && !error) error = errno;
  if (!error && rename(f->beside, f->path)) error = errno;
  if (error && f->file >= 0) unlink(f->beside);
  if (!error) sync_folder(f->path);
  free(f->path);
  free(f->beside);
  return error;
}

int tutti_file_replace(const char *path, const unsigned char *bytes, size_t size) {
  tutti_file_new f;
  int error = tutti_file_begin(&f, path);
  if (!error) error = tutti_file_put(&f, bytes, size);
  return tutti_file_end(&f, error);
}
