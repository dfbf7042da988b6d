#include "commands/commands.h"

#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <tutti/tutti.h>
#include <unistd.h>

#include "analysis/statistics.h"
#include "cli/parse.h"
#include "commands/overhead/overhead_calls.h"
#include "util/xalloc.h"

enum { MOST_WORKERS = 64, MOST_ROUNDS = 1000, REASON = 128 };

static const struct {
  const char *name;
  overhead_call run;
} candidates[] = {
    {"an empty OpenMP region", openmp_region},
    {"tutti_for, threads", threads_call},
    {"fork and wait", bare_fork},
    {"tutti_for, processes forked for it", forked_call},
    {"tutti_for, processes standing by", standing_call},
    {"multiprocessing.Pool.map, Python", python_pool},
    {"uneven: OpenMP, static", uneven_static},
    {"uneven: OpenMP, dynamic", uneven_dynamic},
    {"uneven: OpenMP, guided", uneven_guided},
    {"uneven: tutti_reduce, threads", uneven_reduce},
};
enum { REGION, THREADS, FORK, FORKED, STANDING, POOL, STATIC, DYNAMIC, GUIDED, REDUCE, COUNT };
_Static_assert(COUNT == sizeof candidates / sizeof *candidates, "a name for each");

struct settings {
  int workers;
  size_t rounds;
  double *seconds[COUNT];  /* [rounds] */
  char why[COUNT][REASON]; /* "": it could be measured */
  bool missed;
};

/* -- measuring -- */

/* In a child, whose teams and processes end with it. */
static bool measure(overhead_call run, int workers, double *seconds, char *why) {
  struct {
    double seconds;
    char why[REASON];
    bool good;
  } *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) {
    strcpy(why, "no shared memory");
    return false;
  }
  fflush(NULL);
  const pid_t child = fork();
  if (child == 0) {
    shared->good = run(workers, &shared->seconds, shared->why);
    _exit(0);
  }
  int status = -1;
  if (child > 0) waitpid(child, &status, 0);
  const bool good = status == 0 && shared->good;
  if (good) *seconds = shared->seconds;
  else snprintf(why, REASON, "%s", *shared->why ? shared->why : "it died");
  munmap(shared, sizeof *shared);
  return good;
}

static void measure_all(struct settings *s) {
  for (size_t round = 0; round < s->rounds; round++) {
    if (isatty(STDERR_FILENO)) fprintf(stderr, "\r\033[Kround %zu of %zu", round + 1, s->rounds);
    for (int i = 0; i < COUNT; i++)
      if (!*s->why[i]) (void)measure(candidates[i].run, s->workers, &s->seconds[i][round], s->why[i]);
  }
  if (isatty(STDERR_FILENO)) fputs("\r\033[K", stderr);
}

/* -- the table -- */

static void put_row(const struct settings *s, int i) {
  if (*s->why[i]) {
    printf("  %-36s %s\n", candidates[i].name, s->why[i]);
    return;
  }
  const struct summary t = summarize(s->seconds[i], s->rounds);
  printf("  %-36s %10.1f  [%.1f .. %.1f]\n", candidates[i].name, 1e6 * t.median, 1e6 * t.min, 1e6 * t.max);
}

static void put_verdict(struct settings *s, const char *what, const struct summary *t, const char *unit,
                        double most) {
  const bool met = t->median <= most;
  s->missed = s->missed || !met;
  printf("  %-52s %7.2f%s  [%.2f .. %.2f]  at most %g%s: %s\n", what, t->median, unit, t->min, t->max, most,
         unit, met ? "met" : "MISSED");
}

/* Ours over the best of theirs, round by round. */
static void put_ratio(struct settings *s, const char *what, int ours, int first, int last, double most) {
  double *ratio = xcalloc(s->rounds, sizeof *ratio);
  bool have = !*s->why[ours];
  for (size_t r = 0; r < s->rounds && have; r++) {
    double best = INFINITY;
    for (int i = first; i <= last; i++) {
      have = have && !*s->why[i];
      best = fmin(best, s->seconds[i][r]);
    }
    ratio[r] = s->seconds[ours][r] / best;
  }
  if (have) {
    const struct summary t = summarize(ratio, s->rounds);
    put_verdict(s, what, &t, " x", most);
  } else printf("  %-52s not measured\n", what);
  free(ratio);
}

static void put_table(struct settings *s) {
  printf("Calls on %d workers, %zu rounds in turns, each in a process of its own; microseconds a call,\n"
         "median [smallest .. largest]:\n\n",
         s->workers, s->rounds);
  for (int i = 0; i < COUNT; i++) put_row(s, i);
  puts("\nTargets, as ratios in the same round:\n");
  put_ratio(s, "tutti_for on threads / an empty OpenMP region", THREADS, REGION, REGION, 1.3);
  put_ratio(s, "tutti_for on forked processes / fork and wait", FORKED, FORK, FORK, 1.5);
  if (!*s->why[STANDING]) {
    double *us = xcalloc(s->rounds, sizeof *us);
    for (size_t r = 0; r < s->rounds; r++) us[r] = 1e6 * s->seconds[STANDING][r];
    const struct summary t = summarize(us, s->rounds);
    put_verdict(s, "tutti_for on processes that stand by", &t, " us", 20);
    free(us);
  }
  put_ratio(s, "uneven tutti_reduce / OpenMP's best schedule", REDUCE, STATIC, GUIDED, 1.1);
}

/* -- the command line -- */

static error_t parse(int key, char *text, struct argp_state *state) {
  struct settings *s = state->input;
  uint64_t value = 0;
  const bool workers = key == 'w';
  if (key == ARGP_KEY_ARG) argp_failure(state, 2, 0, "unexpected argument '%s'", text);
  if (!workers && key != 'r') return ARGP_ERR_UNKNOWN;
  const int most = workers ? MOST_WORKERS : MOST_ROUNDS;
  if (!parse_count(text, 1, (uint64_t)most, &value))
    argp_failure(state, 2, 0, "--%s %s: not a whole number from 1 to %d", workers ? "workers" : "repetitions",
                 text, most);
  if (workers) s->workers = (int)value;
  else s->rounds = (size_t)value;
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
  if (s.workers > MOST_WORKERS) s.workers = MOST_WORKERS;
  static char name[] = "bench_amdahl overhead";
  argv[0] = name;
  argp_parse(&argp, argc, argv, 0, NULL, &s);
  for (int i = 0; i < COUNT; i++) s.seconds[i] = xcalloc(s.rounds, sizeof **s.seconds);
  measure_all(&s);
  put_table(&s);
  for (int i = 0; i < COUNT; i++) free(s.seconds[i]);
  return s.missed;
}
