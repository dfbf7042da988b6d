/* Writes table.txt, results.json and results.csv. */
#include "output/result_files.h"

#include "output/output_file.h"
#include "output/results_csv.h"
#include "output/results_json.h"
#include "output/results_table.h"

static bool write_one(const struct run_analysis *analysis, const char *folder, const char *name,
                      bool (*write)(FILE *stream, const struct run_analysis *analysis)) {
  struct file file;
  if (!file_begin(&file, folder, name)) return false;
  const bool written = write(file.stream, analysis);
  return file_end(&file) && written;
}

bool report_write(const struct run_analysis *analysis, const char *folder) {
  bool good = write_one(analysis, folder, "table.txt", table_write);
  good &= write_one(analysis, folder, "results.json", results_write);
  good &= write_one(analysis, folder, "results.csv", csv_write);
  return good;
}
