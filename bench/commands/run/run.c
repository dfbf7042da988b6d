/* `bench_amdahl run`: measures the cases, and writes tables, pictures and the page. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "analysis/case_analysis.h"
#include "analysis/diagnostics.h"
#include "cli/options_json.h"
#include "cli/parse.h"
#include "commands/commands.h"
#include "commands/run/resume.h"
#include "commands/run/run_warnings.h"
#include "machine/findings.h"
#include "machine/machine_json.h"
#include "measure/ceilings.h"
#include "measure/configs.h"
#include "measure/mpi_worker.h"
#include "measure/runner.h"
#include "output/output_file.h"
#include "output/page/page.h"
#include "output/pictures/pictures.h"
#include "output/result_files.h"
#include "output/results_json.h"
#include "output/results_table.h"
#include "util/environment.h"
#include "util/interrupt.h"
#include "util/program.h"
#include "util/style.h"
#include "util/xalloc.h"

/* A run while it goes on. */
struct session {
  const struct options *options;
  const struct bench_ranks *ranks;
  tutti_isa isa; /* of the vector variants */
  struct run run, earlier;
  struct run_analysis analysis; /* of run, as far as it is measured */
  bool talk;                    /* a table on stdout */
};

static void list_all(const struct bench_case *const *cases) {
  puts("Cases:");
  for (; *cases; cases++) printf("  %-17s %s\n", (*cases)->name, (*cases)->description);
  puts("\nVariants:");
  for (int v = 0; v < VARIANT_COUNT; v++) printf("  %-17s %s\n", variants[v].name, variants[v].description);
}

/* ---- the progress line ---- */

static bool progress_wanted;

static void progress_show(const struct case_results *results, size_t round, const struct config *config) {
  if (!progress_wanted) return;
  char when[64] = "first runs";
  if (round) snprintf(when, sizeof when, "round %zu", round);
  fprintf(stderr, "\r\033[K%s: %s, %s on %d", results->name, when, config->variant->name, config->workers);
}

static void progress_clear(void) {
  if (progress_wanted) fputs("\r\033[K", stderr);
}

/* ---- the run ---- */

static void start(struct session *s, bool isa_from_user, bool passive_openmp) {
  struct run *run = &s->run;
  const time_t now = time(NULL);
  struct tm utc;
  const char *isa = tutti_isa_name(s->isa);
  run->options = s->options->run;
  run->options.arguments = about_arguments(s->options);
  run->build = build_json();
  run->environment = about_environment(isa_from_user ? isa : NULL);
  run->isa_from_user = isa_from_user;
  run->passive_openmp = passive_openmp;
  run->clock = clock_measure(&clock_monotonic);
  snprintf(run->vector_isa, sizeof run->vector_isa, "%s", isa);
  snprintf(run->program, sizeof run->program, "%s", TUTTI_VERSION);
  snprintf(run->version, sizeof run->version, "%s", tutti_version());
  strftime(run->started, sizeof run->started, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
  struct findings findings =
      machine_examine(most_workers(s->options), run->clock.resolution, run->clock.cost, &run->machine);
  run->about_machine = machine_json(&run->machine);
  run->findings = findings_json(&findings);
  findings_free(&findings);
  run_warnings(s->options, s->isa, &run->warnings);
}

/* Before hours are spent on what cannot be written. */
static bool json_is_writable(const char *path) {
  if (!path || strcmp(path, "-") == 0) return true;
  char *folder = results_folder(path);
  const bool good = *path && access(folder, W_OK) == 0;
  if (!good)
    fprintf(stderr, "bench_amdahl: cannot write --json '%s': %s\n", path,
            *path ? strerror(errno) : "which file?");
  free(folder);
  return good;
}

/* A device or a pipe is written as it is; a file appears whole or not at all. */
static bool write_json(const struct session *s) {
  const char *path = s->options->json, *slash = path ? strrchr(path, '/') : NULL;
  struct stat about;
  if (!path) return true;
  if (strcmp(path, "-") == 0) return results_write(stdout, &s->analysis), program_written();
  if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) {
    FILE *stream = fopen(path, "w");
    bool good = stream && results_write(stream, &s->analysis);
    if (stream) good &= fclose(stream) == 0;
    if (!good) perror(path);
    return good;
  }
  char *folder = results_folder(path);
  struct file file;
  bool good = file_begin(&file, folder, slash ? slash + 1 : path);
  if (good) {
    good = results_write(file.stream, &s->analysis);
    good = file_end(&file) && good;
  }
  free(folder);
  return good;
}

/* One more case, drawn and printed. */
static bool show_case(struct session *s, const struct analysis *analysis) {
  const struct case_results *results = analysis->results;
  const char *folder = s->options->output;
  const bool drawn = plot_case(&s->analysis, analysis, folder, &s->run.warnings);
  table_differences(stderr, results);
  if (results->failure) fprintf(stderr, "bench_amdahl: %s: %s\n", results->name, results->failure);
  if (!s->talk) return drawn;
  table_case(stdout, &s->run, analysis);
  plot_show(stdout, folder, results);
  program_written();
  return drawn;
}

/* What the machine can do at most, asked again: a disturbance at the beginning must not look like a ceiling.
 */
static void raise_ceilings(struct session *s) {
  size_t count;
  if (!s->run.ceiling_count || interrupt_signal()) return;
  struct ceiling *again = ceilings_measure(s->run.machine.usable, s->isa, &count);
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < s->run.ceiling_count; k++) {
      struct ceiling *known = &s->run.ceilings[k];
      if (strcmp(known->what, again[i].what) == 0 && strcmp(known->isa, again[i].isa) == 0 &&
          known->workers == again[i].workers && again[i].rate > known->rate)
        known->rate = again[i].rate;
    }
  free(again);
}

/* Returns whether every file could be written; *good: whether every result was right. */
static bool measure_cases(struct session *s, const struct configs *configs, bool *good) {
  const struct options *options = s->options;
  struct run *run = &s->run;
  struct plan plan = {.ranks = s->ranks,
                      .configs = configs->list,
                      .count = configs->count,
                      .options = &run->options,
                      .clock = &clock_monotonic,
                      .warnings = &run->warnings,
                      .progress = progress_show};
  const double begin = clock_seconds();
  bool written = true;
  run->cases = xcalloc(options->case_count, sizeof *run->cases);
  s->analysis = (struct run_analysis){run, xcalloc(options->case_count, sizeof *s->analysis.cases)};
  resume_take(&s->earlier, run);
  const double before = run->seconds;
  size_t next = 0;
  for (size_t i = 0; i < options->case_count && !interrupt_signal(); i++) {
    if (!options->cases[i].selected) continue;
    const struct bench_case *bench = options->cases[i].bench;
    struct analysis *analysis = &s->analysis.cases[next];
    struct case_results *results = &run->cases[next++];
    const bool whole = resume_is_whole(results);
    if (next > run->count) run->count = next;
    plan.case_index = i;
    if (!whole) measure_case(bench, options->cases[i].params, &plan, results);
    progress_clear();
    if (!whole) raise_ceilings(s);
    *good &= case_results_good(results);
    *analysis = analyse(results, run->options.weak);
    diagnose_case(analysis, run->options.weak, &results->warnings);
    run->seconds = before + clock_seconds() - begin;
    run->interrupted = interrupt_signal();
    /* first of all, and after each case: a later one may run out of memory, or pictures of the disk */
    written &= report_write(&s->analysis, options->output);
    written &= show_case(s, analysis);
  }
  run->interrupted = interrupt_signal();
  run->complete = !run->interrupted;
  if (run->interrupted) text_list_add(&run->warnings, "interrupted: only completed rounds count");
  written &= plot_roofline(&s->analysis, options->output, &run->warnings);
  if (page_missing()) text_list_add(&run->warnings, "no report.html: %s", page_missing());
  written &= report_write(&s->analysis, options->output) && write_json(s);
  char *page = xasprintf("%s/report.html", options->output);
  if (!page_missing()) written &= page_write(&s->analysis, page);
  free(page);
  return written;
}

static void finish(const struct session *s) {
  const struct options *options = s->options;
  if (s->talk) {
    table_warnings(stdout, &s->run);
    printf("\n%.0f seconds; tables, pictures and report.html: %s\n", s->run.seconds, options->output);
  }
  if (s->run.interrupted && !options->quiet)
    fprintf(stderr, "bench_amdahl: interrupted; to go on: bench_amdahl run --resume %s\n", options->output);
}

/* What is there of another run would be taken for this one's. */
static void clear_folder(const struct session *s) {
  struct run old;
  char *error = NULL, *page = xasprintf("%s/report.html", s->options->output);
  if (results_read(s->options->output, &old, &error)) {
    if (!s->options->quiet)
      fprintf(stderr, "bench_amdahl: the run of %s in %s is replaced\n", old.started, s->options->output);
    plot_remove(&old, s->options->output);
    unlink(page);
    run_free(&old);
  }
  free(error);
  free(page);
}

static int measure(struct session *s) {
  const struct options *options = s->options;
  struct configs configs;
  bool good = true, written = false;
  const bool mine = configs_open(&configs, options, s->isa, s->ranks),
             opened = s->ranks ? s->ranks->agree(mine) : mine;
  if (opened) {
    if (!options->resume) clear_folder(s);
    if (s->talk) table_header(stdout, &s->run);
    program_written();
    written = measure_cases(s, &configs, &good);
    finish(s);
  }
  if (opened && s->ranks) s->ranks->tell(&(struct rank_order){.what = RANKS_QUIT}, s->ranks->count);
  configs_close(&configs);
  if (s->run.interrupted) return 128 + s->run.interrupted;
  return opened && written && good ? 0 : 1;
}

/* What each rank finds out for itself: whether all can begin. Rank 0 writes the report. */
static bool can_begin(const char *folder, tutti_isa isa, const struct bench_ranks *ranks) {
  const bool mine = isa != TUTTI_ISA_BEST && ((ranks && ranks->rank > 0) || folder_prepare(folder));
  const bool all = ranks ? ranks->agree(mine) : mine;
  if (mine && !all)
    fputs("bench_amdahl: another rank cannot begin: is TUTTI_ISA, or the machine, another there?\n", stderr);
  return all;
}

/* A rank that does what rank 0 tells. */
static int measure_for_another(const struct session *s) {
  struct configs configs;
  const bool opened = s->ranks->agree(configs_open(&configs, s->options, s->isa, s->ranks));
  if (opened) mpi_worker(s->ranks, s->options, &configs);
  configs_close(&configs);
  return !opened;
}

static int begin(struct session *s, struct options *options, bool passive_openmp) {
  bool isa_from_user;
  s->isa = environment_take_isa(&isa_from_user);
  if (!can_begin(options->output, s->isa, s->ranks)) return s->isa == TUTTI_ISA_BEST ? 2 : 1;
  options->default_workers = !options->workers;
  if (!options->workers) options->worker_count = default_workers(tutti_usable_cores(), &options->workers);
  interrupt_catch();
  if (!json_is_writable(options->json)) return 1;
  s->talk = !options->quiet && !(options->json && strcmp(options->json, "-") == 0);
  progress_wanted = !options->quiet && isatty(STDERR_FILENO);
  style_choose(options->color);
  start(s, isa_from_user, passive_openmp);
  if (!options->no_ceilings && !(s->ranks && s->ranks->rank > 0))
    s->run.ceilings = ceilings_measure(s->run.machine.usable, s->isa, &s->run.ceiling_count);
  const bool first = !s->ranks || s->ranks->rank == 0,
             fits = !first || !options->resume || resume_fits(&s->earlier, &s->run);
  if (!(s->ranks ? s->ranks->agree(fits) : fits)) return 2;
  return s->ranks && s->ranks->rank > 0 ? measure_for_another(s) : measure(s);
}

int run_cases(int argc, char **argv, const struct bench_case *const *cases, const struct bench_ranks *ranks) {
  struct session s = {.ranks = ranks};
  struct options options;
  const bool passive_openmp = environment_passive_openmp(argv);
  int status = 0;
  options_parse(&options, argc, argv, cases, ranks ? ranks->count : 0);
  if (options.resume) resume_read(&options, cases, &s.earlier);
  s.options = &options;
  if (options.list) list_all(cases);
  else status = begin(&s, &options, passive_openmp);
  run_analysis_free(&s.analysis);
  run_free(&s.run);
  run_free(&s.earlier);
  options_free(&options);
  return status;
}
