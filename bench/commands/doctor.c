/* `bench_amdahl doctor`: what on this machine would disturb a measurement. */
#include "commands/commands.h"

#include <argp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/parse.h"
#include "machine/findings.h"
#include "machine/machine_json.h"
#include "util/bench_clock.h"
#include "util/json_values.h"
#include "util/style.h"

struct settings {
  bool json, quiet;
  int workers;
};

/* -- for people -- */

enum { TEXT_COLUMN = 24, WIDTH = 110 };

static void print_mark(enum finding_state state) {
  static const char *const marks[] = {"ok", "!!", "? "};
  static const enum style styles[] = {STYLE_GOOD, STYLE_BAD, STYLE_WARNING};
  printf("  %s%s%s ", style(stdout, styles[state]), marks[state], style(stdout, STYLE_PLAIN));
}

/* Breaks a sentence at blanks; the first line begins at TEXT_COLUMN already. */
static void print_wrapped(const char *text) {
  int column = TEXT_COLUMN;
  while (*text) {
    const int word = (int)strcspn(text, " ");
    if (column > TEXT_COLUMN && column + 1 + word > WIDTH) {
      printf("\n%*s", TEXT_COLUMN, "");
      column = TEXT_COLUMN;
    } else if (column > TEXT_COLUMN) {
      putchar(' ');
      column++;
    }
    printf("%.*s", word, text);
    column += word;
    text += word;
    text += strspn(text, " ");
  }
  putchar('\n');
}

static void print_machine(const struct machine *m) {
  printf("%s: %d of %d CPUs usable, %s; ", m->cpu, m->usable, m->cores,
         *m->topology ? m->topology : "topology unknown");
  if (m->memory > 0) printf("%.1f GiB; ", m->memory / 0x1p30);
  else printf("memory unknown; ");
  printf("%s\n", m->kernel);
}

static void print_findings(const struct findings *findings, bool quiet) {
  style_choose(STYLE_AUTO);
  const char *group = "";
  for (size_t i = 0; i < findings->count; i++) {
    const struct finding *f = &findings->list[i];
    if (quiet && f->state == FINDING_FINE) continue;
    if (strcmp(f->group, group) != 0) printf("%s%s\n", quiet && !*group ? "" : "\n", f->group);
    group = f->group;
    print_mark(f->state);
    printf("%-*s", (int)TEXT_COLUMN - 5, f->topic);
    print_wrapped(f->text);
  }
  const size_t disturbing = findings_count(findings, FINDING_DISTURBS);
  if (!quiet)
    printf("\n%zu of %zu disturb (!!), %zu unknown (?)\n", disturbing, findings->count,
           findings_count(findings, FINDING_UNKNOWN));
}

/* -- for programs -- */

static void print_json(const struct machine *machine, const struct findings *findings) {
  json_t *root = json_object();
  json_put(root, "machine", machine_json(machine));
  json_put(root, "build", build_json());
  json_put(root, "findings", findings_json(findings));
  json_print(stdout, root);
}

/* -- the command line -- */

static error_t parse(int key, char *text, struct argp_state *state) {
  struct settings *s = state->input;
  uint64_t workers;
  switch (key) {
  case 'j':
    s->json = true;
    return 0;
  case 'q':
    s->quiet = true;
    return 0;
  case 'w':
    if (!parse_count(text, 1, WORKERS_MAX, &workers))
      argp_failure(state, 2, 0, "--workers %s: not a whole number from 1 to %d", text, WORKERS_MAX);
    s->workers = (int)workers;
    return 0;
  case ARGP_KEY_ARG:
    argp_failure(state, 2, 0, "'%s': there are no arguments", text);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static int examine(const struct settings *s) {
  static struct machine machine;
  const struct clock_quality clock = clock_measure(&clock_monotonic);
  struct findings findings = machine_examine(s->workers, clock.resolution, clock.cost, &machine);
  if (s->json) {
    print_json(&machine, &findings);
  } else {
    if (!s->quiet) print_machine(&machine);
    print_findings(&findings, s->quiet);
  }
  const int status = findings_count(&findings, FINDING_DISTURBS) > 0;
  findings_free(&findings);
  return status;
}

int doctor_main(int argc, char **argv) {
  static const struct argp_option options[] = {
      {"workers", 'w', "N", 0, "Judge a plan of up to N workers (default: one for each usable core)", 0},
      {"quiet", 'q', NULL, 0, "Print only what disturbs and what is unknown", 0},
      {"json", 'j', NULL, 0, "Print the machine, the program and the findings as JSON", 0},
      {0},
  };
  static const struct argp argp = {
      options,
      parse,
      NULL,
      "Looks for what on this machine would disturb a measurement, and says what "
      "helps. It changes nothing."
      "\vExamples:\n"
      "  bench_amdahl doctor\n"
      "  bench_amdahl doctor --workers 64 --quiet\n"
      "  taskset -c 0-3 bench_amdahl doctor\n"
      "  bench_amdahl doctor --json | jq '.findings[] | select(.state != \"fine\")'\n\n"
      "Exit status: 0, nothing is known to disturb; 1, something does; 2, a usage "
      "error.",
      NULL,
      NULL,
      NULL};
  struct settings s = {0};
  static char name[] = "bench_amdahl doctor";
  argv[0] = name;
  argp_parse(&argp, argc, argv, 0, NULL, &s);
  return examine(&s);
}
