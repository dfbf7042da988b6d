/* Daily weather records of a station: the calendar, reading them from CSV, monthly summaries. */
#ifndef TUTTI_DAILY_H
#define TUTTI_DAILY_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>

TUTTI_BEGIN_DECLS

/* precipitation in mm; highest and lowest temperature in degrees Celsius */
typedef enum { TUTTI_PRECIPITATION, TUTTI_TMAX, TUTTI_TMIN, TUTTI_DAILY_VARIABLES } tutti_daily_variable;

/* A station's days in a row. */
typedef struct {
  int32_t first_day; /* tutti_day_number of the first of them */
  size_t days;
  double *value[TUTTI_DAILY_VARIABLES]; /* [days] each; NaN: missing */
} tutti_daily;

typedef struct {
  int year, month, day; /* month 1 .. 12, day 1 .. 31 */
} tutti_date;

/* Days since 1970-01-01 in the Gregorian calendar, and back. A date that does not exist, or is not of the
 * years 1 .. 9999, is INT32_MIN; a number that is not of them has the date {0}. Thread-safe. */
TUTTI_API int32_t tutti_day_number(tutti_date date);
TUTTI_API tutti_date tutti_day_date(int32_t number);

/* Reads a record from a CSV file. Its first line names the columns: date (2012-01-31), precipitation, tmax
 * and tmin, in any order, and others that are passed over. The dates go upwards; days left out are missing,
 * as are values that are empty, NA or NaN. Fields may stand in quotation marks. A line has less than 64 KiB.
 * Every line ends in a line feed, so that a file that was cut is noticed. TUTTI_ESYSTEM: the file cannot be
 * read. TUTTI_EINVAL: a line is malformed, or a value such as no station has seen (precipitation below 0,
 * beyond 1900 mm or of nines alone from 999 on; temperatures beyond -90 and 60 degrees; tmax < tmin); the
 * detail names the file, the line and the column, and what the value looks like: a mark of a missing value
 * (-99.9, 999, -9999), tenths, degrees Fahrenheit, kelvin. TUTTI_ENOMEM. Release what was read with
 * tutti_daily_free. Thread-safe for different contexts. */
TUTTI_API tutti_status tutti_daily_read(tutti_ctx *ctx, const char *path, tutti_daily *daily);
TUTTI_API void tutti_daily_free(tutti_daily *daily); /* leaves {0}; NULL is ignored */

/* What the days of a calendar month, of all years, are like. NaN where there are none of them. */
typedef struct {
  double precipitation; /* mm of a whole month: the mean of its days times the mean length of such a month */
  double wet_share;     /* of days with more than `wet_above` */
  double tmax, tmin;    /* means */
  double tmax_sd, tmin_sd;
  size_t days; /* with precipitation observed */
} tutti_month;

/* month[12]: January first. A first_day that is no day has no months. Same bits everywhere. Thread-safe. */
TUTTI_API void tutti_daily_months(const tutti_daily *daily, double wet_above, tutti_month *month);

TUTTI_END_DECLS

#endif
