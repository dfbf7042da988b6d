/* What `simulate` prints, writes and draws. */
#ifndef BENCH_SIMULATE_OUTPUT_H
#define BENCH_SIMULATE_OUTPUT_H

#include <jansson.h>
#include <stdio.h>

#include "commands/simulate/study.h"

void simulate_table(FILE *stream, const struct study *study);
void simulate_explanation(FILE *stream); /* how to read it, once */
json_t *simulate_json(const struct study *study);

/* The data and the script of a picture, for gnuplot. A script begins with picture_begin, which gives it the
 * three lines above the picture, and goes on with drawing_begin and drawing_header of plot_script.h. */
void picture_begin(FILE *stream, const struct study *study, const char *kind, int height, const char *title,
                   const char *subtitle, const char *third);
void curves_data(FILE *stream, const struct study *study);
void curves_script(FILE *stream, const struct study *study);
void gantt_data(FILE *stream, const struct study *study);
void gantt_script(FILE *stream, const struct study *study);

/* simulate-NAME and gantt-NAME .svg, .png and .pdf, with script and data beside them. Where gnuplot is
 * missing or fails, adds a warning. False only if a file cannot be written. */
bool simulate_pictures(struct study *study);

#endif
