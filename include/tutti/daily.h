/* Daily weather records of a station: the calendar, reading them from CSV, monthly summaries. */
#ifndef TUTTI_DAILY_H
#define TUTTI_DAILY_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>

TUTTI_BEGIN_DECLS

/* What is recorded of a day: precipitation in mm; highest and lowest temperature in degrees Celsius. */
typedef enum { TUTTI_PRECIPITATION, TUTTI_TMAX, TUTTI_TMIN, TUTTI_DAILY_VARIABLES } tutti_daily_variable;

/* The record of a station: days in a row. */
typedef struct {
  int32_t first_day; /* tutti_day_number of the first of them */
  size_t days;
  double *value[TUTTI_DAILY_VARIABLES]; /* [days] each; NaN: missing */
} tutti_daily;
typedef tutti_daily tutti_daily_t;

/* A date of the Gregorian calendar. */
typedef struct {
  int year, month, day; /* month 1 .. 12, day 1 .. 31 */
} tutti_date;
typedef tutti_date tutti_date_t;

/* The number of days from 1970-01-01 to a date. INT32_MIN for a date that does not exist or does not lie
 * in the years 1 .. 9999. Thread-safe. */
TUTTI_API int32_t tutti_day_number(tutti_date date);

/* The date that is so many days after 1970-01-01. {0} outside of the years 1 .. 9999. Thread-safe. */
TUTTI_API tutti_date tutti_day_date(int32_t number);

/* Reads a record from a CSV file. Release it with tutti_daily_free. Thread-safe for different contexts.
 *
 * - The first line names the columns: date (as 2012-01-31), precipitation, tmax and tmin, in any order;
 * others are ignored.
 * - Dates ascend. Days that are left out are missing, and so are values that are empty, NA or NaN.
 * - Fields may stand in quotation marks. A line has less than 64 KiB.
 * - Every line ends in a line feed, so that a file that was cut is noticed.
 *
 * TUTTI_ESYSTEM: the file cannot be read. TUTTI_ENOMEM. TUTTI_EINVAL: a line is malformed, or a value is
 * such as no station has seen. These are
 *
 * - precipitation below 0 or above 1900 mm, or, from 999 on, written with nines alone (999, 9999);
 * - temperatures below -90 or above 60 degrees, and tmax < tmin.
 *
 * The detail names the file, the line and the column, and what the value looks like: a mark for a missing
 * value (-99.9, 999, -9999), tenths of a unit, degrees Fahrenheit, kelvin. */
TUTTI_API tutti_status tutti_daily_read(tutti_ctx *ctx, const char *path, tutti_daily *daily);

/* Releases the arrays of a record that was read, and sets it to {0}. NULL is ignored. */
TUTTI_API void tutti_daily_free(tutti_daily *daily);

/* What the days of a calendar month, of all years, are like. NaN where there are none of them. */
typedef struct {
  double precipitation; /* mm in a whole month: the mean of its days times the mean length of such a month */
  double wet_share;     /* the share of days with more than `wet_above` */
  double tmax, tmin;    /* means */
  double tmax_sd, tmin_sd; /* standard deviations */
  size_t days;             /* days with precipitation observed */
} tutti_month;
typedef tutti_month tutti_month_t;

/* Summarises a record by calendar months: month[12], January first. A first_day that is no day of the
 * years 1 .. 9999 has no months. Same bits everywhere. Thread-safe. */
TUTTI_API void tutti_daily_months(const tutti_daily *daily, double wet_above, tutti_month *month);

TUTTI_END_DECLS

#endif
