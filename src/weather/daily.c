/* The calendar, and summaries of a record's months. */
#include <math.h>
#include <stdlib.h>
#include <tutti/daily.h>

#include "weather/daily.h"

enum {
  FIRST_YEAR = 1,
  LAST_YEAR = 9999,
  DAYS_400_YEARS = 146097,
  EPOCH = 719468 /* days from 0000-03-01 to 1970-01-01 */
};

static bool leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

static int month_days(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap(year) ? 29 : days[month - 1];
}

/* Years begin in March here, so that the leap day is the last day of a year (Hatcher, 1984). */
int32_t tutti_day_number(tutti_date d) {
  if (d.year < FIRST_YEAR || d.year > LAST_YEAR || d.month < 1 || d.month > 12 || d.day < 1 ||
      d.day > month_days(d.year, d.month))
    return INT32_MIN;
  const int year = d.year - (d.month <= 2), month = d.month <= 2 ? d.month + 9 : d.month - 3;
  return year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + d.day - 1 - EPOCH;
}

tutti_date tutti_day_date(int32_t number) {
  static const tutti_date first = {FIRST_YEAR, 1, 1}, last = {LAST_YEAR, 12, 31};
  if (number < tutti_day_number(first) || number > tutti_day_number(last)) return (tutti_date){0};
  const int day = number + EPOCH, era = day / DAYS_400_YEARS, of_era = day % DAYS_400_YEARS;
  const int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
  const int calendar_month = month < 10 ? month + 3 : month - 9;
  return (tutti_date){era * 400 + year + (calendar_month <= 2), calendar_month,
                      of_year - (153 * month + 2) / 5 + 1};
}

int tutti_daily_season(int32_t number) {
  const tutti_date d = tutti_day_date(number), new_year = {2000, 1, 1};
  return tutti_day_number((tutti_date){2000, d.month, d.day}) - tutti_day_number(new_year);
}

void tutti_daily_free(tutti_daily *daily) {
  if (!daily) return;
  for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++) free(daily->value[v]);
  *daily = (tutti_daily){0};
}

typedef struct {
  double sum, squares; /* of deviations from the first value, so that no digits cancel */
  double first;
  size_t n;
} spread;

static void add(spread *s, double x) {
  if (isnan(x)) return;
  if (s->n++ == 0) s->first = x;
  s->sum += x - s->first;
  s->squares += (x - s->first) * (x - s->first);
}
static double mean_of(const spread *s) { return s->n ? s->first + s->sum / (double)s->n : NAN; }
static double sd_of(const spread *s) {
  const double n = (double)s->n;
  return s->n > 1 ? sqrt(fmax(s->squares - s->sum * (s->sum / n), 0) / (n - 1)) : NAN;
}

void tutti_daily_months(const tutti_daily *daily, double wet_above, tutti_month *month) {
  static const double length[] = {31, 28.2425, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  spread of[12][TUTTI_DAILY_VARIABLES] = {0};
  size_t wet[12] = {0};
  tutti_date date = tutti_day_date(daily->first_day);
  for (size_t d = 0; d < daily->days && date.month; d++) {
    const int m = date.month - 1;
    for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++) add(&of[m][v], daily->value[v][d]);
    wet[m] += daily->value[TUTTI_PRECIPITATION][d] > wet_above;
    if (++date.day > month_days(date.year, date.month)) {
      date.day = 1;
      date.month = date.month % 12 + 1;
      date.year += date.month == 1;
    }
  }
  for (int m = 0; m < 12; m++) {
    const spread *s = of[m];
    month[m] = (tutti_month){length[m] * mean_of(&s[TUTTI_PRECIPITATION]),
                             (double)wet[m] / (double)s[TUTTI_PRECIPITATION].n,
                             mean_of(&s[TUTTI_TMAX]),
                             mean_of(&s[TUTTI_TMIN]),
                             sd_of(&s[TUTTI_TMAX]),
                             sd_of(&s[TUTTI_TMIN]),
                             s[TUTTI_PRECIPITATION].n};
  }
}
