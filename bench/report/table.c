#include "report/table.h"

#include <string.h>

#include "report/units.h"
#include "report/words.h"

void table_header(FILE *stream, const struct report *report) {
  const struct machine *m = &report->machine;
  fprintf(stream, "bench_amdahl %s on %s, %d of %d cores, %.0f GiB, %s\n", tutti_version(), m->cpu, m->usable,
          m->cores, m->memory / (1 << 30), m->kernel);
  fprintf(stream, "vector variants: %s%s; medians of %d rounds, interleaved, after a warm-up\n",
          tutti_isa_name(report->isa), report->isa_from_user ? " (from TUTTI_ISA)" : "",
          report->options->repetitions);
}

/* ---- one row ---- */

static void format_times(const struct summary *time, char *median, char *range, size_t size) {
  const struct time_unit unit = time_unit(time->median);
  char middle[32], low[32], high[32];
  format_digits(time->median / unit.seconds, middle, sizeof middle);
  format_digits(time->min / unit.seconds, low, sizeof low);
  format_digits(time->max / unit.seconds, high, sizeof high);
  snprintf(median, size, "%s %s", middle, unit.name);
  snprintf(range, size, "%s .. %s", low, high);
}

static const char *bits_text(const struct case_results *results, const struct measurement *item) {
  if (item == results->items) return "(reference)";
  return !item->compared ? "-" : item->same_bits ? "same" : "DIFFERENT";
}

static void write_row(FILE *stream, const struct case_results *results, const struct measurement *item,
                      const struct analysis_row *row) {
  const struct config *config = item->config;
  char median[96], range[96], gain[32] = "", efficiency[32] = "", rate[64];
  fprintf(stream, "  %-17s%8d", config->variant->name, config->workers);
  if (!row->time.n) {
    fprintf(stream, "  %s\n", item->failure ? item->failure : "not measured");
    return;
  }
  format_times(&row->time, median, range, sizeof median);
  format_rate(row->rate, rate_unit(&results->work), rate, sizeof rate);
  if (config->variant->parallel) {
    snprintf(gain, sizeof gain, "%.2fx", row->gain);
    snprintf(efficiency, sizeof efficiency, "%.0f %%", 100 * row->efficiency);
  }
  fprintf(stream, "%11s%19s%8.2fx%10s%9s%17s  %s\n", median, range, row->speedup, gain, efficiency, rate,
          bits_text(results, item));
}

/* ---- the fits ---- */

static void write_family(FILE *stream, const struct family *family) {
  char share[96], limit[96];
  if (!family->worker_counts) return;
  fprintf(stream, "  %-17s ", family->variant->name);
  if (!family->fitted) {
    fputs(family->worker_counts < 2 ? "no fit: it takes two worker counts\n" : "no fit\n", stream);
    return;
  }
  describe_share(&family->fit, "+-", share, sizeof share);
  describe_limit(&family->fit, "x", 0, limit, sizeof limit);
  fprintf(stream, "serial fraction %s: %s\n", share, limit);
}

static void write_families(FILE *stream, const struct analysis *analysis) {
  fputs("  Amdahl's law, fitted to the medians:\n", stream);
  for (int v = 0; v < VARIANT_COUNT; v++) write_family(stream, &analysis->families[v]);
}

/* ---- a case ---- */

static void write_skipped(FILE *stream, const struct report *report, const struct case_results *results) {
  char names[128] = "";
  const char *why = NULL;
  for (int v = 0; v < VARIANT_COUNT; v++) {
    const char *reason = report_skipped(results, &variants[v]);
    if (!report->options->variants[v] || !reason) continue;
    why = reason;
    if (*names) strcat(names, ", ");
    strcat(names, variants[v].name);
  }
  if (why) fprintf(stream, "  not run: %s (%s)\n", names, why);
}

static bool has_parallel(const struct analysis *analysis) {
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (analysis->families[v].worker_counts) return true;
  }
  return false;
}

void table_case(FILE *stream, const struct report *report, size_t index) {
  const struct case_results *results = &report->cases[index];
  const struct analysis *analysis = &report->analyses[index];
  fprintf(stream, "\n%s: ", results->bench->name);
  if (results->failure) {
    fprintf(stream, "not run: %s\n", results->failure);
    return;
  }
  fputs(results->size, stream);
  const struct measurement *reference = &results->items[0];
  if (reference->compared) {
    char answer[128];
    results->bench->describe(&reference->result, answer, sizeof answer);
    fprintf(stream, "; %s", answer);
  }
  if (results->rounds < (size_t)report->options->repetitions)
    fprintf(stream, "; %zu of %d rounds", results->rounds, report->options->repetitions);
  fprintf(stream, "\n  %-17s%8s%11s%19s%9s%10s%9s%17s  %s\n", "variant", "workers", "median", "min .. max",
          "speedup", "parallel", "effic.", "rate", "bits");
  for (size_t i = 0; i < results->count; i++)
    write_row(stream, results, &results->items[i], &analysis->rows[i]);
  write_skipped(stream, report, results);
  if (has_parallel(analysis)) write_families(stream, analysis);
  for (size_t i = 0; i < results->notes.count; i++) fprintf(stream, "  note: %s\n", results->notes.text[i]);
}

void table_notes(FILE *stream, const struct report *report) {
  fputs("\nspeedup: against serial; parallel: against one core with the same instructions; effic.: parallel "
        "/ workers;\n"
        "bits: of the result, compared with serial's; +-: a standard error; limit: 1 / serial fraction.\n",
        stream);
  for (size_t i = 0; i < report->notes.count; i++) fprintf(stream, "note: %s\n", report->notes.text[i]);
}

bool table_write(FILE *stream, const struct report *report) {
  table_header(stream, report);
  for (size_t i = 0; i < report->count; i++) {
    table_case(stream, report, i);
    table_differences(stream, &report->cases[i]);
  }
  table_notes(stream, report);
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
    fprintf(stream, "%s: %s on %d workers gave other bits than serial:\n", results->bench->name,
            item->config->variant->name, item->config->workers);
    write_hex(stream, "serial", 1, &results->items[0].result);
    write_hex(stream, item->config->variant->name, item->config->workers, &item->result);
  }
}
