/* What tests of checkpoints share: a folder with a file in it, and a program that is killed while it saves.
 */
#ifndef TUTTI_TESTS_GRID_RESTART_H
#define TUTTI_TESTS_GRID_RESTART_H

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../support/testing.h"

static char folder[] = "/tmp/tutti-grid-XXXXXX", path[64];

static inline void enter(void) {
  cr_assert(mkdtemp(folder) != NULL);
  snprintf(path, sizeof path, "%s/state", folder);
}
static inline void leave(void) {
  (void)unlink(path);
  cr_assert(rmdir(folder) == 0, "something is left in %s", folder);
}

/* A program that was killed may leave new files that it has not finished. */
static inline void remove_unfinished(void) {
  char name[sizeof folder + sizeof((struct dirent *)0)->d_name];
  DIR *files = opendir(folder);
  for (const struct dirent *file; files && (file = readdir(files));)
    if (strncmp(file->d_name, "state.", 6) == 0) {
      snprintf(name, sizeof name, "%s/%s", folder, file->d_name);
      cr_assert(unlink(name) == 0);
    }
  if (files) closedir(files);
}

/* Kills a program that saves after each step (`run`: from the beginning to the end; false: it could not), at
 * some moment. What it has left is the whole state of some step, from which go_on (0: well) goes on. */
static inline void expect_restart_after_kill_9(bool (*run)(tutti_ctx *ctx), int (*go_on)(tutti_ctx *ctx)) {
  for (int round = 0; round < 5; round++) {
    const pid_t child = fork();
    if (child == 0) {
      tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
      while (run(ctx)) continue;
      _exit(1);
    }
    struct stat about;
    while (stat(path, &about) != 0) usleep(200);
    usleep((useconds_t)(3000 + 1700 * round));
    int status;
    cr_assert(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    tutti_ctx *ctx = testing_open_backend(TUTTI_THREADS, 2);
    const int failed = go_on(ctx);
    cr_assert(failed == 0, "round %d: %d: %s", round, failed, tutti_error_detail(ctx));
    tutti_close(ctx);
    cr_assert(unlink(path) == 0);
  }
  remove_unfinished();
}

#endif
