/* The files that gnuplot draws. */
#include "output/pictures/picture_files.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/xalloc.h"

/* Runs gnuplot on STEM.gp in folder, with the variable suffix = ".tmp" set. Prints nothing. */
static enum plot_end run_script(const char *folder, const char *stem) {
  char *script = xasprintf("%s.gp", stem);
  /* -d: no settings of the user's own */
  char *argv[] = {(char[]){"gnuplot"},       (char[]){"-d"}, (char[]){"-e"},
                  (char[]){"suffix='.tmp'"}, script,         NULL};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  pid_t child;
  const int error = posix_spawnp(&child, argv[0], &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  free(script);
  if (error) return error == ENOENT ? PLOT_NO_GNUPLOT : PLOT_GNUPLOT_FAILED;
  int status;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return PLOT_GNUPLOT_FAILED;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? PLOT_DRAWN : PLOT_GNUPLOT_FAILED;
}

/* gnuplot does not tell when the disk is full: what it has drawn then lacks its end. */
static bool is_whole(const char *path, enum plot_format format) {
  static const char *const ends[PLOT_FORMATS] = {"</svg>", "IEND", "%%EOF", "\n"};
  char tail[32];
  FILE *file = fopen(path, "r");
  if (!file) return false;
  size_t length = 0;
  if (fseek(file, -32, SEEK_END) == 0 || fseek(file, 0, SEEK_SET) == 0) length = fread(tail, 1, 32, file);
  fclose(file);
  return memmem(tail, length, ends[format], strlen(ends[format]));
}

/* Renames what gnuplot has drawn. A picture it has not drawn must not stay from an earlier run. */
static bool collect(const char *folder, const char *stem, enum plot_format format) {
  char *path = xasprintf("%s/%s.%s", folder, stem, plot_format_names[format]);
  char *drawn = xasprintf("%s.tmp", path);
  const bool there = is_whole(drawn, format) && rename(drawn, path) == 0;
  if (!there) {
    unlink(drawn);
    unlink(path);
  }
  free(drawn);
  free(path);
  return there;
}

enum plot_end picture_draw(const char *folder, const char *stem, const bool formats[PLOT_FORMATS],
                           enum plot_end end) {
  if (end == PLOT_DRAWN) end = run_script(folder, stem);
  for (int f = 0; f < PLOT_FORMATS; f++)
    if (formats[f] && !collect(folder, stem, (enum plot_format)f) && end == PLOT_DRAWN)
      end = PLOT_GNUPLOT_FAILED;
  return end;
}

bool picture_check(enum plot_end end, const char *folder, const char *stem, struct text_list *warnings) {
  if (end == PLOT_NO_GNUPLOT)
    text_list_add(warnings, "no pictures: gnuplot is missing (Debian: gnuplot-nox)");
  if (end == PLOT_GNUPLOT_FAILED)
    text_list_add(warnings, "pictures %s are missing: gnuplot failed; to see why: cd %s && gnuplot %s.gp",
                  stem, folder, stem);
  return end != PLOT_NOT_WRITTEN;
}
