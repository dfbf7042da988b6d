/* Parts of the calendar and checks of values that only the library needs. */
#ifndef TUTTI_WEATHER_DAILY_H
#define TUTTI_WEATHER_DAILY_H

#include <stdbool.h>
#include <tutti/daily.h>

/* The day of the year as in a leap year, 0 .. 365 (February 29 is 59). */
enum { DAILY_SEASONS = 366 };
int tutti_daily_season(int32_t number);

/* Values beyond these no station has seen: temperatures, and the precipitation of a day. The records are
 * -89.2 and 56.7 degrees and 1825 mm (World Meteorological Organization). */
#define DAILY_LEAST_DEGREES -90.0
#define DAILY_MOST_DEGREES  60.0
#define DAILY_MOST_MM       1900.0

/* wrong: what is wrong with a value; NULL: nothing, it is possible, or NaN. like: the unit, or the mark
 * for a missing value, that it looks like, as a question; "": none. */
typedef struct {
  const char *wrong, *like;
} daily_doubt;
daily_doubt tutti_daily_doubt_of(int variable, double value);

#endif
