#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "environment.h"
#include "machine/findings.h"
#include "measure/analysis.h"
#include "measure/clock.h"
#include "measure/configs.h"
#include "measure/interrupt.h"
#include "measure/runner.h"
#include "memory.h"
#include "options.h"
#include "parse.h"
#include "report/file.h"
#include "report/plot.h"
#include "report/report.h"
#include "report/table.h"
#include "serve.h"

static void list_all(const struct options *options) {
  puts("Cases:");
  for (size_t i = 0; i < options->case_count; i++)
    printf("  %-17s %s\n", options->cases[i].bench->name, options->cases[i].bench->description);
  puts("\nVariants:");
  for (int v = 0; v < VARIANT_COUNT; v++) printf("  %-17s %s\n", variants[v].name, variants[v].description);
}

/* ---- the progress line ---- */

static bool progress_wanted;

static void progress_show(const struct bench_case *bench, size_t round, size_t rounds,
                          const struct config *config) {
  if (!progress_wanted) return;
  char when[64] = "warm-up";
  if (round) snprintf(when, sizeof when, "round %zu of %zu", round, rounds);
  fprintf(stderr, "\r\033[K%s: %s, %s on %d", bench->name, when, config->variant->name, config->workers);
}

static void progress_clear(void) {
  if (progress_wanted) fputs("\r\033[K", stderr);
}

/* ---- notes about the run ---- */

static void note_references(struct report *report) {
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (report->options->added[v])
      notes_add(&report->notes, "%s was not asked for: it runs as the reference of the others",
                variants[v].name);
  }
}

static bool any_parallel(const struct options *options) {
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (options->variants[v] && variants[v].parallel) return true;
  }
  return false;
}

static int most_workers(const struct options *options) {
  return any_parallel(options) && options->worker_count ? options->workers[options->worker_count - 1] : 1;
}

/* mpirun binds a rank to one core, as a rule: threads and processes of rank 0 stay on it then. */
static void note_binding(struct report *report) {
  tutti_topology_t t;
  if (report->options->ranks && tutti_topology(&t) == TUTTI_OK && t.allowed < t.online)
    notes_add(
        &report->notes,
        "mpirun has bound rank 0 to %d of %d processors, which is all that its threads and processes have: "
        "mpirun --bind-to none lets them use the others",
        t.allowed, t.online);
}

static void note_ranks(struct report *report) {
  const struct options *options = report->options;
  for (size_t i = 0; options->ranks && !options->default_workers && i < options->worker_count; i++)
    if (options->workers[i] > options->ranks)
      notes_add(&report->notes, "mpi on %d workers is not measured: mpirun has started %d rank%s",
                options->workers[i], options->ranks, options->ranks == 1 ? "" : "s");
  if (report->options->ranks > 1)
    notes_add(&report->notes,
              "how busy other programs kept the cores is unknown: %d ranks of this one ran, too",
              report->options->ranks);
  note_binding(report);
}

static void note_limits(struct report *report) {
  const struct options *options = report->options;
  if (any_parallel(options) && options->worker_count == 2)
    notes_add(&report->notes, "two worker counts give a fit, but cannot show whether Amdahl's law holds");
  if (options->repetitions < 5)
    notes_add(&report->notes, "only %d round%s: a median of so few is uncertain", options->repetitions,
              options->repetitions == 1 ? "" : "s");
  if (report->isa == TUTTI_ISA_SCALAR || report->isa == TUTTI_ISA_PORTABLE)
    notes_add(&report->notes, "the vector variants run at level %s: they show no gain of vector units",
              tutti_isa_name(report->isa));
}

/* ---- the run ---- */

static void start(struct report *report) {
  const time_t now = time(NULL);
  struct tm utc;
  strftime(report->started, sizeof report->started, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
  struct findings findings = machine_examine(most_workers(report->options), NAN, NAN, &report->machine);
  findings_notes(&findings, &report->notes);
  findings_free(&findings);
}

/* Takes the results of one more case: analysed, drawn, printed. */
static bool add_case(struct report *report, struct case_results results) {
  const size_t index = report->count++;
  report->cases[index] = results;
  report->analyses[index] = analyse(&report->cases[index]);
  const bool drawn = plot_case(report, index);
  table_differences(stderr, &results);
  if (results.failure) fprintf(stderr, "bench_amdahl: %s: %s\n", results.bench->name, results.failure);
  if (report->options->quiet) return drawn;
  table_case(stdout, report, index);
  plot_show(stdout, report, index);
  fflush(stdout);
  return drawn;
}

/* Returns whether every file could be written; *good: whether every result was right. */
static bool run_cases(struct report *report, const struct configs *configs, const struct bench_ranks *ranks,
                      bool *good) {
  const struct options *options = report->options;
  struct plan plan = {.ranks = ranks,
                      .configs = configs->list,
                      .count = configs->count,
                      .rounds = (size_t)options->repetitions,
                      .seed = options->seed,
                      .progress = progress_show};
  const double begin = clock_seconds();
  bool written = true;
  for (size_t i = 0; i < options->case_count && !interrupt_signal(); i++) {
    if (!options->cases[i].selected) continue;
    plan.case_index = i;
    struct case_results results = measure_case(options->cases[i].bench, options->cases[i].params, &plan);
    progress_clear();
    *good &= case_results_good(&results);
    written &= add_case(report, results);
    report->seconds = clock_seconds() - begin;
    report->interrupted = interrupt_signal();
    written &= report_write(report); /* after each: a later case may run out of memory */
  }
  report->interrupted = interrupt_signal();
  report->complete = !report->interrupted;
  if (report->interrupted) notes_add(&report->notes, "interrupted: only completed rounds count");
  return report_write(report) && written;
}

static void finish(struct report *report) {
  const struct options *options = report->options;
  if (!options->quiet) {
    table_notes(stdout, report);
    printf("\n%.0f seconds; tables and pictures: %s\n", report->seconds, options->output);
  }
  for (size_t i = 0; i < report->count; i++) {
    analysis_free(&report->analyses[i]);
    case_results_free(&report->cases[i]);
  }
  free(report->cases);
  free(report->analyses);
  notes_free(&report->notes);
}

static int measure(struct report *report, const struct bench_ranks *ranks) {
  const struct options *options = report->options;
  struct configs configs;
  bool good = true, written = false;
  start(report);
  note_references(report);
  note_limits(report);
  note_ranks(report);
  const bool opened = configs_open(&configs, options, report->isa, ranks);
  if (opened) {
    interrupt_catch();
    if (!options->quiet) table_header(stdout, report);
    fflush(stdout);
    written = run_cases(report, &configs, ranks, &good);
    finish(report);
  }
  if (opened && ranks) ranks->tell(&(struct rank_order){.what = RANKS_QUIT}, ranks->count);
  configs_close(&configs);
  if (report->interrupted) return 128 + report->interrupted;
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
static int measure_for_another(const struct options *options, tutti_isa isa,
                               const struct bench_ranks *ranks) {
  struct configs configs;
  const bool opened = configs_open(&configs, options, isa, ranks);
  if (opened) serve(ranks, options, &configs);
  configs_close(&configs);
  return !opened;
}

int bench_main(int argc, char **argv, const struct bench_case *const *cases,
               const struct bench_ranks *ranks) {
  struct report report = {.passive_openmp = environment_passive_openmp(argv)};
  struct options options;
  options_parse(&options, argc, argv, cases, ranks ? ranks->count : 0);
  report.options = &options;
  int status = 0;
  if (options.list) {
    list_all(&options);
  } else if (report.isa = environment_take_isa(&report.isa_from_user),
             !can_begin(options.output, report.isa, ranks)) {
    status = report.isa == TUTTI_ISA_BEST ? 2 : 1;
  } else {
    options.default_workers = !options.workers;
    if (!options.workers) options.worker_count = default_workers(tutti_usable_cores(), &options.workers);
    report.cases = xcalloc(options.case_count, sizeof *report.cases);
    report.analyses = xcalloc(options.case_count, sizeof *report.analyses);
    progress_wanted = !options.quiet && isatty(STDERR_FILENO);
    status =
        ranks && ranks->rank > 0 ? measure_for_another(&options, report.isa, ranks) : measure(&report, ranks);
  }
  options_free(&options);
  return status;
}
