/* The files that gnuplot draws. */
#include "output/pictures/picture_files.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/pictures/gnuplot.h"
#include "util/xalloc.h"

static enum plot_end run_script(const char *folder, const char *stem) {
  char *script = xasprintf("%s.gp", stem);
  const enum gnuplot_end end = gnuplot_run(folder, script);
  free(script);
  return end == GNUPLOT_DONE ? PLOT_DRAWN : end == GNUPLOT_MISSING ? PLOT_NO_GNUPLOT : PLOT_GNUPLOT_FAILED;
}

/* gnuplot does not tell when the disk is full: what it has drawn then lacks its end. */
static bool is_whole(const char *path, const char *extension) {
  static const char *const ends[][2] = {{"svg", "</svg>"}, {"png", "IEND"}, {"pdf", "%%EOF"}, {"txt", "\n"}};
  char tail[33] = "";
  FILE *file = fopen(path, "r");
  if (!file) return false;
  size_t length = 0;
  if (fseek(file, -32, SEEK_END) == 0 || fseek(file, 0, SEEK_SET) == 0) length = fread(tail, 1, 32, file);
  fclose(file);
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    if (strcmp(ends[i][0], extension) == 0)
      return memmem(tail, length, ends[i][1], strlen(ends[i][1])) != NULL;
  return length > 0;
}

/* Renames what gnuplot has drawn. A picture it has not drawn must not stay from an earlier run. */
static bool collect(const char *folder, const char *stem, const char *extension) {
  char *path = xasprintf("%s/%s.%s", folder, stem, extension);
  char *drawn = xasprintf("%s.tmp", path);
  const bool there = is_whole(drawn, extension) && rename(drawn, path) == 0;
  if (!there) {
    unlink(drawn);
    unlink(path);
  }
  free(drawn);
  free(path);
  return there;
}

enum plot_end picture_draw(const char *folder, const char *stem, const bool formats[PLOT_FORMATS],
                           enum plot_end end) {
  if (end == PLOT_DRAWN) end = run_script(folder, stem);
  for (int f = 0; f < PLOT_FORMATS; f++)
    if (formats[f] && !collect(folder, stem, plot_format_names[f]) && end == PLOT_DRAWN)
      end = PLOT_GNUPLOT_FAILED;
  return end;
}

bool picture_check(enum plot_end end, const char *folder, const char *stem, struct text_list *warnings) {
  if (end == PLOT_NO_GNUPLOT)
    text_list_add(warnings, "no pictures: gnuplot is missing (Debian: gnuplot-nox)");
  if (end == PLOT_GNUPLOT_FAILED)
    text_list_add(warnings, "pictures %s are missing: gnuplot failed; to see why: cd %s && gnuplot %s.gp",
                  stem, folder, stem);
  return end != PLOT_NOT_WRITTEN;
}
