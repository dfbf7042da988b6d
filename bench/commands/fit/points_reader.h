/* What the two readers of points share: one reads tables, the other results.json. */
#ifndef BENCH_POINTS_READER_H
#define BENCH_POINTS_READER_H

#include "commands/fit/points.h"

struct points_reader {
  const char *name; /* of the file, for messages */
  const struct points_choice *choice;
  char *error; /* [size] */
  size_t size;
};

/* Both read all of a text of `length` bytes. False: the reason is in reader->error. */
bool points_from_table(const struct points_reader *reader, const char *text, size_t length,
                       struct points *points);
bool points_from_results(const struct points_reader *reader, const char *text, size_t length,
                         struct points *points);

/* False: there are MOST_POINTS already. */
bool points_add(struct points *points, double workers, double value);

/* Sets the error to "NAME:LINE: 'value' what", without the line where it is 0, without the value where it is
 * NULL. Returns false. */
bool points_complain(const struct points_reader *reader, size_t line, const char *value, const char *what);

/* Sets the error to a text that names the file already. Returns false. */
bool points_fail(const struct points_reader *reader, const char *text);

#endif
