/* The calendar's part that only the library needs. */
#ifndef TUTTI_WEATHER_DAILY_H
#define TUTTI_WEATHER_DAILY_H

#include <stdbool.h>
#include <tutti/daily.h>

/* 0 .. 365: the day's place in a leap year. */
enum { DAILY_SEASONS = 366 };
int daily_season(int32_t number);

/* What no station has seen: temperatures beyond these, or more precipitation in a day. The records are -89.2,
 * 56.7 and 1825 (World Meteorological Organization). */
#define DAILY_LEAST_DEGREES -90.0
#define DAILY_MOST_DEGREES  60.0
#define DAILY_MOST_MM       1900.0

/* What is wrong with a value, NULL: nothing, it can be or is NaN; and the unit or the mark of a missing value
 * it looks like, as a question, "": none. */
typedef struct {
  const char *wrong, *like;
} daily_doubt;
daily_doubt daily_doubt_of(int variable, double value);

#endif
