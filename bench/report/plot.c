#include "report/plot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "report/file.h"
#include "report/gnuplot.h"
#include "report/plot_script.h"

static const char *const pictures[] = {"svg", "png", "txt"};
enum { PICTURES = sizeof pictures / sizeof *pictures };

static bool write_input(const struct report *report, size_t index, const char *extension,
                        void (*write)(FILE *, const struct report *, size_t)) {
  struct file file;
  char name[128];
  snprintf(name, sizeof name, "speedup-%s.%s", report->cases[index].bench->name, extension);
  if (!file_begin(&file, report->options->output, name)) return false;
  write(file.stream, report, index);
  return file_end(&file);
}

/* Renames what gnuplot has drawn. A picture it has not drawn must not stay from an earlier run. */
static bool collect(const struct report *report, const char *name, const char *extension) {
  char *path = xasprintf("%s/speedup-%s.%s", report->options->output, name, extension);
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

bool plot_case(struct report *report, size_t index) {
  const char *name = report->cases[index].bench->name, *folder = report->options->output;
  const bool wanted = drawable(&report->analyses[index]);
  char *script = xasprintf("speedup-%s.gp", name);
  enum gnuplot_end end = GNUPLOT_DONE;
  bool written = true;
  if (wanted) {
    written = write_input(report, index, "dat", plot_write_data) &&
              write_input(report, index, "gp", plot_write_script);
    end = written ? gnuplot_run(folder, script) : GNUPLOT_FAILED;
  }
  size_t drawn = 0;
  for (size_t i = 0; i < PICTURES; i++) drawn += collect(report, name, pictures[i]);
  if (end == GNUPLOT_MISSING)
    notes_add(&report->notes, "no pictures: gnuplot is missing (Debian: gnuplot-nox)");
  else if (written && wanted && drawn < PICTURES)
    notes_add(&report->notes, "pictures of %s are missing: gnuplot failed; to see why: cd %s && gnuplot %s",
              name, folder, script);
  free(script);
  return written;
}

void plot_show(FILE *stream, const struct report *report, size_t index) {
  char *path = xasprintf("%s/speedup-%s.txt", report->options->output, report->cases[index].bench->name);
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
