/* How a topic is answered, and lists of answers. */
#include "machine/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "machine/examine.h"
#include "util/xalloc.h"

/* ---- for the topics ---- */

static void set(struct finding *finding, enum finding_state state, const char *format, va_list args) {
  char text[1024];
  vsnprintf(text, sizeof text, format, args);
  for (char *c = text; *c; c++)
    if (*c < ' ' || *c > '~') *c = '?'; /* from the environment anything may come */
  finding->state = state;
  finding->text = xasprintf("%s", text);
}

#define SET(state)                                                                                           \
  va_list args;                                                                                              \
  va_start(args, format);                                                                                    \
  set(finding, state, format, args);                                                                         \
  va_end(args)

void finding_disturbs(struct finding *finding, const char *format, ...) { SET(FINDING_DISTURBS); }
void finding_fine(struct finding *finding, const char *format, ...) { SET(FINDING_FINE); }
void finding_unknown(struct finding *finding, const char *format, ...) { SET(FINDING_UNKNOWN); }
void finding_judge(struct finding *finding, bool disturbs, const char *format, ...) {
  SET(disturbs ? FINDING_DISTURBS : FINDING_FINE);
}

int examined_workers(const struct examination *e) { return e->workers ? e->workers : e->machine->usable; }

const char *plural(double count) { return count == 1 ? "" : "s"; }

/* ---- lists ---- */

void findings_free(struct findings *findings) {
  for (size_t i = 0; i < findings->count; i++) free(findings->list[i].text);
  free(findings->list);
  *findings = (struct findings){0};
}

size_t findings_count(const struct findings *findings, enum finding_state state) {
  size_t count = 0;
  for (size_t i = 0; i < findings->count; i++) count += findings->list[i].state == state;
  return count;
}

const char *finding_state_name(enum finding_state state) {
  static const char *const names[] = {
      [FINDING_FINE] = "fine", [FINDING_DISTURBS] = "disturbs", [FINDING_UNKNOWN] = "unknown"};
  return names[state];
}
