/* The files that gnuplot draws. */
#ifndef BENCH_PICTURE_FILES_H
#define BENCH_PICTURE_FILES_H

#include "output/pictures/pictures.h"

/* Lets gnuplot draw STEM.svg and what other formats are wanted by STEM.gp of that folder. end: PLOT_DRAWN, or
 * why there is no such script, and then nothing is drawn. A picture that was not drawn is not left from an
 * earlier run. Returns how it ended; that gnuplot is missing or has failed is for the caller to say. */
enum plot_end picture_draw(const char *folder, const char *stem, const bool formats[PLOT_FORMATS],
                           enum plot_end end);

/* Where gnuplot is missing or has failed, adds a warning that says so and what to do. False: a file could
 * not be written. */
bool picture_check(enum plot_end end, const char *folder, const char *stem, struct text_list *warnings);

#endif
