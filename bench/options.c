#include "options.h"

#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "parse.h"

enum {
  KEY_VARIANTS = 0x100,
  KEY_LIST,
  KEY_SEED,
  KEY_PRECISION,
  KEY_MAX_TIME,
  KEY_SCALING,
  KEY_JSON,
  KEY_COLOR,
  KEY_RESUME,
  KEY_PARAM, /* + BENCH_PARAMS_MAX * case + parameter, the last */
};
enum { REPETITIONS_MAX = 100000 };

static const struct argp_option general_options[] = {
    {"variants", KEY_VARIANTS, "LIST", 0, "Variants to run, with commas between them (default: all)", 1},
    {"workers", 'w', "LIST", 0, "Worker counts of the parallel variants (default: 1, 2, ... up to the cores)",
     1},
    {"scaling", KEY_SCALING, "KIND", 0,
     "strong: the same problem on all workers (default); weak: one that grows with the workers", 1},
    {"precision", KEY_PRECISION, "PERCENT", 0,
     "Measure until the 95 % interval of every median is narrower than this part of it (default: 2)", 1},
    {"max-time", KEY_MAX_TIME, "SECONDS", 0, "But no longer than this a case (default: 25)", 1},
    {"repetitions", 'r', "N", 0, "Measure just so many rounds instead", 1},
    {"resume", KEY_RESUME, "DIR", 0, "Go on with the run that was interrupted there", 1},
    {"output", 'o', "DIR", 0, "Folder for tables, JSON, CSV and pictures (default: results)", 1},
    {"seed", KEY_SEED, "N", 0, "Seed of all random numbers (default: 1)", 1},
    {"json", KEY_JSON, "FILE", 0, "Write the results there, too; - is standard output, without the table", 1},
    {"color", KEY_COLOR, "WHEN", 0, "Colours: auto (default), always or never", 1},
    {"list", KEY_LIST, NULL, 0, "List the cases and variants, and exit", 1},
    {"quiet", 'q', NULL, 0, "Print errors only", 1},
};
enum { GENERAL_COUNT = sizeof general_options / sizeof *general_options };

static const char summary_text[] =
    "Measures how much faster workloads run on more cores: serial, with vector units, with threads and with "
    "processes. Every variant must return the same bits. Runs all CASEs unless some are named; `bench_amdahl "
    "list' describes them.\v"
    "Other commands, each with a --help of its own: bench_amdahl list | doctor | fit | plot | compare | "
    "report "
    "| simulate | peers | overhead; `bench_amdahl help' describes them.\n"
    "\n"
    "Examples:\n"
    "  bench_amdahl                            everything, into ./results\n"
    "  bench_amdahl run sum pi -w 1,2,4 -r 20  two cases on 1, 2 and 4 workers\n"
    "  bench_amdahl ar1 --precision 0.5 --max-time 300\n"
    "  bench_amdahl pi --scaling weak          a problem that grows with the workers\n"
    "  bench_amdahl dial --serial-fraction 0.3 does the fit find 30 % again?\n"
    "  bench_amdahl ar1 --steps 100 --variants vector,threads+vector\n"
    "  bench_amdahl pi --json - -q | jq .cases the results only, for another program\n"
    "  bench_amdahl run --resume results       go on after Ctrl-C\n"
    "  TUTTI_ISA=avx2 bench_amdahl pi          avx2 for the vector variants\n"
    "  mpirun -n 4 bench_amdahl pi             on 1 to 4 ranks of MPI, too\n"
    "\n"
    "Ctrl-C ends the measurement and keeps the completed rounds. Exit status: 0, all variants gave the same "
    "bits; 1, a difference or a failure; 2, a usage error; 130, interrupted.";

/* ---- what can go wrong, each said once ---- */

static void list_names(char *text, size_t size, const struct options *options, bool of_cases) {
  size_t used = 0;
  const size_t count = of_cases ? options->case_count : (size_t)VARIANT_COUNT;
  for (size_t i = 0; i < count && used < size; i++) {
    const char *name = of_cases ? options->cases[i].bench->name : variants[i].name;
    used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "", name);
  }
}

static void unknown_name(const struct argp_state *state, const char *kind, const char *name, bool of_cases) {
  char names[512] = "";
  list_names(names, sizeof names, state->input, of_cases);
  argp_failure(state, 2, 0, "unknown %s '%s'; the %ss are: %s", kind, name, kind, names);
}

static uint64_t count_option(const struct argp_state *state, const char *name, const char *text, uint64_t low,
                             uint64_t high) {
  uint64_t value = 0;
  if (!parse_count(text, low, high, &value))
    argp_failure(state, 2, 0, "--%s %s: not a whole number from %" PRIu64 " to %" PRIu64, name, text, low,
                 high);
  return value;
}

static double real_option(const struct argp_state *state, const char *name, const char *text, double low,
                          double high) {
  double value = 0;
  if (!parse_real(text, low, high, &value))
    argp_failure(state, 2, 0, "--%s %s: not a number from %g to %g", name, text, low, high);
  return value;
}

/* ---- options ---- */

static void read_variants(const struct argp_state *state, const char *text) {
  struct options *options = state->input;
  char *copy = xasprintf("%s", text), *rest = copy, *name;
  memset(options->asked.variants, 0, sizeof options->asked.variants);
  while ((name = parse_next(&rest))) {
    const struct variant *variant = variant_find(name);
    if (!variant) unknown_name(state, "variant", name, false);
    if (variant && variant->backend == TUTTI_MPI && !options->ranks)
      argp_failure(state, 2, 0, "variant '%s' needs ranks: mpirun -n 4 bench_amdahl ...", name);
    if (variant) options->asked.variants[variant_index(variant)] = true;
  }
  free(copy);
}

static void read_workers(const struct argp_state *state, const char *text) {
  struct options *options = state->input;
  char *bad = NULL;
  free(options->workers);
  options->workers = NULL;
  options->worker_count = parse_workers(text, &options->workers, &bad);
  if (bad)
    argp_failure(state, 2, 0, "--workers %s: '%s' is not a worker count, a whole number from 1 to %d", text,
                 bad, WORKERS_MAX);
}

static void select_case(const struct argp_state *state, const char *name) {
  struct options *options = state->input;
  for (size_t i = 0; i < options->case_count; i++) {
    if (strcmp(options->cases[i].bench->name, name) == 0) {
      options->cases[i].selected = true;
      return;
    }
  }
  unknown_name(state, "case", name, true);
}

static error_t read_param(const struct argp_state *state, int key, const char *text) {
  struct options *options = state->input;
  const size_t index = (size_t)(key - KEY_PARAM);
  if (key < KEY_PARAM || index / BENCH_PARAMS_MAX >= options->case_count) return ARGP_ERR_UNKNOWN;
  struct selection *selection = &options->cases[index / BENCH_PARAMS_MAX];
  const struct bench_param *param = &selection->bench->params[index % BENCH_PARAMS_MAX];
  union bench_value *value = &selection->params[index % BENCH_PARAMS_MAX];
  if (param->kind == BENCH_COUNT)
    value->count = count_option(state, param->name, text, param->low.count, param->high.count);
  else value->real = real_option(state, param->name, text, param->low.real, param->high.real);
  return 0;
}

static void read_word(const struct argp_state *state, int key, const char *text) {
  struct options *options = state->input;
  if (key == KEY_COLOR && !style_parse(text, &options->color))
    argp_failure(state, 2, 0, "--color %s: not auto, always or never", text);
  if (key != KEY_SCALING) return;
  options->asked.weak = strcmp(text, "weak") == 0;
  if (!options->asked.weak && strcmp(text, "strong") != 0)
    argp_failure(state, 2, 0, "--scaling %s: not strong or weak", text);
}

static error_t read_option(int key, char *text, struct argp_state *state) {
  struct options *options = state->input;
  switch (key) {
  case KEY_VARIANTS:
    read_variants(state, text);
    return 0;
  case KEY_LIST:
    options->list = true;
    return 0;
  case KEY_SEED:
    options->asked.seed = count_option(state, "seed", text, 0, INT64_MAX);
    return 0;
  case KEY_PRECISION:
    options->asked.precision = real_option(state, "precision", text, 0.01, 100) / 100;
    return 0;
  case KEY_MAX_TIME:
    options->asked.max_time = real_option(state, "max-time", text, 0.001, 1e7);
    return 0;
  case KEY_SCALING:
  case KEY_COLOR:
    read_word(state, key, text);
    return 0;
  case KEY_JSON:
    options->json = text;
    return 0;
  case KEY_RESUME:
    options->resume = text;
    return 0;
  case 'w':
    read_workers(state, text);
    return 0;
  case 'r':
    options->asked.repetitions = (int)count_option(state, "repetitions", text, 1, REPETITIONS_MAX);
    return 0;
  case 'o':
    options->output = text;
    return 0;
  case 'q':
    options->quiet = true;
    return 0;
  case ARGP_KEY_ARG:
    select_case(state, text);
    return 0;
  default:
    return read_param(state, key, text);
  }
}

/* ---- the options that the cases declare ---- */

static void add_param(struct argp_option *option, size_t case_index, size_t index,
                      const struct bench_param *param) {
  char *help = param->kind == BENCH_COUNT
                   ? xasprintf("%s (default: %" PRIu64 ")", param->help, param->initial.count)
                   : xasprintf("%s (default: %g)", param->help, param->initial.real);
  help[0] = (char)(help[0] >= 'a' && help[0] <= 'z' ? help[0] - 'a' + 'A' : help[0]);
  *option = (struct argp_option){
      .name = param->name,
      .key = KEY_PARAM + (int)(case_index * BENCH_PARAMS_MAX + index),
      .arg = param->kind == BENCH_COUNT ? "N" : "X",
      .doc = help,
      .group = 2,
  };
}

/* The general options, then every case's; ended by {0}. */
static struct argp_option *all_options(struct options *options) {
  struct argp_option *list =
      xcalloc(GENERAL_COUNT + 2 + options->case_count * BENCH_PARAMS_MAX, sizeof *list);
  memcpy(list, general_options, sizeof general_options);
  size_t count = GENERAL_COUNT;
  list[count++] = (struct argp_option){.doc = "Sizes:", .group = 2};
  for (size_t i = 0; i < options->case_count; i++) {
    const struct bench_param *params = options->cases[i].bench->params;
    for (size_t k = 0; params && params[k].name; k++) {
      options->cases[i].params[k] = params[k].initial;
      add_param(&list[count++], i, k, &params[k]);
    }
  }
  return list;
}

static void free_options(struct argp_option *list) {
  for (size_t i = GENERAL_COUNT + 1; list[i].name; i++) free((char *)(uintptr_t)list[i].doc);
  free(list);
}

/* ---- afterwards ---- */

/* Results are compared with serial; a gain of more workers needs one core with the same instructions. */
static void add_references(struct options *options) {
  bool needed[VARIANT_COUNT] = {[VARIANT_SERIAL] = true};
  for (int i = 0; i < VARIANT_COUNT; i++) {
    if (options->asked.variants[i]) needed[variant_index(variant_one_core(&variants[i]))] = true;
  }
  for (int i = 0; i < VARIANT_COUNT; i++) {
    options->added[i] = needed[i] && !options->asked.variants[i];
    options->asked.variants[i] |= needed[i];
  }
}

static void select_all_if_none(struct options *options) {
  for (size_t i = 0; i < options->case_count; i++) {
    if (options->cases[i].selected) return;
  }
  for (size_t i = 0; i < options->case_count; i++) options->cases[i].selected = true;
}

static void print_version(FILE *stream, struct argp_state *state) {
  (void)state;
  fprintf(stream, "bench_amdahl %s (libtutti %s)\n", TUTTI_VERSION, tutti_version());
}

void options_parse(struct options *options, int argc, char **argv, const struct bench_case *const *cases,
                   int ranks) {
  static char name[] = "bench_amdahl";
  if (argc > 1 && strcmp(argv[1], "run") == 0) {
    argc--;
    argv++;
  }
  argv[0] = name;
  *options = (struct options){.asked = {.precision = 0.02, .max_time = 25, .seed = 1},
                              .output = "results",
                              .ranks = ranks,
                              .argc = argc,
                              .argv = argv};
  for (int i = 0; i < VARIANT_COUNT; i++)
    options->asked.variants[i] = ranks || variants[i].backend != TUTTI_MPI;
  while (cases[options->case_count]) options->case_count++;
  options->cases = xcalloc(options->case_count, sizeof *options->cases);
  for (size_t i = 0; i < options->case_count; i++) options->cases[i].bench = cases[i];

  struct argp_option *list = all_options(options);
  const struct argp argp = {list, read_option, "[CASE...]", summary_text, NULL, NULL, NULL};
  argp_err_exit_status = 2;
  argp_program_version_hook = print_version;
  argp_parse(&argp, argc, argv, 0, NULL, options);
  free_options(list);
  select_all_if_none(options);
  add_references(options);
}

void options_free(struct options *options) {
  free(options->cases);
  free(options->workers);
}
