#include "report/plot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure/analysis.h"
#include "memory.h"
#include "report/file.h"
#include "report/gnuplot.h"
#include "report/plot_script.h"

static const char *const pictures[] = {"svg", "png", "txt"};
enum { PICTURES = sizeof pictures / sizeof *pictures };

static bool write_input(const struct run *run, const struct case_results *results, const char *folder,
                        const char *extension,
                        void (*write)(FILE *, const struct run *, const struct case_results *)) {
  struct file file;
  char name[128];
  snprintf(name, sizeof name, "speedup-%s.%s", results->name, extension);
  if (!file_begin(&file, folder, name)) return false;
  write(file.stream, run, results);
  return file_end(&file);
}

/* Renames what gnuplot has drawn. A picture it has not drawn must not stay from an earlier run. */
static bool collect(const char *folder, const char *name, const char *extension) {
  char *path = xasprintf("%s/speedup-%s.%s", folder, name, extension);
  char *drawn = xasprintf("%s.tmp", path);
  const bool there = rename(drawn, path) == 0;
  if (!there) unlink(path);
  free(drawn);
  free(path);
  return there;
}

/* A curve takes a parallel variant that was measured. */
static bool drawable(const struct analysis *analysis) {
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (analysis->families[v].worker_counts) return true;
  }
  return false;
}

bool plot_case(const struct case_results *results, const struct run *run, const char *folder,
               struct notes *notes) {
  const char *name = results->name;
  const bool wanted = drawable(results->analysis);
  char *script = xasprintf("speedup-%s.gp", name);
  enum gnuplot_end end = GNUPLOT_DONE;
  bool written = true;
  if (wanted) {
    written = write_input(run, results, folder, "dat", plot_write_data) &&
              write_input(run, results, folder, "gp", plot_write_script);
    end = written ? gnuplot_run(folder, script) : GNUPLOT_FAILED;
  }
  size_t drawn = 0;
  for (size_t i = 0; i < PICTURES; i++) drawn += collect(folder, name, pictures[i]);
  if (end == GNUPLOT_MISSING) notes_add(notes, "no pictures: gnuplot is missing (Debian: gnuplot-nox)");
  else if (written && wanted && drawn < PICTURES)
    notes_add(notes, "pictures of %s are missing: gnuplot failed; to see why: cd %s && gnuplot %s", name,
              folder, script);
  free(script);
  return written;
}

void plot_show(FILE *stream, const char *folder, const struct case_results *results) {
  char *path = xasprintf("%s/speedup-%s.txt", folder, results->name);
  FILE *file = fopen(path, "r");
  char line[512];
  while (file && fgets(line, sizeof line, file)) {
    line[strcspn(line, "\f\n")] = '\0'; /* gnuplot begins a page with a form feed */
    for (size_t end = strlen(line); end && line[end - 1] == ' ';) line[--end] = '\0';
    fprintf(stream, "%s\n", line);
  }
  if (file) fclose(file);
  free(path);
}
