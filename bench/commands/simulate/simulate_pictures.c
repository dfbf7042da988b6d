/* The pictures of a simulation: their files. */
#include <stdlib.h>

#include "commands/simulate/simulate_output.h"
#include "output/output_file.h"
#include "output/pictures/picture_files.h"
#include "output/pictures/plot_script.h"
#include "util/xalloc.h"

typedef void writer(FILE *stream, const struct study *study);

static const bool formats[PLOT_FORMATS] = {[PLOT_SVG] = true, [PLOT_PNG] = true, [PLOT_PDF] = true};

void picture_begin(FILE *stream, const struct study *study, const char *kind, int height, const char *title,
                   const char *subtitle, const char *third) {
  char *stem = xasprintf("%s-%s", kind, study->name);
  plot_begin(stream, stem, 1200, height, formats);
  plot_line(stream, "title", 118, title);
  plot_line(stream, "machine", 150, subtitle);
  plot_line(stream, "rounds", 150, third);
  plot_line(stream, "trouble", 150, "");
  free(stem);
}

static bool write_input(const struct study *study, const char *stem, const char *extension, writer *write) {
  struct file file;
  char *name = xasprintf("%s.%s", stem, extension);
  const bool begun = file_begin(&file, study->options->folder, name);
  free(name);
  if (!begun) return false;
  write(file.stream, study);
  return file_end(&file);
}

static bool draw(struct study *study, const char *kind, writer *data, writer *script) {
  char *stem = xasprintf("%s-%s", kind, study->name);
  const bool written = write_input(study, stem, "dat", data) && write_input(study, stem, "gp", script);
  const enum plot_end end =
      picture_draw(study->options->folder, stem, formats, written ? PLOT_DRAWN : PLOT_NOT_WRITTEN);
  const bool good = picture_check(end, study->options->folder, stem, &study->warnings);
  free(stem);
  return good;
}

bool simulate_pictures(struct study *study) {
  return draw(study, "simulate", curves_data, curves_script) &&
         draw(study, "gantt", gantt_data, gantt_script);
}
