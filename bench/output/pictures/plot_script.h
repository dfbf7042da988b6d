/* The pictures as gnuplot has them: numbers (.dat), and a script (.gp) that sets variables to what this case
 * is and goes on with a text that is the same for all. The script knows no law and no statistics: curves come
 * to it as points. No text from a result file is anywhere but in gnuplot_text(). */
#ifndef BENCH_PLOT_SCRIPT_H
#define BENCH_PLOT_SCRIPT_H

#include <stdio.h>

#include "analysis/case_analysis.h"
#include "output/pictures/pictures.h"

struct picture {
  char stem[PLOT_STEM];
  const struct run_analysis *all;     /* for the roofline */
  const struct run *run;              /* of which this is a picture */
  const struct analysis *analysis;    /* of the case that this is a picture of; NULL: of the whole run */
  const struct case_results *results; /* of that case; NULL */
  const struct plot_options *options;
  bool has_txt;
};
typedef void plot_writer(FILE *stream, const struct picture *picture);

plot_writer speedup_data, speedup_script, details_data, details_script, roofline_data, roofline_script;
bool speedup_drawable(const struct picture *picture);
bool details_drawable(const struct picture *picture);
bool roofline_drawable(const struct picture *picture);

/* The drawing parts of the scripts. */
extern const char drawing_begin[], drawing_header[], drawing_workers[], drawing_letters[], drawing_speedup[],
    drawing_details[], drawing_roofline[];

/* ---- what the pictures share ---- */

/* Okabe and Ito's palette, which colour-blind people can tell apart; a backend's two variants are neighbours
 * in hue. Points also differ in shape. */
struct plot_style {
  const char *color; /* RRGGBB */
  int point;         /* gnuplot's pointtype */
};
extern const struct plot_style plot_styles[VARIANT_COUNT];

/* name[index], color[index] and point[index] are those of a variant. */
void plot_variant(FILE *stream, int index, int variant);

/* Whether a measurement of the picture's case is of this variant, and has times. */
bool plot_has_times(const struct picture *picture, size_t item, int variant);

/* With the value itself for a bound that is not known. */
struct ratio plot_bounds(struct ratio ratio);

/* Whether a variant has a curve: it is parallel, was measured and is wanted. */
bool plot_has_curve(const struct picture *picture, int variant);
int plot_curves(const struct picture *picture);

/* The most workers of any time shown; 1 if there is none. */
int plot_measured(const struct picture *picture);

/* The formats of a picture. */
void plot_formats(const struct picture *picture, bool formats[PLOT_FORMATS]);

/* The beginning of a script: comments, suffix, stem, formats, size in pixels. */
void plot_begin(FILE *stream, const char *stem, int width, int height, const bool formats[PLOT_FORMATS]);

/* A variable that is a text; what is longer than so many columns is cut. */
void plot_line(FILE *stream, const char *variable, size_t columns, const char *text);

/* Comments, suffix, stem, formats, size in pixels, and the lines above a picture. */
void plot_preamble(FILE *stream, const struct picture *picture, int width, int height);

/* fits, name[], legend[], color[], point[], limit[] of the curves; cores, and whether axes are log. */
void plot_variables(FILE *stream, const struct picture *picture);

/* A block of data: a fit's law from 1 to `right` workers (as far as measured, if it has no interval) in 60
 * points, divided by the workers if `each`: workers, value, its interval. One point of NaN without a law. */
void plot_curve(FILE *stream, const struct picture *picture, const struct scaling_fit *fit, double right,
                bool each);

#endif
