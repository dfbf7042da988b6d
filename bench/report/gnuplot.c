#include "report/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

enum gnuplot_end gnuplot_run(const char *folder, const char *script) {
  /* -d: no settings of the user's own */
  char *argv[] = {(char[]){"gnuplot"},       (char[]){"-d"}, (char[]){"-e"},
                  (char[]){"suffix='.tmp'"}, (char *)script, NULL};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  pid_t child;
  const int error = posix_spawnp(&child, argv[0], &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error) return error == ENOENT ? GNUPLOT_MISSING : GNUPLOT_FAILED;
  int status;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return GNUPLOT_FAILED;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? GNUPLOT_DONE : GNUPLOT_FAILED;
}
