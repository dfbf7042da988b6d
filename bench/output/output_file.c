/* Writes a file under another name and renames it; makes folders. */
#include "output/output_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/xalloc.h"

static bool complain(const char *what, const char *path) {
  fprintf(stderr, "bench_amdahl: cannot %s %s: %s\n", what, path, strerror(errno));
  return false;
}

bool file_begin(struct file *file, const char *folder, const char *name) {
  file->path = xasprintf("%s/%s", folder, name);
  file->temporary =
      xasprintf("%s.%ld.tmp", file->path, (long)getpid()); /* two runs may write to one folder */
  file->stream = fopen(file->temporary, "w");
  if (file->stream) return true;
  complain("write", file->temporary);
  free(file->path);
  free(file->temporary);
  return false;
}

bool file_end(struct file *file) {
  bool good = !ferror(file->stream) && fflush(file->stream) == 0;
  good &= fsync(fileno(file->stream)) == 0 || errno == EINVAL; /* what cannot be synchronised */
  good &= fclose(file->stream) == 0;                           /* a full disk shows here */
  good = good && rename(file->temporary, file->path) == 0;
  if (!good) {
    complain("write", file->path);
    unlink(file->temporary);
  }
  free(file->path);
  free(file->temporary);
  return good;
}

static bool make_folders(const char *folder) {
  char *path = xasprintf("%s", folder);
  bool good = true;
  for (char *slash = path; good && slash;) {
    slash = strchr(slash + 1, '/');
    if (slash) *slash = '\0';
    good = mkdir(path, 0777) == 0 || errno == EEXIST;
    if (!good) complain("make folder", path);
    if (slash) *slash = '/';
  }
  free(path);
  return good;
}

bool folder_prepare(const char *folder) {
  if (!*folder) {
    errno = ENOENT;
    return complain("make folder", "''");
  }
  if (!make_folders(folder)) return false;
  char *probe = xasprintf("%s/.bench_amdahl.%ld.tmp", folder, (long)getpid());
  FILE *stream = fopen(probe, "w");
  const bool good = stream || complain("write", probe);
  if (stream) {
    fclose(stream);
    unlink(probe);
  }
  free(probe);
  return good;
}
