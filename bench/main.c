/* bench_amdahl: how much faster do workloads run on more cores? Chooses the command. */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "util/environment.h"
#include "util/program.h"

/* Open MPI, MPICH and Slurm tell a rank so. */
static bool started_by_mpi(void) {
  return getenv("OMPI_COMM_WORLD_RANK") || getenv("PMIX_RANK") || getenv("PMI_RANK");
}

/* Rank 0 of MPI, or alone: what is measured without MPI is measured once. */
static bool is_first(void) {
  static const char *const names[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};
  const char *rank = NULL;
  for (int i = 0; i < 3 && !rank; i++) rank = getenv(names[i]);
  return !rank || strcmp(rank, "0") == 0;
}

/* The program that knows MPI lies beside this one, where the library was built with it. */
static void become_mpi(char **argv) {
  static char self[PATH_MAX], program[PATH_MAX + sizeof "_mpi"];
  if (readlink("/proc/self/exe", self, sizeof self - 1) > 0) {
    snprintf(program, sizeof program, "%s_mpi", self);
    environment_leave_place();
    execv(program, argv);
  }
  if (!is_first()) exit(0);
  fprintf(
      stderr,
      "bench_amdahl: started by MPI, but %s cannot be run: %s (ninja builds it where MPI is found). Rank 0 "
      "measures alone.\n",
      *program ? program : "bench_amdahl_mpi", strerror(errno));
}

/* ---- commands ---- */

static int run_main(int argc, char **argv) { return run_cases(argc, argv, bench_cases, NULL); }

/* As `run --list', which is older. */
static int list_main(int argc, char **argv) {
  static const struct argp argp = {.doc = "Names the cases and the variants of bench_amdahl run."};
  static char name[] = "bench_amdahl list", program[] = "bench_amdahl", option[] = "--list";
  argv[0] = name;
  argp_parse(&argp, argc, argv, 0, NULL, NULL);
  return run_cases(2, (char *[]){program, option, NULL}, bench_cases, NULL);
}

static int help_main(int argc, char **argv);

static const struct command {
  const char *name;
  int (*main)(int argc, char **argv); /* argv[0] stands for the name */
  const char *summary;
} commands[] = {
    {"run", run_main, "measure the cases; what bench_amdahl does without a command"},
    {"list", list_main, "name the cases and the variants"},
    {"doctor", doctor_main, "what disturbs measurements on this machine"},
    {"fit", fit_main, "fit laws of scaling to a table of workers and times of your own"},
    {"plot", plot_main, "draw pictures of a run: speedup, efficiency, times, roofline"},
    {"report", report_main, "make one HTML page of a run"},
    {"compare", compare_main, "what changed between two runs; fails a build that is slower"},
    {"simulate", simulate_main, "predict the curve beyond the cores of this machine"},
    {"peers", peers_main, "the same work in Python, NumPy, OpenMP, OpenBLAS, beside this library"},
    {"overhead", overhead_main, "what a call costs that does nothing"},
    {"help", help_main, "this page, or that of a command: bench_amdahl help fit"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static const struct command *find_command(const char *name) {
  for (int i = 0; i < COMMANDS; i++)
    if (strcmp(commands[i].name, name) == 0) return &commands[i];
  return NULL;
}

static error_t read_help(int key, char *text, struct argp_state *state) {
  const struct command **command = state->input;
  if (key != ARGP_KEY_ARG) return ARGP_ERR_UNKNOWN;
  if (*command) argp_failure(state, 2, 0, "one command, not '%s' too", text);
  *command = find_command(text);
  if (!*command) argp_failure(state, 2, 0, "there is no command '%s'", text);
  return 0;
}

static int help_main(int argc, char **argv) {
  static const struct argp argp = {.parser = read_help,
                                   .args_doc = "[COMMAND]",
                                   .doc = "Names the commands, or prints the help of one of them."};
  static char name[] = "bench_amdahl help", option[] = "--help";
  const struct command *command = NULL;
  argv[0] = name;
  argp_parse(&argp, argc, argv, 0, NULL, &command);
  if (command) return command->main(2, (char *[]){name, option, NULL});
  puts("Usage: bench_amdahl [COMMAND] [OPTION...] [ARGUMENT...]\n");
  for (int i = 0; i < COMMANDS; i++) printf("  %-9s %s\n", commands[i].name, commands[i].summary);
  puts("\nEach has a --help with examples. The manual: man bench_amdahl");
  return 0;
}

int main(int argc, char **argv) {
  const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;
  const bool run = !command || command->main == run_main;
  if (run && started_by_mpi()) become_mpi(argv);
  (void)environment_passive_openmp(argv); /* remembered, for those who ask again */
  program_begin();
  if (run) return run_main(argc, argv);
  return is_first() ? command->main(argc - 1, argv + 1) : 0;
}
