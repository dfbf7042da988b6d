#include "options.h"

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
};
enum { REPETITIONS_MAX = 100000 };

static const struct argp_option general_options[] = {
    {"variants", KEY_VARIANTS, "LIST", 0, "Variants to run, with commas between them (default: all)", 1},
    {"workers", 'w', "LIST", 0, "Worker counts of the parallel variants (default: 1, 2, ... up to the cores)",
     1},
    {"repetitions", 'r', "N", 0, "Measured rounds (default: 5)", 1},
    {"output", 'o', "DIR", 0, "Folder for tables, JSON, CSV and pictures (default: results)", 1},
    {"seed", KEY_SEED, "N", 0, "Seed of all random numbers (default: 1)", 1},
    {"list", KEY_LIST, NULL, 0, "List the cases and variants, and exit", 1},
    {"quiet", 'q', NULL, 0, "Print errors only", 1},
    {0},
};

static const char summary_text[] =
    "Measures how much faster workloads run on more cores: serial, with vector units, with threads and with "
    "processes. Every variant must return the same bits. Runs all CASEs unless some are named; --list "
    "describes "
    "them.\v"
    "Examples:\n"
    "  bench_amdahl                            everything, into ./results\n"
    "  bench_amdahl sum pi -w 1,2,4 -r 20      two cases on 1, 2 and 4 workers\n"
    "  bench_amdahl dial --serial-fraction 0.3 does the fit find 30 % again?\n"
    "  bench_amdahl ar1 --steps 100 --variants vector,threads+vector\n"
    "  TUTTI_ISA=avx2 bench_amdahl pi          avx2 for the vector variants\n"
    "  bench_amdahl fit times.csv --at 64      laws fitted to a table of your own\n"
    "  bench_amdahl peers                      kernels beside other libraries'\n"
    "  mpirun -n 4 bench_amdahl pi             on 1 to 4 ranks of MPI, too\n"
    "  bench_amdahl overhead                   what a call costs that does nothing\n"
    "  bench_amdahl simulate pi                on workers that this machine does not have\n"
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

/* ---- options ---- */

static void read_variants(const struct argp_state *state, const char *text) {
  struct options *options = state->input;
  char *copy = xasprintf("%s", text), *rest = copy, *name;
  memset(options->variants, 0, sizeof options->variants);
  while ((name = parse_next(&rest))) {
    const struct variant *variant = variant_find(name);
    if (!variant) unknown_name(state, "variant", name, false);
    if (variant && variant->backend == TUTTI_MPI && !options->ranks)
      argp_failure(state, 2, 0, "variant '%s' needs ranks: mpirun -n 4 bench_amdahl ...", name);
    if (variant) options->variants[variant_index(variant)] = true;
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
    options->seed = count_option(state, "seed", text, 0, INT64_MAX);
    return 0;
  case 'w':
    read_workers(state, text);
    return 0;
  case 'r':
    options->repetitions = (int)count_option(state, "repetitions", text, 1, REPETITIONS_MAX);
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
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->sizes;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

/* ---- afterwards ---- */

/* Results are compared with serial; a gain of more workers needs one core with the same instructions. */
static void add_references(struct options *options) {
  bool needed[VARIANT_COUNT] = {[VARIANT_SERIAL] = true};
  for (int i = 0; i < VARIANT_COUNT; i++) {
    if (options->variants[i]) needed[variant_index(variant_one_core(&variants[i]))] = true;
  }
  for (int i = 0; i < VARIANT_COUNT; i++) {
    options->added[i] = needed[i] && !options->variants[i];
    options->variants[i] |= needed[i];
  }
}

static void print_version(FILE *stream, struct argp_state *state) {
  (void)state;
  fprintf(stream, "bench_amdahl %s (libtutti %s)\n", TUTTI_VERSION, tutti_version());
}

void options_parse(struct options *options, int argc, char **argv, const struct bench_case *const *cases,
                   int ranks) {
  *options = (struct options){
      .repetitions = 5, .seed = 1, .output = "results", .ranks = ranks, .argc = argc, .argv = argv};
  for (int i = 0; i < VARIANT_COUNT; i++) options->variants[i] = ranks || variants[i].backend != TUTTI_MPI;
  options->cases = selections_of(cases, &options->case_count);
  options->sizes = (struct sizes){options->cases, options->case_count};

  struct argp sizes = sizes_argp(&options->sizes);
  const struct argp_child children[] = {{&sizes, 0, NULL, 0}, {0}};
  const struct argp argp = {general_options, read_option, "[CASE...]", summary_text, children, NULL, NULL};
  argp_err_exit_status = 2;
  argp_program_version_hook = print_version;
  argp_parse(&argp, argc, argv, 0, NULL, options);
  sizes_free(&sizes);
  selections_select_all_if_none(options->cases, options->case_count);
  add_references(options);
}

void options_free(struct options *options) {
  free(options->cases);
  free(options->workers);
}
