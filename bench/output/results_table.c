/* Writes the table of a run for a person. */
#include "output/results_table.h"

#include <math.h>
#include <string.h>

#include "output/law_text.h"
#include "output/units.h"
#include "util/style.h"

/* "rounds until all medians are known within 2 %, or 25 s a case" */
static void describe_plan(const struct run_options *options, char *text, size_t size) {
  if (options->repetitions)
    snprintf(text, size, "%d round%s", options->repetitions, options->repetitions == 1 ? "" : "s");
  else if (isnan(options->precision)) snprintf(text, size, "rounds");
  else
    snprintf(text, size,
             "rounds until the 95 %% interval of every median is narrower than %g %%, or %g s a case",
             100 * options->precision, options->max_time);
}

void table_header(FILE *stream, const struct run *run) {
  const struct machine *m = &run->machine;
  char plan[160];
  describe_plan(&run->options, plan, sizeof plan);
  fprintf(stream, "%sbench_amdahl %s on %s, %d of %d cores, %.0f GiB, %s%s\n", style(stream, STYLE_STRONG),
          run->version, m->cpu, m->usable, m->cores, m->memory / (1 << 30), m->kernel,
          style(stream, STYLE_PLAIN));
  fprintf(stream, "%s scaling; vector variants: %s%s; medians, interleaved: %s\n",
          run->options.weak ? "weak" : "strong", run->vector_isa,
          run->isa_from_user ? " (from TUTTI_ISA)" : "", plan);
}

/* ---- one row ---- */

static void format_times(const struct summary *time, char *median, char *range, size_t size) {
  const struct time_unit unit = time_unit(time->median);
  char middle[32], low[32], high[32];
  format_digits(time->median / unit.seconds, middle, sizeof middle);
  format_digits(time->low / unit.seconds, low, sizeof low);
  format_digits(time->high / unit.seconds, high, sizeof high);
  snprintf(median, size, "%s %s", middle, unit.name);
  snprintf(range, size, "%s .. %s", low, high);
}

static const char *bits_text(const struct case_results *results, const struct measurement *item) {
  if (item == results->items) return "(reference)";
  return !item->compared ? "-" : item->same_bits ? "same" : "DIFFERENT";
}

static void write_row(FILE *stream, const struct analysis *analysis, size_t index) {
  const struct case_results *results = analysis->results;
  const struct measurement *item = &results->items[index];
  const struct analysis_row *row = &analysis->rows[index];
  const bool differs = item->failure || (item->compared && !item->same_bits);
  char median[96], range[96], gain[32] = "", efficiency[32] = "", rate[64];
  fprintf(stream, "%s  %-17s%8d", differs ? style(stream, STYLE_BAD) : "", item->variant->name,
          item->workers);
  if (!row->time.n) {
    fprintf(stream, "  %s%s\n", item->failure ? item->failure : "not measured",
            differs ? style(stream, STYLE_PLAIN) : "");
    return;
  }
  format_times(&row->time, median, range, sizeof median);
  format_rate(row->rate, rate_unit(&results->work), rate, sizeof rate);
  if (item->variant->parallel) {
    snprintf(gain, sizeof gain, "%.2fx", row->gain.value);
    snprintf(efficiency, sizeof efficiency, "%.0f %%", 100 * row->efficiency);
  }
  fprintf(stream, "%11s%19s%8.2fx%10s%9s%17s  %s%s\n", median, range, row->speedup.value, gain, efficiency,
          rate, bits_text(results, item), differs ? style(stream, STYLE_PLAIN) : "");
}

/* ---- the laws ---- */

/* tells: there are more points than parameters, so that how well it fits can be said. */
static void write_law(FILE *stream, const char *who, const struct fitted_law *fitted, bool tells) {
  char text[256];
  describe_law(fitted, "x", text, sizeof text);
  fprintf(stream, "  %-17s %s: %s\n", who, law_title(fitted->law.kind), text);
  if (tells) fprintf(stream, "%20s%s\n", "", fitted->statement);
}

/* The law of the serial fraction, which everybody asks for, and a better one if there is one. */
static void write_fit(FILE *stream, const struct scaling_fit *fit) {
  const struct fitted_law *usual = &fit->laws[LAW_AMDAHL], *best = scaling_fit_law(fit);
  const bool tells = fit->points.n > usual->law.count;
  if (!fit->worker_counts) return;
  if (!best) fprintf(stream, "  %-17s no fit: it takes two worker counts\n", fit->variant->name);
  else if (!usual->applies || usual == best) write_law(stream, fit->variant->name, best, tells);
  else {
    write_law(stream, fit->variant->name, usual, tells);
    write_law(stream, "  better:", best, tells);
  }
}

static void write_fits(FILE *stream, const struct analysis *analysis) {
  const char *refusal = NULL;
  fprintf(stream, "  Laws, fitted to the medians%s:\n",
          isnan(analysis->reached) ? "" : ", with 95 % intervals");
  for (int v = 0; v < VARIANT_COUNT; v++) {
    const struct scaling_fit *fit = &analysis->fits[v];
    const struct fitted_law *usl = &fit->laws[LAW_USL];
    write_fit(stream, fit);
    if (fit->worker_counts > 1 && usl->applies && !usl->law.fitted) refusal = usl->statement;
  }
  if (refusal) fprintf(stream, "  %s: %s\n", law_title(LAW_USL), refusal);
}

/* ---- a case ---- */

static void write_skipped(FILE *stream, const struct run *run, const struct case_results *results) {
  const char *before = "  not run: ";
  for (int v = 0; results->no_vector && v < VARIANT_COUNT; v++) {
    if (!run->options.variants[v] || !variants[v].vector) continue;
    fprintf(stream, "%s%s", before, variants[v].name);
    before = ", ";
  }
  if (*before == ',') fprintf(stream, " (%s)\n", results->no_vector);
}

static bool has_parallel(const struct analysis *analysis) {
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (analysis->fits[v].worker_counts) return true;
  }
  return false;
}

/* How many rounds there were, why no more, and how certain that makes the medians. */
static void write_sampling(FILE *stream, const struct analysis *analysis) {
  static const char *const reasons[STOP_KINDS] = {
      "", "precise enough", "the time was up", "as many as asked for", "interrupted", "it failed"};
  const struct case_results *results = analysis->results;
  char reached[32];
  format_percent(analysis->reached, reached, sizeof reached);
  fprintf(stream, "  %zu round%s", results->rounds, results->rounds == 1 ? "" : "s");
  if (*reasons[results->stopped]) fprintf(stream, ", %s", reasons[results->stopped]);
  if (analysis->warmup)
    fprintf(stream, "; the first %zu %s warm-up and left out", analysis->warmup,
            analysis->warmup == 1 ? "was" : "were");
  if (isnan(analysis->reached)) fputs("; too few for a 95 % interval: the intervals are ranges\n", stream);
  else fprintf(stream, "; the widest 95 %% interval of a median is %s of it\n", reached);
}

/* What everything is compared with, in absolute time. */
static void write_base(FILE *stream, const struct analysis *analysis) {
  const struct case_results *results = analysis->results;
  const struct measurement *vector = find_measurement(results, &variants[VARIANT_VECTOR], 0);
  const struct summary *serial = &analysis->rows[0].time;
  char median[96], range[96];
  if (!serial->n) return;
  format_times(serial, median, range, sizeof median);
  fprintf(stream, "  base: one core, scalar: %s", median);
  if (vector && analysis->rows[vector - results->items].time.n) {
    format_times(&analysis->rows[vector - results->items].time, median, range, sizeof median);
    fprintf(stream, "; with vector units: %s", median);
  }
  fputc('\n', stream);
}

/* What so many workers reach at most; 0: not measured. isa: of the arithmetic; NULL: any. */
static double ceiling_of(const struct run *run, const char *what, int workers, const char *isa) {
  for (size_t i = 0; i < run->ceiling_count; i++) {
    const struct ceiling *c = &run->ceilings[i];
    if (strcmp(c->what, what) == 0 && c->workers == workers && (!isa || strcmp(c->isa, isa) == 0))
      return c->rate;
  }
  return 0;
}

/* How near the fastest configuration comes to the bandwidth of memory, where moving bytes is the work, and to
 * the rate of multiply-adds, where the case says how many operations it has. */
static void write_fastest(FILE *stream, const struct run *run, const struct analysis *analysis) {
  const struct case_results *results = analysis->results;
  const struct bench_work *work = &results->work;
  size_t best = 0;
  char rate[64];
  for (size_t i = 1; i < results->count; i++)
    if (analysis->rows[i].rate > analysis->rows[best].rate) best = i;
  if (!results->count || !(work->bytes > 0 && analysis->rows[best].rate > 0)) return;
  const struct measurement *item = &results->items[best];
  const double bytes = analysis->rows[best].rate, flops = bytes / work->bytes * work->flops;
  const double read = ceiling_of(run, "read bandwidth", item->workers, NULL),
               arithmetic = ceiling_of(run, "multiply-add", item->workers, item->isa);
  if (!(read > 0)) return;
  format_rate(bytes, "B", rate, sizeof rate);
  fprintf(stream, "  fastest: %s, %.0f %% of what reading alone reaches on %d", rate, 100 * bytes / read,
          item->workers);
  if (flops > 0 && arithmetic > 0) {
    format_rate(flops, "flop", rate, sizeof rate);
    fprintf(stream, "; %s, %.0f %% of multiply-adds", rate, 100 * flops / arithmetic);
  }
  fputc('\n', stream);
}

void table_case(FILE *stream, const struct run *run, const struct analysis *analysis) {
  const struct case_results *results = analysis->results;
  fprintf(stream, "\n%s%s:%s ", style(stream, STYLE_STRONG), results->name, style(stream, STYLE_PLAIN));
  if (results->failure) {
    fprintf(stream, "not run: %s\n", results->failure);
    return;
  }
  fputs(results->size, stream);
  if (*results->answer) fprintf(stream, "; %s", results->answer);
  fputc('\n', stream);
  write_sampling(stream, analysis);
  write_base(stream, analysis);
  fprintf(stream, "  %-17s%8s%11s%19s%9s%10s%9s%17s  %s\n", "variant", "workers", "median",
          isnan(analysis->reached) ? "range" : "95 % interval", "speedup",
          run->options.weak ? "scaled" : "parallel", "effic.", "rate", "bits");
  for (size_t i = 0; i < results->count; i++) write_row(stream, analysis, i);
  write_skipped(stream, run, results);
  write_fastest(stream, run, analysis);
  if (has_parallel(analysis)) write_fits(stream, analysis);
  for (size_t i = 0; i < results->warnings.count; i++)
    fprintf(stream, "  note: %s\n", results->warnings.text[i]);
}

/* What the machine can do at most: a line for each kind, on one core and on all. */
static void write_ceilings(FILE *stream, const struct run *run) {
  if (run->ceiling_count) fputs("\nCeilings, measured in this session:\n", stream);
  for (size_t i = 0; i < run->ceiling_count; i++) {
    const struct ceiling *first = &run->ceilings[i];
    if (first->workers > 1) continue;
    fprintf(stream, "  %s (%s):", first->what, first->isa);
    for (size_t k = i; k < run->ceiling_count; k++) {
      const struct ceiling *c = &run->ceilings[k];
      char rate[64], unit[16];
      if (strcmp(c->what, first->what) != 0 || strcmp(c->isa, first->isa) != 0) continue;
      snprintf(unit, sizeof unit, "%.*s", (int)strcspn(c->unit, "/"), c->unit);
      format_rate(c->rate, unit, rate, sizeof rate);
      fprintf(stream, "%s %s on %d", k > i ? "," : "", rate, c->workers);
    }
    fputc('\n', stream);
  }
}

/* What the doctor found at the start: what disturbs, and which topics are unknown. */
static void write_findings(FILE *stream, const struct run *run) {
  const char *before = "note: unknown on this machine: ";
  size_t i;
  json_t *finding;
  json_array_foreach(run->findings, i, finding) {
    const char *state = json_string_value(json_object_get(finding, "state")),
               *topic = json_string_value(json_object_get(finding, "topic")),
               *text = json_string_value(json_object_get(finding, "text"));
    if (state && topic && text && strcmp(state, "disturbs") == 0)
      fprintf(stream, "note: %s: %s\n", topic, text);
  }
  json_array_foreach(run->findings, i, finding) {
    const char *state = json_string_value(json_object_get(finding, "state")),
               *topic = json_string_value(json_object_get(finding, "topic"));
    if (!state || !topic || strcmp(state, "unknown") != 0) continue;
    fprintf(stream, "%s%s", before, topic);
    before = ", ";
  }
  if (*before == ',') fputc('\n', stream);
}

void table_warnings(FILE *stream, const struct run *run) {
  write_ceilings(stream, run);
  fprintf(
      stream,
      "\nspeedup: against serial; %s: against one core with the same instructions; effic.: that / workers;\n"
      "bits: of every result, compared with serial's; limit: the largest speedup over one worker, by the "
      "law.\n",
      run->options.weak ? "scaled (so many times the work in that time)" : "parallel");
  write_findings(stream, run);
  for (size_t i = 0; i < run->warnings.count; i++) fprintf(stream, "note: %s\n", run->warnings.text[i]);
}

bool table_write(FILE *stream, const struct run_analysis *analysis) {
  const struct run *run = analysis->run;
  table_header(stream, run);
  for (size_t i = 0; i < run->count; i++) {
    table_case(stream, run, &analysis->cases[i]);
    table_differences(stream, &run->cases[i]);
  }
  table_warnings(stream, run);
  return true;
}

/* ---- differences ---- */

static void write_hex(FILE *stream, const char *who, int workers, const struct bench_result *result) {
  fprintf(stream, "  %s on %d: ", who, workers);
  for (size_t i = 0; i < result->size; i++) fprintf(stream, "%02x", result->bytes[i]);
  fputc('\n', stream);
}

void table_differences(FILE *stream, const struct case_results *results) {
  for (size_t i = 1; i < results->count; i++) {
    const struct measurement *item = &results->items[i];
    if (!item->compared || item->same_bits) continue;
    fprintf(stream, "%s: %s on %d workers gave other bits than serial:\n", results->name, item->variant->name,
            item->workers);
    write_hex(stream, "serial", 1, &results->items[0].result);
    write_hex(stream, item->variant->name, item->workers, &item->result);
  }
}
