/* What the examples share, so that each of them can show one thing: numbers read from the command line,
 * errors reported, output checked.
 *
 * An example defines PROGRAM, its name, and includes this file. Status: 0 all went well, 1 something failed
 * (standard error says what), 2 the command line is wrong. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tutti/tutti.h>

enum { EXIT_USAGE = 2 };

/* Prints the usage and ends the program, if there are fewer than `least` or more than `most` arguments, or if
 * the first one is --help. */
static inline void check_usage(int argc, char **argv, int least, int most, const char *arguments) {
  const bool help = argc == 2 && strcmp(argv[1], "--help") == 0;
  if (!help && argc - 1 >= least && argc - 1 <= most) return;
  if (argc - 1 > most) fprintf(stderr, PROGRAM ": one argument too many: '%s'\n", argv[most + 1]);
  fprintf(help ? stdout : stderr, "usage: " PROGRAM " %s\n", arguments);
  exit(help ? EXIT_SUCCESS : EXIT_USAGE);
}

/* Reads the whole number `text`, from `least` to `most`. If it is something else, says so and returns false.
 * name: what the number is called in the usage. */
static inline bool read_count(const char *name, const char *text, uint64_t least, uint64_t most,
                              uint64_t *value) {
  char *end;
  errno = 0;
  *value = strtoull(text, &end, 10);
  if (isdigit((unsigned char)*text) && *end == 0 && errno == 0 && *value >= least && *value <= most)
    return true;
  fprintf(stderr, PROGRAM ": %s '%s': a whole number from %" PRIu64 " to %" PRIu64 " is needed\n", name, text,
          least, most);
  return false;
}

/* The same for a number with a fraction. */
static inline bool read_number(const char *name, const char *text, double least, double most, double *value) {
  char *end;
  *value = strtod(text, &end);
  if (end != text && *end == 0 && *value >= least && *value <= most) return true;
  fprintf(stderr, PROGRAM ": %s '%s': a number from %g to %g is needed\n", name, text, least, most);
  return false;
}

/* Did this call of the library fail? If so, prints why. ctx: the context of the call; NULL: the default one.
 */
static inline bool failed(const tutti_ctx *ctx, tutti_status status) {
  if (status != TUTTI_OK)
    fprintf(stderr, PROGRAM ": %s: %s\n", tutti_strerror(status), tutti_error_detail(ctx));
  return status != TUTTI_OK;
}

/* Opens a file for writing, or says why not and returns NULL. */
static inline FILE *open_output(const char *name) {
  FILE *file = fopen(name, "w");
  if (!file) fprintf(stderr, PROGRAM ": %s: %s\n", name, strerror(errno));
  return file;
}

/* Closes a file that was written to. If something did not arrive in it (a full disk), says so and returns
 * false. */
static inline bool close_output(FILE *file, const char *name) {
  const bool lost = ferror(file) != 0;
  errno = 0;
  if (fclose(file) == 0 && !lost) return true;
  fprintf(stderr, PROGRAM ": %s: %s\n", name, errno ? strerror(errno) : "not everything could be written");
  return false;
}

/* The status to end with. good: everything went well so far; what was printed has to have arrived, too. */
static inline int exit_status(bool good) {
  return close_output(stdout, "standard output") && good ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
