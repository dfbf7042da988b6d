/* The calendar's part that only the library needs. */
#ifndef TUTTI_WEATHER_DAILY_H
#define TUTTI_WEATHER_DAILY_H

#include <stdbool.h>
#include <tutti/daily.h>

/* 0 .. 365: the day's place in a leap year. */
enum { DAILY_SEASONS = 366 };
int daily_season(int32_t number);

#endif
