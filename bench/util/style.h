/* Colours on a terminal. */
#ifndef BENCH_STYLE_H
#define BENCH_STYLE_H

#include <stdbool.h>
#include <stdio.h>

enum style { STYLE_PLAIN, STYLE_STRONG, STYLE_GOOD, STYLE_BAD, STYLE_WARNING };
enum style_when { STYLE_AUTO, STYLE_ALWAYS, STYLE_NEVER };

/* When stdout is coloured; auto: where it is a terminal, and neither NO_COLOR is set nor TERM is dumb. */
void style_choose(enum style_when when);

/* "auto", "always" or "never"; false for another text. */
bool style_parse(const char *text, enum style_when *when);

/* The escape sequence that begins a style on a stream: "" for files, and where there are no colours. */
const char *style(FILE *stream, enum style kind);

#endif
