/* Escape sequences of colours, on a terminal only. */
#include "util/style.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool colored;

void style_choose(enum style_when when) {
  const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
  const bool wanted = !(none && *none) && terminal && strcmp(terminal, "dumb") != 0;
  colored = when == STYLE_ALWAYS || (when == STYLE_AUTO && wanted && isatty(STDOUT_FILENO));
}

bool style_parse(const char *text, enum style_when *when) {
  static const char *const names[] = {"auto", "always", "never"};
  for (int i = 0; i < 3; i++) {
    if (strcmp(text, names[i]) != 0) continue;
    *when = (enum style_when)i;
    return true;
  }
  return false;
}

const char *style(FILE *stream, enum style kind) {
  static const char *const codes[] = {"\033[0m", "\033[1m", "\033[32m", "\033[31m", "\033[33m"};
  return colored && stream == stdout ? codes[kind] : "";
}
