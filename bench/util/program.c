/* Ends standard output with a message if not all of it could be written. */
#include "util/program.h"

#include <argp.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/tutti.h>
#include <unistd.h>

static int reason; /* errno of the first write that failed, where it is known */

/* stdio keeps no errno of a write that it made by itself. */
static bool reader_has_gone(void) {
  struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
  return reason == EPIPE || (poll(&output, 1, 0) == 1 && output.revents & (POLLERR | POLLHUP));
}

bool program_written(void) {
  if (fflush(stdout) != 0 && !reason) reason = errno;
  if (ferror(stdout) && !reason && write(STDOUT_FILENO, "\n", 1) < 0)
    reason = errno; /* so it fails once more */
  return !(reason || ferror(stdout)) || reader_has_gone();
}

static void end(int status, void *unused) {
  (void)unused;
  if (program_written()) return;
  fprintf(stderr, "bench_amdahl: cannot write to standard output%s%s\n", reason ? ": " : "",
          reason ? strerror(reason) : "");
  if (!status) _exit(1);
}

static void print_version(FILE *stream, struct argp_state *state) {
  (void)state;
  fprintf(stream, "bench_amdahl %s (libtutti %s)\n", TUTTI_VERSION, tutti_version());
}

void program_begin(void) {
  on_exit(end, NULL);
  /* a reader that has gone, or a limit of the file size, shows as an error of the write */
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  argp_err_exit_status = 2;
  argp_program_version_hook = print_version;
}
