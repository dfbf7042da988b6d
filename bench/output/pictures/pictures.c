/* Pictures of a run: which there are, their names, and drawing them into a folder. */
#include "output/pictures/pictures.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/output_file.h"
#include "output/pictures/picture_files.h"
#include "output/pictures/plot_script.h"
#include "util/xalloc.h"

static const struct kind {
  const char *prefix;
  plot_writer *data, *script;
  bool (*drawable)(const struct picture *picture);
  bool has_txt;
} kinds[PLOT_KINDS] = {
    [PLOT_OF_SPEEDUP] = {"speedup", speedup_data, speedup_script, speedup_drawable, true},
    [PLOT_OF_DETAILS] = {"details", details_data, details_script, details_drawable, false},
    [PLOT_OF_ROOFLINE] = {"roofline", roofline_data, roofline_script, roofline_drawable, false},
};

struct plot_options plot_everything(void) {
  struct plot_options options = {0};
  for (int v = 0; v < VARIANT_COUNT; v++) options.variants[v] = true;
  for (int f = 0; f < PLOT_FORMATS; f++) options.formats[f] = true;
  for (int p = 0; p < PLOT_PARTS; p++) options.parts[p] = true;
  return options;
}

void plot_stem(enum plot_kind kind, const struct case_results *results, char stem[PLOT_STEM]) {
  size_t used = (size_t)snprintf(stem, PLOT_STEM, "%s%s", kinds[kind].prefix, results ? "-" : "");
  for (const char *c = results ? results->name : ""; *c && used + 4 < PLOT_STEM; c++) {
    const bool plain = isascii(*c) && (isalnum((unsigned char)*c) || strchr("._+-", *c));
    used += (size_t)snprintf(stem + used, PLOT_STEM - used, plain ? "%c" : "=%02X", (unsigned char)*c);
  }
}

static bool write_input(const struct picture *picture, const char *folder, const char *extension,
                        plot_writer *write) {
  struct file file;
  char *name = xasprintf("%s.%s", picture->stem, extension);
  const bool begun = file_begin(&file, folder, name);
  free(name);
  if (!begun) return false;
  write(file.stream, picture);
  return file_end(&file);
}

enum plot_end plot_draw(enum plot_kind kind, const struct run_analysis *all, const struct analysis *analysis,
                        const struct plot_options *options, const char *folder) {
  const struct case_results *results = analysis ? analysis->results : NULL;
  struct picture picture = {.all = all,
                            .run = all->run,
                            .analysis = analysis,
                            .results = results,
                            .options = options,
                            .has_txt = kinds[kind].has_txt};
  plot_stem(kind, results, picture.stem);
  const bool wanted = kinds[kind].drawable(&picture);
  enum plot_end end = wanted ? PLOT_DRAWN : PLOT_NOTHING;
  if (wanted && !(write_input(&picture, folder, "dat", kinds[kind].data) &&
                  write_input(&picture, folder, "gp", kinds[kind].script)))
    end = PLOT_NOT_WRITTEN;
  bool formats[PLOT_FORMATS];
  plot_formats(&picture, formats);
  return picture_draw(folder, picture.stem, formats, end);
}

/* ---- the pictures of a run ---- */

static bool draw(enum plot_kind kind, const struct run_analysis *all, const struct analysis *analysis,
                 const char *folder, struct text_list *warnings) {
  const struct plot_options options = plot_everything();
  const enum plot_end end = plot_draw(kind, all, analysis, &options, folder);
  char stem[PLOT_STEM];
  plot_stem(kind, analysis ? analysis->results : NULL, stem);
  return picture_check(end, folder, stem, warnings);
}

bool plot_case(const struct run_analysis *all, const struct analysis *analysis, const char *folder,
               struct text_list *warnings) {
  const bool written = draw(PLOT_OF_SPEEDUP, all, analysis, folder, warnings);
  return draw(PLOT_OF_DETAILS, all, analysis, folder, warnings) && written;
}

bool plot_roofline(const struct run_analysis *all, const char *folder, struct text_list *warnings) {
  return draw(PLOT_OF_ROOFLINE, all, NULL, folder, warnings);
}

void plot_show(FILE *stream, const char *folder, const struct case_results *results) {
  char stem[PLOT_STEM], line[512];
  plot_stem(PLOT_OF_SPEEDUP, results, stem);
  char *path = xasprintf("%s/%s.txt", folder, stem);
  FILE *file = fopen(path, "r");
  while (file && fgets(line, sizeof line, file)) {
    line[strcspn(line, "\f\n")] = '\0'; /* gnuplot begins a page with a form feed */
    for (size_t end = strlen(line); end && line[end - 1] == ' ';) line[--end] = '\0';
    fprintf(stream, "%s\n", line);
  }
  if (file) fclose(file);
  free(path);
}

void plot_remove(const struct run *run, const char *folder) {
  static const char *const extensions[] = {"svg", "png", "pdf", "txt", "gp", "dat"};
  for (int kind = 0; kind < PLOT_KINDS; kind++)
    for (size_t i = 0; i < (kind == PLOT_OF_ROOFLINE ? 1 : run->count); i++) {
      char stem[PLOT_STEM];
      plot_stem((enum plot_kind)kind, kind == PLOT_OF_ROOFLINE ? NULL : &run->cases[i], stem);
      for (size_t e = 0; e < sizeof extensions / sizeof *extensions; e++) {
        char *path = xasprintf("%s/%s.%s", folder, stem, extensions[e]);
        unlink(path);
        free(path);
      }
    }
}
