/* Writes results.csv. */
#include "output/results_csv.h"

static void write_measurement(FILE *stream, const char *bench, const struct measurement *item) {
  for (size_t round = 0; round < item->count; round++) {
    fprintf(stream, "%s,%s,%s,%s,%d,%zu,%.9f\n", bench, item->variant->name, item->isa,
            tutti_backend_name(item->variant->backend), item->workers, round + 1, item->seconds[round]);
  }
}

bool csv_write(FILE *stream, const struct run_analysis *analysis) {
  const struct run *run = analysis->run;
  fputs("case,variant,isa,backend,workers,round,seconds\n", stream);
  for (size_t i = 0; i < run->count; i++) {
    const struct case_results *results = &run->cases[i];
    for (size_t k = 0; k < results->count; k++) write_measurement(stream, results->name, &results->items[k]);
  }
  return true; /* file_end sees errors of the stream */
}
