#include "report/csv.h"

static void write_measurement(FILE *stream, const char *bench, const struct measurement *item) {
  const struct config *config = item->config;
  for (size_t round = 0; round < item->count; round++) {
    fprintf(stream, "%s,%s,%s,%s,%d,%zu,%.9f\n", bench, config->variant->name,
            tutti_isa_name(tutti_context_isa(config->ctx)), tutti_backend_name(config->variant->backend),
            config->workers, round + 1, item->seconds[round]);
  }
}

bool csv_write(FILE *stream, const struct report *report) {
  fputs("case,variant,isa,backend,workers,round,seconds\n", stream);
  for (size_t i = 0; i < report->count; i++) {
    const struct case_results *results = &report->cases[i];
    for (size_t k = 0; k < results->count; k++)
      write_measurement(stream, results->bench->name, &results->items[k]);
  }
  return true; /* file_end sees errors of the stream */
}
