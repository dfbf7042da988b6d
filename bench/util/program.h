/* What holds for every command: how the program begins, and how its standard output ends. */
#ifndef BENCH_PROGRAM_H
#define BENCH_PROGRAM_H

#include <stdbool.h>

/* To be called first. Whatever ends the program from then on, `--help` too: what standard output still holds
 * is written, and if not all of it could be, that is said once, and a status of 0 becomes 1. A reader that
 * has gone (`| head`) has what it wanted: that changes and says nothing. */
void program_begin(void);

/* Writes what standard output still holds. False: it cannot be written, which is not yet said. */
bool program_written(void);

#endif
