/* bench_amdahl simulate: a case on workers that this machine does not have. */
#include "commands/commands.h"

#include <argp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/parse.h"
#include "cli/sizes.h"
#include "commands/simulate/simulate_output.h"
#include "output/output_file.h"
#include "util/environment.h"
#include "util/program.h"
#include "util/xalloc.h"

enum { ROUNDS_MAX = 1000 };
enum {
  KEY_SCHEDULE = 0x100,
  KEY_VARIANT,
  KEY_GANTT,
  KEY_TRACE,
  KEY_SERIAL,
  KEY_IDEAL,
  KEY_BANDWIDTH,
  KEY_SEED,
  KEY_JSON
};

static const struct argp_option general_options[] = {
    {"workers", 'w', "LIST", 0, "Worker counts to predict, up to 4096 (default: 1, 2, 4, ... 64)", 1},
    {"schedule", KEY_SCHEDULE, "LIST", 0, "Of static, dynamic, guided (default: all)", 1},
    {"variant", KEY_VARIANT, "NAME", 0,
     "threads, processes, with or without +vector (default: threads+vector)", 1},
    {"repetitions", 'r', "N", 0, "Measured rounds (default: 7)", 1},
    {"output", 'o', "DIR", 0, "Folder for pictures (default: results)", 1},
    {"gantt", KEY_GANTT, "P", 0, "Workers of the chart of who did what (default: 8)", 1},
    {"trace", KEY_TRACE, "FILE", 0,
     "Read chunk times from FILE (-: standard input), seconds, one a line, instead of "
     "measuring a case",
     1},
    {"serial", KEY_SERIAL, "SECONDS", 0, "With --trace: what the caller does alone (default: 0)", 1},
    {"bandwidth", KEY_BANDWIDTH, "GB/S", 0,
     "Bandwidth of the memory that all workers share (default: measured)", 1},
    {"ideal", KEY_IDEAL, NULL, 0, "Starting workers, handing out chunks and memory cost nothing", 1},
    {"seed", KEY_SEED, "N", 0, "Seed of all random numbers (default: 1)", 1},
    {"json", KEY_JSON, NULL, 0, "Print JSON instead of tables", 1},
    {0},
};

static const char summary_text[] =
    "Predicts how a case, or chunks of known times, would scale on workers that this machine does not have: "
    "by a "
    "simulation of how the library hands out chunks, fed with times measured on one core, and compared with "
    "measurements on the cores that there are. Takes all CASEs that have independent chunks unless some are "
    "named."
    "\vExamples:\n"
    "  bench_amdahl simulate pi                            up to 64 workers\n"
    "  bench_amdahl simulate sum -w 1,2,64,4096 --bandwidth 300\n"
    "  bench_amdahl simulate dial --serial-fraction 0.3 --gantt 16\n"
    "  bench_amdahl simulate --trace chunks.txt --schedule static,dynamic\n"
    "  seq 1 100 | bench_amdahl simulate --trace - --ideal --gantt 4\n"
    "\n"
    "Exit status: 0; 1, a failure; 2, a usage error.";

struct settings {
  struct sizes sizes;
  struct simulate_options options;
  const char *trace;
  bool named, json;           /* named: a case */
  const char *measuring_only; /* an option that was given and needs a case */
};

/* ---- the command line ---- */

static void read_schedules(const struct argp_state *state, const char *text, struct sweep *sweep) {
  char *copy = xasprintf("%s", text), *rest = copy, *name;
  bool wanted[SCHEDULES] = {false};
  while ((name = parse_next(&rest))) {
    int i = 0;
    while (i < SCHEDULES && strcmp(name, schedule_names[i]) != 0) i++;
    if (i == SCHEDULES)
      argp_failure(state, 2, 0, "unknown schedule '%s'; the schedules are: static, dynamic, guided", name);
    else wanted[i] = true;
  }
  sweep->schedule_count = 0;
  for (int i = 0; i < SCHEDULES; i++)
    if (wanted[i]) sweep->schedules[sweep->schedule_count++] = (tutti_schedule)i;
  free(copy);
}

static void read_variant(const struct argp_state *state, const char *name) {
  struct settings *s = state->input;
  s->options.variant = variant_find(name);
  if (!s->options.variant || !s->options.variant->parallel || s->options.variant->backend == TUTTI_MPI)
    argp_failure(state, 2, 0,
                 "--variant %s: the variants that can be simulated are: threads, threads+vector, processes, "
                 "processes+vector",
                 name);
}

static void check_together(const struct argp_state *state) {
  const struct settings *s = state->input;
  if (s->trace && s->named) argp_failure(state, 2, 0, "a case, or --trace, but not both");
  if (s->trace && s->measuring_only)
    argp_failure(state, 2, 0, "--%s says nothing of chunk times from a file", s->measuring_only);
  if (!s->trace && s->options.serial > 0) argp_failure(state, 2, 0, "--serial needs --trace");
  if (s->options.ideal && s->options.bandwidth > 0)
    argp_failure(state, 2, 0, "--ideal memory has no --bandwidth");
}

static error_t read_option(int key, char *text, struct argp_state *state) {
  struct settings *s = state->input;
  struct simulate_options *o = &s->options;
  if (key == ARGP_KEY_INIT) state->child_inputs[0] = &s->sizes;
  else if (key == 'w') workers_option(state, text, &o->sweep.workers, &o->sweep.worker_count);
  else if (key == KEY_SCHEDULE) read_schedules(state, text, &o->sweep);
  else if (key == KEY_VARIANT) read_variant(state, text);
  else if (key == 'r') o->rounds = (size_t)count_option(state, "repetitions", text, 1, ROUNDS_MAX);
  else if (key == 'o') o->folder = text;
  else if (key == KEY_GANTT) o->gantt = (int)count_option(state, "gantt", text, 1, WORKERS_MAX);
  else if (key == KEY_TRACE) s->trace = text;
  else if (key == KEY_SERIAL) o->serial = real_option(state, "serial", text, 0, 1e9);
  else if (key == KEY_BANDWIDTH) o->bandwidth = 1e9 * real_option(state, "bandwidth", text, 1e-3, 1e9);
  else if (key == KEY_IDEAL) o->ideal = true;
  else if (key == KEY_SEED) o->seed = count_option(state, "seed", text, 0, INT64_MAX);
  else if (key == KEY_JSON) s->json = true;
  else if (key == ARGP_KEY_ARG) sizes_select(state, &s->sizes, text, "");
  else if (key == ARGP_KEY_END) check_together(state);
  else return ARGP_ERR_UNKNOWN;
  s->named |= key == ARGP_KEY_ARG;
  const bool measuring = key == KEY_VARIANT || key == 'r' || key == KEY_BANDWIDTH || key == KEY_SEED;
  for (const struct argp_option *option = general_options; measuring && option->name; option++)
    if (option->key == key) s->measuring_only = option->name;
  return 0;
}

static void read_command_line(struct settings *s, int argc, char **argv) {
  static char name[] = "bench_amdahl simulate";
  struct argp sizes = sizes_argp(&s->sizes);
  const struct argp_child children[] = {{&sizes, 0, NULL, 0}, {0}};
  const struct argp argp = {general_options, read_option, "[CASE...]", summary_text, children, NULL, NULL};
  argv[0] = name;
  argp_parse(&argp, argc, argv, 0, NULL, s);
  sizes_free(&sizes);
}

/* Those that exist here, so that they are measured, and powers of two up to 64. */
static void set_default_workers(struct sweep *sweep) {
  int *here;
  const size_t count = default_workers(tutti_usable_cores(), &here);
  char *bad, *text = xasprintf("1,2,4,8,16,32,64");
  for (size_t i = 0; i < count; i++) {
    char *longer = xasprintf("%s,%d", text, here[i]);
    free(text);
    text = longer;
  }
  sweep->worker_count = parse_workers(text, &sweep->workers, &bad);
  free(text);
  free(here);
}

/* ---- the run ---- */

/* The next study, or the only one. */
static bool report(struct study *study, bool known, json_t *all) {
  bool good = known;
  if (known) {
    good = simulate_pictures(study);
    if (all) json_array_append_new(all, simulate_json(study));
    else simulate_table(stdout, study);
    program_written();
  }
  study_free(study);
  return good;
}

static bool simulate_all(const struct settings *s, json_t *all) {
  struct study study;
  bool good = true;
  if (s->trace) {
    const bool known = study_trace(&study, s->trace, &s->options);
    return report(&study, known, all);
  }
  for (size_t i = 0; i < s->sizes.count; i++) {
    const struct selection *selection = &s->sizes.selections[i];
    if (!selection->selected) continue;
    const bool known = study_case(&study, selection->bench, selection->params, &s->options);
    good &= report(&study, known, all);
  }
  return good;
}

static int simulate(const struct settings *s) {
  json_t *all = s->json ? json_array() : NULL;
  const bool good = simulate_all(s, all);
  if (all) {
    json_t *root = json_pack("{s:s, s:s, s:s, s:o}", "program", "bench_amdahl simulate", "version",
                             TUTTI_VERSION, "library_version", tutti_version(), "simulations", all);
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    putchar('\n');
    json_decref(root);
  } else if (good) {
    simulate_explanation(stdout);
    printf("\npictures: %s\n", s->options.folder);
  }
  return !good;
}

/* Without names: all that can be simulated. */
static void select_default(struct selection *selections, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (selections[i].selected) return;
  for (size_t i = 0; i < count; i++) selections[i].selected = !selections[i].bench->no_chunks;
}

int simulate_main(int argc, char **argv) {
  bool isa_from_user;
  struct settings s = {.options = {.variant = &variants[VARIANT_THREADS_VECTOR],
                                   .sweep = {.schedules = {TUTTI_STATIC, TUTTI_DYNAMIC, TUTTI_GUIDED},
                                             .schedule_count = SCHEDULES},
                                   .rounds = 7,
                                   .seed = 1,
                                   .gantt = 8,
                                   .folder = "results"}};
  s.sizes.selections = selections_of(bench_cases, &s.sizes.count);
  read_command_line(&s, argc, argv);
  if (!s.options.sweep.workers) set_default_workers(&s.options.sweep);
  select_default(s.sizes.selections, s.sizes.count);
  s.options.isa = environment_take_isa(&isa_from_user);
  int status = 2;
  if (s.options.isa != TUTTI_ISA_BEST) status = folder_prepare(s.options.folder) ? simulate(&s) : 1;
  free(s.options.sweep.workers);
  free(s.sizes.selections);
  return status;
}
