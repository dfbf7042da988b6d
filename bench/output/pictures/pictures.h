/* Pictures of a run: speedups, where the time goes, the roofline. */
#ifndef BENCH_PICTURES_H
#define BENCH_PICTURES_H

#include <stdio.h>

#include "analysis/case_analysis.h"

enum plot_format { PLOT_SVG, PLOT_PNG, PLOT_PDF, PLOT_TXT, PLOT_FORMATS }; /* txt: for the terminal */
enum plot_part { PLOT_SPEEDUP, PLOT_EFFICIENCY, PLOT_TIME, PLOT_BREAKDOWN, PLOT_ROOFLINE, PLOT_PARTS };
extern const char *const plot_format_names[PLOT_FORMATS], *const plot_part_names[PLOT_PARTS];

/* What to draw, and how. */
struct plot_options {
  bool log_x, log_y;
  const char *title; /* instead of the case and its sizes; NULL: those */
  bool variants[VARIANT_COUNT], formats[PLOT_FORMATS], parts[PLOT_PARTS];
};
struct plot_options plot_everything(void);

enum plot_kind { PLOT_OF_SPEEDUP, PLOT_OF_DETAILS, PLOT_OF_ROOFLINE, PLOT_KINDS };
enum plot_end { PLOT_DRAWN, PLOT_NOTHING, PLOT_NOT_WRITTEN, PLOT_NO_GNUPLOT, PLOT_GNUPLOT_FAILED };

/* Draws one picture in all formats asked for, into files of the folder: STEM.svg, .png, .pdf, .txt, and
 * beside them the script (.gp) and data (.dat) that gnuplot makes them from. A picture that cannot be drawn
 * is not left from an earlier run. analysis: NULL for the roofline, which is of the whole run. NOT_WRITTEN is
 * said on stderr, the others are for the caller to say. */
enum plot_end plot_draw(enum plot_kind kind, const struct run_analysis *all, const struct analysis *analysis,
                        const struct plot_options *options, const char *folder);

/* "speedup-sum", "details-sum", "roofline". What may be in a case's name but should not be in a file's is
 * there as =XX, in hexadecimal. */
enum { PLOT_STEM = 256 };
void plot_stem(enum plot_kind kind, const struct case_results *results, char stem[PLOT_STEM]);

/* speedup-CASE and details-CASE of a case that has times of a parallel variant. Where gnuplot is missing or
 * fails, adds a note that says so and what to do. False only if a file cannot be written. */
bool plot_case(const struct run_analysis *all, const struct analysis *analysis, const char *folder,
               struct text_list *warnings);

/* The same for the one roofline of a run, if it has ceilings and a case that declares its flops. */
bool plot_roofline(const struct run_analysis *all, const char *folder, struct text_list *warnings);

/* Removes the pictures of a run, with their scripts and data. */
void plot_remove(const struct run *run, const char *folder);

/* Copies the picture for the terminal, if there is one. */
void plot_show(FILE *stream, const char *folder, const struct case_results *results);

#endif
