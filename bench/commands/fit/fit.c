/* `bench_amdahl fit`: laws of scaling fitted to a table of workers and times or throughputs. */
#include "commands/commands.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/parse.h"
#include "commands/fit/fit_report.h"
#include "results/results.h"
#include "util/xalloc.h"

struct settings {
  const char *file;
  struct points_choice choice;
  bool weak, json, laws_named, laws[LAW_KINDS];
  double *at;
  size_t at_count;
};

/* ---- the fits ---- */

static struct law_bootstrap draw(const struct fit_report *r, enum law_kind kind) {
  const struct law_rounds rounds = {
      r->points->n, r->points->rounds, r->points->workers, (const double *const *)r->points->seconds,
      NULL,         r->grows};
  return rounds.rounds >= LAW_FEWEST_ROUNDS ? law_bootstrap_rounds(kind, &r->throughput, &rounds)
                                            : law_bootstrap_residuals(&r->laws[kind], &r->throughput);
}

static double noise_of(const struct fit_report *r) {
  const struct law_rounds rounds = {
      r->points->n, r->points->rounds, r->points->workers, (const double *const *)r->points->seconds,
      NULL,         r->grows};
  return rounds.rounds ? law_rounds_noise(&rounds) : law_repeat_noise(&r->throughput);
}

/* How many of the laws that were asked for could be fitted. */
static size_t fit_all(struct fit_report *r) {
  size_t fitted = 0;
  r->throughput.noise = noise_of(r);
  for (int k = 0; k < LAW_KINDS; k++) {
    const enum law_kind kind = (enum law_kind)k;
    r->laws[k].kind = kind;
    r->left_out_error[k] = NAN;
    if (!r->requested[k]) continue;
    r->laws[k] = law_fit(kind, &r->throughput);
    if (!r->laws[k].fitted) continue;
    fitted++;
    r->draws[k] = draw(r, kind);
    law_parameter_intervals(&r->draws[k], &r->laws[k]);
    r->left_out_error[k] = law_left_out_error(kind, &r->throughput);
  }
  r->chosen = law_choose(r->left_out_error);
  return fitted;
}

static double *throughput_of(const struct points *p, bool grows) {
  double *throughput = xcalloc(p->n, sizeof *throughput);
  for (size_t i = 0; i < p->n; i++)
    throughput[i] = p->kind == POINTS_THROUGHPUT ? p->values[i] : (grows ? p->workers[i] : 1) / p->values[i];
  return throughput;
}

static int report(const struct settings *s, struct points *points, const char *name) {
  struct fit_report r = {.file = name,
                         .points = points,
                         .grows = s->weak || points->grows,
                         .at = s->at,
                         .at_count = s->at_count};
  double *throughput = throughput_of(points, r.grows);
  size_t requested = 0;
  r.throughput = (struct law_points){points->n, points->workers, throughput, 0};
  for (int k = 0; k < LAW_KINDS; k++) {
    r.requested[k] = law_grows((enum law_kind)k) == r.grows && (!s->laws_named || s->laws[k]);
    requested += r.requested[k];
  }
  int status = fit_all(&r) ? 0 : 1;
  if (!requested)
    fprintf(stderr, "bench_amdahl fit: %s: none of these laws speaks of a problem that %s\n", name,
            r.grows ? "grows with the workers" : "is the same on any number of workers");
  else if (s->json) fit_print_json(&r);
  else fit_print(&r);
  for (int k = 0; k < LAW_KINDS; k++) law_bootstrap_free(&r.draws[k]);
  free(throughput);
  return status;
}

static int read_and_report(const struct settings *s) {
  struct points points;
  char error[512];
  const bool standard = strcmp(s->file, "-") == 0;
  const char *name = standard ? "standard input" : s->file;
  char *path = results_file(s->file);
  FILE *file = standard ? stdin : fopen(path, "r");
  free(path);
  if (!file) {
    fprintf(stderr, "bench_amdahl fit: %s: %s\n", s->file, strerror(errno));
    return 1;
  }
  const bool read = points_read(file, name, &s->choice, &points, error, sizeof error);
  if (!standard) fclose(file);
  if (!read) {
    fprintf(stderr, "bench_amdahl fit: %s\n", error);
    return 1;
  }
  const int status = report(s, &points, name);
  points_free(&points);
  return status;
}

/* ---- the command line ---- */

enum { KEY_X = 256, KEY_Y, KEY_CASE, KEY_VARIANT, KEY_WEAK, KEY_JSON };

static void parse_at(const char *text, struct settings *s, struct argp_state *state) {
  char *copy = xasprintf("%s", text), *rest = copy, *element;
  while ((element = parse_next(&rest))) {
    s->at = xrealloc(s->at, s->at_count + 1, sizeof *s->at);
    if (!parse_real(element, 1, 0x1p40, &s->at[s->at_count++]))
      argp_failure(state, 2, 0, "--at %s: '%s' is no number of workers", text, element);
  }
  free(copy);
}

static void parse_laws(const char *text, struct settings *s, struct argp_state *state) {
  char *copy = xasprintf("%s", text), *rest = copy, *element;
  while ((element = parse_next(&rest))) {
    const enum law_kind kind = law_named(element);
    if (kind == LAW_KINDS)
      argp_failure(state, 2, 0,
                   "--law %s: no law is called '%s'; the laws are: amdahl, amdahl+overhead, usl, "
                   "usl-normalised, gustafson",
                   text, element);
    else s->laws[kind] = true;
  }
  s->laws_named = true;
  free(copy);
}

static error_t parse(int key, char *text, struct argp_state *state) {
  struct settings *s = state->input;
  switch (key) {
  case 's':
    s->choice.kind = POINTS_SECONDS;
    return 0;
  case 't':
    s->choice.kind = POINTS_THROUGHPUT;
    return 0;
  case 'a':
    parse_at(text, s, state);
    return 0;
  case 'l':
    parse_laws(text, s, state);
    return 0;
  case KEY_X:
    s->choice.x = text;
    return 0;
  case KEY_Y:
    s->choice.y = text;
    return 0;
  case KEY_CASE:
    s->choice.bench = text;
    return 0;
  case KEY_VARIANT:
    s->choice.variant = text;
    return 0;
  case KEY_WEAK:
    s->weak = true;
    return 0;
  case KEY_JSON:
    s->json = true;
    return 0;
  case ARGP_KEY_ARG:
    if (s->file) argp_failure(state, 2, 0, "one file, not '%s' too", text);
    s->file = text;
    return 0;
  case ARGP_KEY_END:
    if (!s->file) argp_failure(state, 2, 0, "which file? - is standard input");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {
    {"seconds", 's', NULL, 0, "The values are times", 0},
    {"throughput", 't', NULL, 0, "The values are throughputs, or speedups", 0},
    {"x", KEY_X, "COLUMN", 0, "The column of the workers: its name, or its number from 1", 0},
    {"y", KEY_Y, "COLUMN", 0, "The column of the values", 0},
    {"case", KEY_CASE, "NAME", 0, "The case, of a file of bench_amdahl", 0},
    {"variant", KEY_VARIANT, "NAME", 0, "The variant, of a file of bench_amdahl", 0},
    {"weak", KEY_WEAK, NULL, 0, "The problem grew with the workers: Gustafson's law", 0},
    {"law", 'l', "LIST", 0, "Only these: amdahl, amdahl+overhead, usl, usl-normalised, gustafson", 0},
    {"at", 'a', "LIST", 0, "Predict for these numbers of workers, with an interval", 0},
    {"json", KEY_JSON, NULL, 0, "Print JSON", 0},
    {0},
};

static const char about[] =
    "Fits laws of scaling to a table of workers and times or throughputs: Amdahl's, with and without an "
    "overhead for each worker, and the Universal Scalability Law (Gunther, 1993), with the throughput of one "
    "worker as a parameter and as measured; or Gustafson's."
    "\vFILE is a table, with commas, semicolons, tabs or blanks between its columns and perhaps a header "
    "(workers,seconds or workers,throughput), or a results.json or results.csv of bench_amdahl. Intervals "
    "are of "
    "95 %, by the bootstrap: over the rounds of a results.json of 5 or more, over the residuals otherwise. "
    "Amdahl's law with overhead and the Universal Scalability Law are one curve; they differ in what they "
    "call an "
    "error: a share of the time, an amount of throughput. Examples:\n"
    "  bench_amdahl fit times.csv --at 64,128\n"
    "  bench_amdahl fit results.json --case sum --variant threads\n"
    "  printf '1 100\\n2 60\\n4 40\\n' | bench_amdahl fit --seconds -\n\n"
    "Exit status: 0; 1, the file cannot be read or no law can be fitted; 2, a usage error.";

int fit_main(int argc, char **argv) {
  static const struct argp argp = {options, parse, "FILE", about, NULL, NULL, NULL};
  struct settings s = {0};
  static char name[] = "bench_amdahl fit";
  argv[0] = name;
  argp_parse(&argp, argc, argv, 0, NULL, &s);
  const int status = read_and_report(&s);
  free(s.at);
  return status;
}
