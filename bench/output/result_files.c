#include "output/result_files.h"

#include "output/output_file.h"
#include "output/results_csv.h"
#include "output/results_table.h"

static bool write_one(const struct run *run, const char *folder, const char *name,
                      bool (*write)(FILE *stream, const struct run *run)) {
  struct file file;
  if (!file_begin(&file, folder, name)) return false;
  const bool written = write(file.stream, run);
  return file_end(&file) && written;
}

bool report_write(const struct run *run, const char *folder) {
  bool good = write_one(run, folder, "table.txt", table_write);
  good &= write_one(run, folder, "results.json", results_write);
  good &= write_one(run, folder, "results.csv", csv_write);
  return good;
}
