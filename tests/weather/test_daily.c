/* Daily records: the calendar against the C library's, files that are right in odd ways and wrong in all, and
 * monthly summaries against numbers worked out by hand. */
#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../support/testing.h"

Test(daily, counts_the_days_as_the_c_library_does) {
  for (int year = 1; year <= 9999; year++)
    for (int month = 1; month <= 12; month++)
      for (int day = 1; day <= 28; day += 27) {
        struct tm t = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
        const int32_t number = tutti_day_number((tutti_date){year, month, day});
        cr_assert(number == timegm(&t) / 86400, "%d-%d-%d: %d", year, month, day, number);
        const tutti_date back = tutti_day_date(number);
        cr_assert(back.year == year && back.month == month && back.day == day, "%d", number);
      }
}

Test(daily, every_day_has_a_date_and_every_date_a_number) {
  const int32_t first = tutti_day_number((tutti_date){1, 1, 1}),
                last = tutti_day_number((tutti_date){9999, 12, 31});
  cr_assert(last - first + 1 ==
            3652059); /* 24 times 146097 and 399 years with 97 - 1 leap days less one day */
  for (int32_t n = first; n <= last; n++) cr_assert(tutti_day_number(tutti_day_date(n)) == n, "%d", n);
  cr_assert(tutti_day_date(first - 1).month == 0 && tutti_day_date(last + 1).month == 0);
}

Test(daily, a_date_that_does_not_exist_has_no_number) {
  static const tutti_date none[] = {{2015, 2, 29}, {1900, 2, 29}, {2012, 2, 30}, {2012, 4, 31},
                                    {2012, 13, 1}, {2012, 0, 1},  {2012, 1, 0},  {2012, 1, 32},
                                    {0, 12, 31},   {10000, 1, 1}};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    cr_assert(tutti_day_number(none[i]) == INT32_MIN, "%zu", i);
  cr_assert(tutti_day_number((tutti_date){2000, 2, 29}) == 11016);
}

/* -- files -- */

static tutti_status read_bytes(const char *bytes, size_t n, tutti_daily *daily) {
  char path[] = "/tmp/tutti-daily-XXXXXX";
  const int file = mkstemp(path);
  cr_assert(file >= 0 && write(file, bytes, n) == (ssize_t)n && close(file) == 0);
  const tutti_status status = tutti_daily_read(NULL, path, daily);
  unlink(path);
  return status;
}

static void expect_days(const char *text, int32_t first, size_t days, const double *expected /* days x 3 */) {
  tutti_daily d;
  cr_assert(read_bytes(text, strlen(text), &d) == TUTTI_OK, "%s", tutti_error_detail(NULL));
  cr_assert(d.first_day == first && d.days == days, "%d, %zu days", d.first_day, d.days);
  for (size_t t = 0; t < days; t++)
    for (int v = 0; v < 3; v++) {
      const double got = d.value[v][t], want = expected[3 * t + (size_t)v];
      cr_assert(got == want || (isnan(got) && isnan(want)), "day %zu, %d: %g", t, v, got);
    }
  tutti_daily_free(&d);
  cr_assert(d.days == 0 && !d.value[0]);
}

Test(daily, reads_what_is_there_and_marks_what_is_not) {
  expect_days(
      "date,precipitation,tmax,tmin\n2012-02-28,0.0,12.8,5.0\n2012-02-29,1e1,-3,-4.5\n2012-03-03,,NA,nan\n",
      15398, 5, (const double[]){0, 12.8, 5, 10, -3, -4.5, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN});
}

Test(daily, other_orders_columns_quotes_and_line_ends) {
  expect_days(
      "\xef\xbb\xbf\"tmin\", wind ,tmax,date,precipitation\r\n\"1.5\",x,2,\"1999-12-31\",0.25\r\n\r\n", 10956,
      1, (const double[]){0.25, 2, 1.5});
}

Test(daily, quoted_fields) {
  expect_days(
      "date,\"name, \"\"of\"\" it\",precipitation,tmax,tmin\n2012-01-01,\"SEATTLE, WA US\",0,\" 2 \",1\n",
      15340, 1, (const double[]){0, 2, 1});
  tutti_daily d;
  const char inside[] = "date,\"a,tmax,b\",precipitation,tmin\n2012-01-01,\"1,5,9\",0,1\n";
  testing_expect(NULL, read_bytes(inside, strlen(inside), &d), TUTTI_EINVAL, "no column of this name: 'tmax'",
                 "");
  const char open_mark[] = "date,precipitation,tmax,tmin\n2012-01-01,\"0,5,9\n";
  testing_expect(NULL, read_bytes(open_mark, strlen(open_mark), &d), TUTTI_EINVAL,
                 "line 2, column 2: quotation marks", "");
  const char after_mark[] = "date,precipitation,tmax,tmin\n2012-01-01,\"0\"1,5,2\n";
  testing_expect(NULL, read_bytes(after_mark, strlen(after_mark), &d), TUTTI_EINVAL,
                 "line 2, column 2: quotation marks", "");
}

/* A line of any length is read up to a limit and refused beyond, so that no line can take all memory. */
Test(daily, a_line_that_does_not_end) {
  enum { LONG = 70000 };
  char *text = malloc(LONG);
  tutti_daily d;
  const int head = snprintf(text, LONG, "date,precipitation,tmax,tmin\n2012-01-01,0,2,1\n2012-01-02,0,2,");
  memset(text + head, ' ', (size_t)(LONG - head));
  text[LONG - 1] = '\n';
  testing_expect(NULL, read_bytes(text, LONG, &d), TUTTI_EINVAL, "line 3: it has more than 65 535 bytes", "");
  testing_expect(NULL, tutti_daily_read(NULL, "/dev/zero", &d), TUTTI_EINVAL, "line 1: a byte 0: not a text",
                 "");
  free(text);
}

Test(daily, a_malformed_line_is_named) {
  static const struct {
    const char *text, *detail;
  } bad[] = {
      {"", "it is empty"},
      {"date,precipitation,tmax,tmin\n", "no day in it"},
      {"date,precipitation,tmax\n", "line 1: no column of this name: 'tmin'"},
      {"date,tmax,precipitation,tmax,tmin\n", "line 1, column 4: a second column of this name: 'tmax'"},
      {"date,precipitation,tmax,tmin\n2012-01-01,0,1\n", "line 2, column 4: 3 columns where line 1 has 4"},
      {"date,precipitation,tmax,tmin\n2012-01-01,0,1,0,7\n",
       "line 2, column 5: 5 columns where line 1 has 4"},
      {"date,precipitation,tmax,tmin\n2012-01-01,0,2,1\n2012-01-02,0,1x,0\n",
       "line 3, column 3: no number: '1x'"},
      {"date,precipitation,tmax,tmin\n2012-01-01,0x1p3,1,0\n", "line 2, column 2: no number: '0x1p3'"},
      {"date,precipitation,tmax,tmin\n2012-01-01,inf,1,0\n", "line 2, column 2: no number: 'inf'"},
      {"date,precipitation,tmax,tmin\n2012-01-01,-0.1,1,0\n", "column 2: precipitation below 0: '-0.1'"},
      {"date,precipitation,tmax,tmin\n2012-01-01,0,1,-999\n",
       "column 4: no temperature of this planet: '-999'"},
      {"date,precipitation,tmax,tmin\n2012-01-01,0,1,1.1\n", "column 3: tmax below tmin: '1'"},
      {"date,precipitation,tmax,tmin\n2012-1-1,0,1,0\n", "column 1: no date like 2012-01-31: '2012-1-1'"},
      {"date,precipitation,tmax,tmin\n2012-01-011,0,1,0\n", "column 1: no date like 2012-01-31"},
      {"date,precipitation,tmax,tmin\n2013-02-29,0,1,0\n", "column 1: no such date: '2013-02-29'"},
      {"date,precipitation,tmax,tmin\n2012-01-02,0,1,0\n2012-01-02,0,1,0\n",
       "line 3, column 1: not after the date"},
      {"date,precipitation,tmax,tmin\n2012-01-02,0,1,0\n2012-01-01,0,1,0\n",
       "line 3, column 1: not after the date"},
      {"date,precipitation,tmax,tmin\n2012-01-02,0,10,0", "line 2: the last line has no end"},
  };
  tutti_daily d = {.days = 77};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    testing_expect(NULL, read_bytes(bad[i].text, strlen(bad[i].text), &d), TUTTI_EINVAL, bad[i].detail,
                   bad[i].text);
    cr_assert(d.days == 77);
  }
  testing_expect(NULL, read_bytes("date\0,precipitation,tmax,tmin\n", 30, &d), TUTTI_EINVAL, "not a text",
                 "a byte 0");
  testing_expect(NULL, tutti_daily_read(NULL, "/nowhere/x.csv", &d), TUTTI_ESYSTEM,
                 "/nowhere/x.csv: No such file", "");
  testing_expect(NULL, tutti_daily_read(NULL, "/tmp", &d), TUTTI_ESYSTEM, "/tmp: ", "a folder");
  testing_expect(NULL, tutti_daily_read(NULL, NULL, &d), TUTTI_EINVAL, "path is NULL", "");
  testing_expect(NULL, tutti_daily_read(NULL, "/tmp/x", NULL), TUTTI_EINVAL, "daily is NULL", "");
}

/* Beyond what any station has seen, and what it looks like; the records themselves can be read. */
Test(daily, an_impossible_value_is_told_for_what_it_looks_like) {
  static const struct {
    const char *precipitation, *tmax, *tmin, *detail;
  } bad[] = {
      {"-999", "2", "1", "precipitation below 0: '-999': a mark of a missing value?"},
      {"-9999.0", "2", "1", "precipitation below 0: '-9999.0': a mark"},
      {"999.9", "2", "1", "column 2: no precipitation of a day: '999.9': a mark"},
      {"9999", "2", "1", "no precipitation of a day: '9999': a mark"},
      {"1e20", "2", "1", "no precipitation of a day: '1e20': a mark"},
      {"1901.5", "2", "1", "no precipitation of a day: '1901.5'"},
      {"2345", "2", "1", "no precipitation of a day: '2345': tenths of a millimetre?"},
      {"0", "-99.9", "-99.9", "column 3: no temperature of this planet: '-99.9': a mark of a missing value?"},
      {"0", "999", "1", "'999': a mark"},
      {"0", "2", "-9999", "column 4: no temperature of this planet: '-9999': a mark"},
      {"0", "9999.9", "1", "'9999.9': a mark"},
      {"0", "99.99", "1", "'99.99': a mark"},
      {"0", "2", "-32768", "'-32768': a mark"},
      {"0", "75", "50", "'75': degrees Fahrenheit, or tenths of a degree?"},
      {"0", "75.2", "50", "'75.2': degrees Fahrenheit?"},
      {"0", "2", "-111", "'-111': degrees Fahrenheit, or tenths"},
      {"0", "211", "150", "'211': kelvin, or tenths of a degree?"},
      {"0", "288.15", "280", "'288.15': kelvin?"},
      {"0", "401", "380", "'401': tenths of a degree?"},
      {"0", "2", "-215", "'-215': tenths of a degree?"},
      {"0", "60.1", "1", "no temperature of this planet: '60.1'"},
      {"0", "1", "-90.1", "no temperature of this planet: '-90.1'"},
      {"0", "601.5", "1", "no temperature of this planet: '601.5'"},
  };
  char text[128];
  tutti_daily d;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const int n = snprintf(text, sizeof text, "date,precipitation,tmax,tmin\n2012-01-01,%s,%s,%s\n",
                           bad[i].precipitation, bad[i].tmax, bad[i].tmin);
    testing_expect(NULL, read_bytes(text, (size_t)n, &d), TUTTI_EINVAL, bad[i].detail, bad[i].detail);
  }
  expect_days("date,precipitation,tmax,tmin\n2012-01-01,1825,60,-90\n2012-01-02,99.9,56.7,-89.2\n", 15340, 2,
              (const double[]){1825, 60, -90, 99.9, 56.7, -89.2});
}

/* Cut anywhere, the file is refused, unless a line ends there: then it has these lines' days. */
Test(daily, a_file_that_was_cut_is_noticed) {
  const char text[] = "date,precipitation,tmax,tmin\n2012-01-01,0.0,12.8,5.0\n2012-01-02,10.9,10.6,2.8\n";
  for (size_t n = 0; n < sizeof text; n++) {
    tutti_daily d = {0};
    size_t lines = 0;
    for (size_t i = 0; i < n; i++) lines += text[i] == '\n';
    const bool whole = lines > 1 && text[n - 1] == '\n';
    cr_assert((read_bytes(text, n, &d) == TUTTI_OK) == whole, "%zu bytes", n);
    if (whole) cr_assert(d.days == lines - 1);
    tutti_daily_free(&d);
  }
}

/* -- months -- */

Test(daily, months_are_summed_up) {
  enum { DAYS = 60 };
  double value[3][DAYS];
  for (int t = 0; t < DAYS; t++) {
    value[0][t] = t % 2 ? 3 : 0.5;
    value[1][t] = 1e9 + t % 2;
    value[2][t] = t < 31 ? (double)NAN : (double)t;
  }
  const tutti_daily d = {tutti_day_number((tutti_date){2012, 1, 1}), DAYS, {value[0], value[1], value[2]}};
  tutti_month m[12];
  tutti_daily_months(&d, 0.5, m);
  cr_assert(m[0].days == 31 && m[1].days == 29 && m[2].days == 0);
  cr_assert(fabs(m[0].precipitation - (15 * 3 + 16 * 0.5)) < 1e-12);
  cr_assert(fabs(m[1].precipitation - 28.2425 / 29 * (15 * 3 + 14 * 0.5)) < 1e-12, "%.17g",
            m[1].precipitation);
  cr_assert(m[0].wet_share == 15. / 31 && m[1].wet_share == 15. / 29);
  cr_assert(fabs(m[0].tmax - 1e9 - 15. / 31) < 2e-7);
  cr_assert(fabs(m[0].tmax_sd - sqrt(15. * 16 / 31 / 30)) < 1e-12, "%.17g", m[0].tmax_sd);
  cr_assert(isnan(m[0].tmin) && m[1].tmin == 45 && fabs(m[1].tmin_sd - sqrt(29. * 30 / 12)) < 1e-12);
  cr_assert(isnan(m[2].precipitation) && isnan(m[2].wet_share));
}
