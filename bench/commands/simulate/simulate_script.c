/* How the scripts of both pictures of a simulation begin. */
#include <stdlib.h>

#include "commands/simulate/simulate_output.h"
#include "output/pictures/plot_script.h"
#include "util/xalloc.h"

const bool simulate_formats[PLOT_FORMATS] = {[PLOT_SVG] = true, [PLOT_PNG] = true, [PLOT_PDF] = true};

void picture_begin(FILE *stream, const struct study *study, const char *kind, int height, const char *title,
                   const char *subtitle, const char *third) {
  char *stem = xasprintf("%s-%s", kind, study->name);
  plot_begin(stream, stem, 1200, height, simulate_formats);
  plot_line(stream, "title", 118, title);
  plot_line(stream, "machine", 150, subtitle);
  plot_line(stream, "rounds", 150, third);
  plot_line(stream, "trouble", 150, "");
  free(stem);
}
