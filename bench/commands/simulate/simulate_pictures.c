#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/simulate/simulate_output.h"
#include "output/output_file.h"
#include "output/pictures/gnuplot.h"
#include "util/xalloc.h"

typedef void writer(FILE *stream, const struct study *study, const struct view *view);

static bool write_input(const struct study *study, const struct view *view, const char *stem,
                        const char *extension, writer *write) {
  struct file file;
  char *name = xasprintf("%s-%s.%s", stem, study->name, extension);
  const bool begun = file_begin(&file, view->folder, name);
  free(name);
  if (!begun) return false;
  if (strcmp(extension, "gp") == 0)
    fprintf(file.stream,
            "# Draws %s-%s.svg, .png and .pdf from %s-%s.dat. To draw again: gnuplot %s-%s.gp\n"
            "if (!exists(\"suffix\")) suffix = \"\"\nstem = \"%s-%s\"\n",
            stem, study->name, stem, study->name, stem, study->name, stem, study->name);
  write(file.stream, study, view);
  return file_end(&file);
}

/* Renames what gnuplot has drawn. A picture it has not drawn must not stay from an earlier run. */
static bool collect(const struct study *study, const struct view *view, const char *stem,
                    const char *extension) {
  char *path = xasprintf("%s/%s-%s.%s", view->folder, stem, study->name, extension);
  char *drawn = xasprintf("%s.tmp", path);
  const bool there = rename(drawn, path) == 0;
  if (!there) unlink(path);
  free(drawn);
  free(path);
  return there;
}

static bool draw(struct study *study, const struct view *view, const char *stem, writer *data,
                 writer *script) {
  if (!write_input(study, view, stem, "dat", data) || !write_input(study, view, stem, "gp", script))
    return false;
  char *name = xasprintf("%s-%s.gp", stem, study->name);
  const enum gnuplot_end end = gnuplot_run(view->folder, name);
  bool drawn = collect(study, view, stem, "svg");
  drawn &= collect(study, view, stem, "png");
  drawn &= collect(study, view, stem, "pdf");
  if (end == GNUPLOT_MISSING)
    text_list_add(&study->warnings, "no pictures: gnuplot is missing (Debian: gnuplot-nox)");
  else if (!drawn)
    text_list_add(&study->warnings,
                  "pictures of %s are missing: gnuplot failed; to see why: cd %s && gnuplot %s", study->name,
                  view->folder, name);
  free(name);
  return true;
}

bool simulate_pictures(struct study *study, const struct view *view) {
  return draw(study, view, "simulate", curves_data, curves_script) &&
         draw(study, view, "gantt", gantt_data, gantt_script);
}
