/* The command line of `bench_amdahl compare`. */
#include "commands/commands.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "cli/parse.h"
#include "cli/sizes.h"
#include "commands/compare/comparison_output.h"
#include "util/program.h"
#include "util/xalloc.h"

enum { KEY_ALPHA = 0x100, KEY_ALL, KEY_MARKDOWN, KEY_JSON, KEY_CASES, KEY_VARIANTS, KEY_COLOR };

struct arguments {
  struct compare_settings settings;
  struct side sides[2];
  bool all, markdown, json;
  enum style_when color;
};

static const struct argp_option options[] = {
    {"threshold", 't', "PERCENT", 0, "Changes up to this do not count (default: 5)", 0},
    {"alpha", KEY_ALPHA, "P", 0, "Probability of any false alarm, if nothing changed (default: 0.05)", 0},
    {"cases", KEY_CASES, "LIST", 0, "Only these cases, with commas between them", 0},
    {"variants", KEY_VARIANTS, "LIST", 0, "Only these variants", 0},
    {"all", KEY_ALL, NULL, 0, "Show what did not change, too", 0},
    {"markdown", KEY_MARKDOWN, NULL, 0, "Write Markdown, for a pull request", 0},
    {"json", KEY_JSON, NULL, 0, "Write JSON: every comparison", 0},
    {"color", KEY_COLOR, "WHEN", 0, "Colours: auto (default), always or never", 0},
    {0},
};

static const char summary_text[] =
    "Says which measurements changed between two runs, by how much, and how certain that is. OLD and NEW are "
    "results.json of `bench_amdahl run', or their folders; one of them may be -, standard input."
    "\vA change counts if the rank test of Mann and Whitney finds it, adjusted for the number of comparisons "
    "by Holm's method, and if the whole 95 % interval of the ratio of medians lies beyond the threshold. So, "
    "if nothing changed and rounds are independent, a build fails with probability alpha at most. Where "
    "rounds are too few for that, it says so. The two runs should follow each other on one quiet machine, "
    "with the same sizes and seed.\n"
    "\n"
    "Examples:\n"
    "  bench_amdahl compare old.json new.json\n"
    "  bench_amdahl compare old new --cases sum,pi --threshold 2 --all\n"
    "  bench_amdahl pi -q --json - | bench_amdahl compare old.json -\n"
    "\n"
    "In a pull request, with bench_amdahl of main and of the branch in two build folders:\n"
    "  build-main/bench/bench_amdahl -r 20 -o main\n"
    "  build-branch/bench/bench_amdahl -r 20 -o branch\n"
    "  build-branch/bench/bench_amdahl compare main branch --markdown >comment.md\n"
    "\n"
    "Exit status: 0, no regression was found; 1, something is slower, fails now, or the answer changed; 2, a "
    "usage error, a file that cannot be read, or nothing to compare.";

/* ---- options ---- */

static void read_variants(const struct argp_state *state, bool *chosen, const char *text) {
  char *copy = xasprintf("%s", text), *rest = copy, *name;
  memset(chosen, 0, VARIANT_COUNT * sizeof *chosen);
  while ((name = parse_next(&rest))) {
    const struct variant *variant = variant_find(name);
    if (!variant) argp_failure(state, 2, 0, "--variants %s: unknown variant '%s'", text, name);
    else chosen[variant_index(variant)] = true;
  }
  free(copy);
}

static void read_path(const struct argp_state *state, struct side *sides, const char *text) {
  if (sides[1].path) argp_failure(state, 2, 0, "two runs, not '%s' too", text);
  if (sides[0].path && strcmp(sides[0].path, "-") == 0 && strcmp(text, "-") == 0)
    argp_failure(state, 2, 0, "only one of the two can be standard input");
  sides[sides[0].path != NULL].path = text;
}

static void check_together(const struct argp_state *state, const struct arguments *a) {
  if (!a->sides[1].path) argp_failure(state, 2, 0, "which two runs? OLD and NEW are missing");
  if (a->markdown && a->json) argp_failure(state, 2, 0, "--markdown or --json, not both");
}

static error_t parse(int key, char *text, struct argp_state *state) {
  struct arguments *a = state->input;
  if (key == 't') a->settings.threshold = real_option(state, "threshold", text, 0, 1000) / 100;
  else if (key == KEY_ALPHA) a->settings.alpha = real_option(state, "alpha", text, 1e-9, 0.5);
  else if (key == KEY_CASES) parse_names(text, &a->settings.cases);
  else if (key == KEY_VARIANTS) read_variants(state, a->settings.variants, text);
  else if (key == KEY_ALL) a->all = true;
  else if (key == KEY_MARKDOWN) a->markdown = true;
  else if (key == KEY_JSON) a->json = true;
  else if (key == KEY_COLOR) a->color = color_option(state, text);
  else if (key == ARGP_KEY_ARG) read_path(state, a->sides, text);
  else if (key == ARGP_KEY_END) check_together(state, a);
  else return ARGP_ERR_UNKNOWN;
  return 0;
}

/* ---- the comparison ---- */

static bool read_run(const char *path, struct run *run) {
  char *error = NULL;
  if (results_read(path, run, &error)) return true;
  fprintf(stderr, "bench_amdahl compare: %s\n", error);
  free(error);
  return false;
}

/* A misspelt name must not look like a comparison in which nothing changed. */
static bool cases_exist(const struct arguments *a, const struct run *old, const struct run *new) {
  for (size_t i = 0; i < a->settings.cases.count; i++) {
    const char *name = a->settings.cases.text[i];
    if (find_case(old, name) || find_case(new, name)) continue;
    fprintf(stderr, "bench_amdahl compare: --cases: neither run has a case '%s'\n", name);
    return false;
  }
  return true;
}

static int report(const struct arguments *a, const struct comparison *c) {
  if (a->markdown) write_markdown(stdout, c, a->sides, a->all);
  else if (a->json) write_json(stdout, c, a->sides);
  else write_text(stdout, c, a->sides, a->all);
  if (!program_written()) return 2; /* 1 would be a regression */
  if (comparison_is_worse(c)) return 1;
  if (c->count) return 0;
  fputs("bench_amdahl compare: the two runs have nothing in common that can be compared\n", stderr);
  return 2;
}

static int compare_both(struct arguments *a, const struct run *old, const struct run *new) {
  if (!cases_exist(a, old, new)) return 2;
  struct comparison comparison = compare_runs(old, new, &a->settings);
  a->sides[0].run = old;
  a->sides[1].run = new;
  const int status = report(a, &comparison);
  comparison_free(&comparison);
  return status;
}

static int compare(struct arguments *a) {
  struct run old, new;
  int status = 2;
  if (!read_run(a->sides[0].path, &old)) return 2;
  if (read_run(a->sides[1].path, &new)) {
    status = compare_both(a, &old, &new);
    run_free(&new);
  }
  run_free(&old);
  return status;
}

int compare_main(int argc, char **argv) {
  static const struct argp argp = {options, parse, "OLD NEW", summary_text, NULL, NULL, NULL};
  static char name[] = "bench_amdahl compare";
  struct arguments a = {.settings = {.threshold = 0.05, .alpha = 0.05}};
  for (int v = 0; v < VARIANT_COUNT; v++) a.settings.variants[v] = true;
  argv[0] = name;
  argp_parse(&argp, argc, argv, 0, NULL, &a);
  style_choose(a.color);
  const int status = compare(&a);
  text_list_free(&a.settings.cases);
  return status;
}
