#include "report/report.h"

#include "report/csv.h"
#include "report/file.h"
#include "report/json.h"
#include "report/table.h"

const char *report_skipped(const struct case_results *results, const struct variant *variant) {
  return variant->vector ? results->bench->no_vector : NULL;
}

static bool write_one(const struct report *report, const char *name,
                      bool (*write)(FILE *stream, const struct report *report)) {
  struct file file;
  if (!file_begin(&file, report->options->output, name)) return false;
  const bool written = write(file.stream, report);
  return file_end(&file) && written;
}

bool report_write(const struct report *report) {
  bool good = write_one(report, "table.txt", table_write);
  good &= write_one(report, "results.json", json_write);
  good &= write_one(report, "results.csv", csv_write);
  return good;
}
