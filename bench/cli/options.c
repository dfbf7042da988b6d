/* The command line of `bench_amdahl run`. */
#include "cli/options.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/parse.h"
#include "util/append.h"
#include "util/xalloc.h"

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
  KEY_NO_CEILINGS,
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
    {"max-time", KEY_MAX_TIME, "SECONDS", 0,
     "But no longer than this a case (default: 25), or twice as long for the six rounds that an interval "
     "takes",
     1},
    {"repetitions", 'r', "N", 0, "Measure just so many rounds instead", 1},
    {"resume", KEY_RESUME, "DIR", 0, "Go on with the run that was interrupted there", 1},
    {"output", 'o', "DIR", 0, "Folder for tables, JSON, CSV and pictures (default: results)", 1},
    {"seed", KEY_SEED, "N", 0, "Seed of all random numbers (default: 1)", 1},
    {"json", KEY_JSON, "FILE", 0, "Write the results there, too; - is standard output, without the table", 1},
    {"color", KEY_COLOR, "WHEN", 0, "Colours: auto (default), always or never", 1},
    {"list", KEY_LIST, NULL, 0, "List the cases and variants, and exit", 1},
    {"no-ceilings", KEY_NO_CEILINGS, NULL, 0,
     "Do not measure what the machine can do at most, which takes a second", 1},
    {"quiet", 'q', NULL, 0, "Print errors only", 1},
    {0},
};

static const char summary_text[] =
    "Measures how much faster workloads run on more cores: serial, with vector units, with threads and with "
    "processes. Every variant must return the same bits. Runs all CASEs unless some are named; `bench_amdahl "
    "list' describes them.\v"
    "Other commands, each with a --help of its own: list, doctor, fit, plot, compare, report, simulate, "
    "peers, overhead; `bench_amdahl help' describes them.\n"
    "\n"
    "Examples:\n"
    "  bench_amdahl                            everything, into ./results\n"
    "  bench_amdahl run sum pi -w 1,2,4 -r 20  two cases on 1, 2 and 4 workers\n"
    "  bench_amdahl ar1 --precision 0.5 --max-time 300\n"
    "  bench_amdahl pi --scaling weak          a problem that grows, too\n"
    "  bench_amdahl dial --serial-fraction 0.3 does the fit find 30 % again?\n"
    "  bench_amdahl ar1 --steps 100 --variants vector,threads+vector\n"
    "  bench_amdahl pi --json - -q | jq .cases only the results, for programs\n"
    "  bench_amdahl run --resume results       go on after Ctrl-C\n"
    "  TUTTI_ISA=avx2 bench_amdahl pi          avx2 for the vector variants\n"
    "  mpirun -n 4 bench_amdahl pi             on 1 to 4 ranks of MPI, too\n"
    "\n"
    "Ctrl-C ends the measurement and keeps the completed rounds. Exit status: 0, all variants gave the same "
    "bits; 1, a difference or a failure; 2, a usage error; 130, interrupted.";

/* ---- options ---- */

static void read_variants(const struct argp_state *state, const char *text) {
  struct options *options = state->input;
  char *copy = xasprintf("%s", text), *rest = copy, *name, names[512] = "";
  for (int i = 0; i < VARIANT_COUNT; i++)
    append(names, sizeof names, "%s%s", i ? ", " : "", variants[i].name);
  memset(options->run.variants, 0, sizeof options->run.variants);
  while ((name = parse_next(&rest))) {
    const struct variant *variant = variant_find(name);
    if (!variant) argp_failure(state, 2, 0, "unknown variant '%s'; the variants are: %s", name, names);
    if (variant && variant->backend == TUTTI_MPI && !options->ranks)
      argp_failure(state, 2, 0, "variant '%s' needs ranks: mpirun -n 4 bench_amdahl ...", name);
    if (variant) options->run.variants[variant_index(variant)] = true;
  }
  free(copy);
}

static bool is_weak(const struct argp_state *state, const char *text) {
  const bool weak = strcmp(text, "weak") == 0;
  if (!weak && strcmp(text, "strong") != 0)
    argp_failure(state, 2, 0, "--scaling %s: not strong or weak", text);
  return weak;
}

static error_t read_option(int key, char *text, struct argp_state *state) {
  struct options *o = state->input;
  if (key == KEY_VARIANTS) read_variants(state, text);
  else if (key == KEY_LIST) o->list = true;
  else if (key == KEY_SEED) o->run.seed = count_option(state, "seed", text, 0, INT64_MAX);
  else if (key == KEY_PRECISION) o->run.precision = real_option(state, "precision", text, 0.01, 100) / 100;
  else if (key == KEY_MAX_TIME) o->run.max_time = real_option(state, "max-time", text, 0.001, 1e7);
  else if (key == KEY_SCALING) o->run.weak = is_weak(state, text);
  else if (key == KEY_COLOR) o->color = color_option(state, text);
  else if (key == KEY_NO_CEILINGS) o->no_ceilings = true;
  else if (key == KEY_JSON) o->json = text;
  else if (key == KEY_RESUME) o->resume = text;
  else if (key == 'w') workers_option(state, text, &o->workers, &o->worker_count);
  else if (key == 'r') o->run.repetitions = (int)count_option(state, "repetitions", text, 1, REPETITIONS_MAX);
  else if (key == 'o') o->output = text;
  else if (key == 'q') o->quiet = true;
  else if (key == ARGP_KEY_ARG) sizes_select(state, &o->sizes, text, "; other commands: bench_amdahl help");
  else if (key == ARGP_KEY_INIT) state->child_inputs[0] = &o->sizes;
  else return ARGP_ERR_UNKNOWN;
  return 0;
}

/* ---- afterwards ---- */

/* Results are compared with serial; a gain of more workers needs one core with the same instructions. */
static void add_references(struct options *options) {
  bool needed[VARIANT_COUNT] = {[VARIANT_SERIAL] = true};
  for (int i = 0; i < VARIANT_COUNT; i++) {
    if (options->run.variants[i]) needed[variant_index(variant_one_core(&variants[i]))] = true;
  }
  for (int i = 0; i < VARIANT_COUNT; i++) {
    options->added[i] = needed[i] && !options->run.variants[i];
    options->run.variants[i] |= needed[i];
  }
}

void options_parse(struct options *options, int argc, char **argv, const struct bench_case *const *cases,
                   int ranks) {
  static char name[] = "bench_amdahl";
  if (argc > 1 && strcmp(argv[1], "run") == 0) {
    argc--;
    argv++;
  }
  argv[0] = name;
  *options = (struct options){.run = {.precision = 0.02, .max_time = 25, .seed = 1},
                              .output = "results",
                              .ranks = ranks,
                              .argc = argc,
                              .argv = argv};
  for (int i = 0; i < VARIANT_COUNT; i++)
    options->run.variants[i] = ranks || variants[i].backend != TUTTI_MPI;
  options->cases = selections_of(cases, &options->case_count);
  options->sizes = (struct sizes){options->cases, options->case_count};

  struct argp sizes = sizes_argp(&options->sizes);
  const struct argp_child children[] = {{&sizes, 0, NULL, 0}, {0}};
  const struct argp argp = {general_options, read_option, "[CASE...]", summary_text, children, NULL, NULL};
  argp_parse(&argp, argc, argv, 0, NULL, options);
  sizes_free(&sizes);
  selections_select_all_if_none(options->cases, options->case_count);
  add_references(options);
}

void options_free(struct options *options) {
  free(options->cases);
  free(options->workers);
}
