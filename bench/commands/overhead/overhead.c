/* bench_amdahl overhead: what a call costs, beside what others take for the same. */
#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <tutti/tutti.h>
#include <unistd.h>

#include "analysis/statistics.h"
#include "cli/sizes.h"
#include "commands/commands.h"
#include "commands/overhead/overhead_calls.h"
#include "measure/rounds.h"
#include "util/xalloc.h"

enum { MOST_ROUNDS = 1000 };

struct settings {
  int workers;
  size_t rounds;
  double *seconds[OVERHEAD_CALLS];           /* [rounds] */
  char why[OVERHEAD_CALLS][OVERHEAD_REASON]; /* "": it could be measured */
  bool missed;
};

/* -- measuring -- */

/* In a child, whose teams and processes end with it. */
static double measure_once(void *settings, size_t i) {
  struct settings *s = settings;
  struct {
    double seconds;
    char why[OVERHEAD_REASON];
    bool good;
  } * shared;
  if (*s->why[i]) return NAN;
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) {
    snprintf(s->why[i], OVERHEAD_REASON, "no shared memory");
    return NAN;
  }
  fflush(NULL);
  const pid_t child = fork();
  if (child == 0) {
    shared->good = overhead_measure((int)i, s->workers, &shared->seconds, shared->why);
    _exit(0);
  }
  int status = -1;
  if (child > 0) waitpid(child, &status, 0);
  const double seconds = status == 0 && shared->good ? shared->seconds : NAN;
  if (isnan(seconds)) snprintf(s->why[i], OVERHEAD_REASON, "%s", *shared->why ? shared->why : "it died");
  munmap(shared, sizeof *shared);
  return seconds;
}

static void show_round(size_t round, size_t rounds) {
  if (isatty(STDERR_FILENO)) fprintf(stderr, "\r\033[Kround %zu of %zu", round, rounds);
}

static enum stop end_round(void *settings, const double *seconds, double elapsed, size_t rounds) {
  const struct settings *s = settings;
  (void)elapsed;
  for (int i = 0; i < OVERHEAD_CALLS; i++) s->seconds[i][rounds - 1] = seconds[i];
  if (rounds == s->rounds) return STOP_REPETITIONS;
  show_round(rounds + 1, s->rounds);
  return STOP_NOT;
}

static void measure_all(struct settings *s) {
  show_round(1, s->rounds);
  rounds_run(&(struct rounds){.count = OVERHEAD_CALLS,
                              .clock = &clock_monotonic,
                              .state = s,
                              .run = measure_once,
                              .end_round = end_round});
  if (isatty(STDERR_FILENO)) fputs("\r\033[K", stderr);
}

/* -- the table -- */

static void put_row(const struct settings *s, int i) {
  if (*s->why[i]) {
    printf("  %-36s %s\n", overhead_names[i], s->why[i]);
    return;
  }
  const struct summary t = summarize(s->seconds[i], s->rounds);
  printf("  %-36s %10.1f  [%.1f .. %.1f]\n", overhead_names[i], 1e6 * t.median, 1e6 * t.min, 1e6 * t.max);
}

/* A target: the median of our times in `unit` seconds, or, with a unit of 0, of what they are to the best of
 * `first` .. `last` in the same round. */
static void put_target(struct settings *s, const char *what, int ours, int first, int last, double unit,
                       double most) {
  double *values = xcalloc(s->rounds, sizeof *values);
  bool have = !*s->why[ours];
  for (int i = first; i <= last; i++) have = have && !*s->why[i];
  for (size_t r = 0; r < s->rounds && have; r++) {
    double best = unit > 0 ? unit : INFINITY;
    for (int i = first; i <= last; i++) best = fmin(best, s->seconds[i][r]);
    values[r] = s->seconds[ours][r] / best;
  }
  if (have) {
    const struct summary t = summarize(values, s->rounds);
    const char *name = unit > 0 ? " us" : " x";
    const bool met = t.median <= most;
    s->missed = s->missed || !met;
    printf("  %-52s %7.2f%s  [%.2f .. %.2f]  at most %g%s: %s\n", what, t.median, name, t.min, t.max, most,
           name, met ? "met" : "MISSED");
  } else if (unit == 0) printf("  %-52s not measured\n", what);
  free(values);
}

static void put_table(struct settings *s) {
  printf("Calls on %d workers, %zu rounds in turns, each in a process of its own; microseconds a call,\n"
         "median [smallest .. largest]:\n\n",
         s->workers, s->rounds);
  for (int i = 0; i < OVERHEAD_CALLS; i++) put_row(s, i);
  puts("\nTargets, as ratios in the same round:\n");
  put_target(s, "tutti_for on threads / an empty OpenMP region", THREADS, REGION, REGION, 0, 1.3);
  put_target(s, "tutti_for on forked processes / fork and wait", FORKED, FORK, FORK, 0, 1.5);
  put_target(s, "tutti_for on processes that stand by", STANDING, 0, -1, 1e-6, 20);
  put_target(s, "uneven tutti_reduce / OpenMP's best schedule", REDUCE, STATIC, GUIDED, 0, 1.1);
}

/* -- the command line -- */

static error_t parse(int key, char *text, struct argp_state *state) {
  struct settings *s = state->input;
  if (key == 'w') s->workers = (int)count_option(state, "workers", text, 1, OVERHEAD_MOST_WORKERS);
  else if (key == 'r') s->rounds = (size_t)count_option(state, "repetitions", text, 1, MOST_ROUNDS);
  else if (key == ARGP_KEY_ARG) argp_failure(state, 2, 0, "unexpected argument '%s'", text);
  else return ARGP_ERR_UNKNOWN;
  return 0;
}

int overhead_main(int argc, char **argv) {
  static const struct argp_option options[] = {
      {"workers", 'w', "N", 0, "Workers of every call (default: the cores; at most 64)", 0},
      {"repetitions", 'r', "N", 0, "Rounds (default: 15)", 0},
      {0},
  };
  static const struct argp argp = {
      options,
      parse,
      NULL,
      "Measures what a call costs that does nothing: on threads beside an empty OpenMP region, on processes "
      "beside fork and wait and Python's Pool; and a reduction of uneven chunks beside OpenMP's schedules."
      "\vExamples:\n  bench_amdahl overhead\n  bench_amdahl overhead -w 8 -r 51\n\nExit status: 0; 1, a "
      "target was missed; 2, a usage error.",
      NULL,
      NULL,
      NULL};
  struct settings s = {.workers = tutti_usable_cores(), .rounds = 15};
  if (s.workers > OVERHEAD_MOST_WORKERS) s.workers = OVERHEAD_MOST_WORKERS;
  static char name[] = "bench_amdahl overhead";
  argv[0] = name;
  argp_parse(&argp, argc, argv, 0, NULL, &s);
  for (int i = 0; i < OVERHEAD_CALLS; i++) s.seconds[i] = xcalloc(s.rounds, sizeof **s.seconds);
  measure_all(&s);
  put_table(&s);
  for (int i = 0; i < OVERHEAD_CALLS; i++) free(s.seconds[i]);
  return s.missed;
}
