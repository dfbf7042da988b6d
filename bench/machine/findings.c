#include "machine/findings.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "machine/examine.h"
#include "util/xalloc.h"

void finding_add(struct findings *findings, const char *group, const char *topic, enum finding_state state,
                 const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  for (char *c = text; *c; c++)
    if (*c < ' ' || *c > '~') *c = '?'; /* from the environment anything may come */
  findings->list = xrealloc(findings->list, findings->count + 1, sizeof *findings->list);
  findings->list[findings->count++] = (struct finding){group, topic, state, xasprintf("%s", text)};
}

int examined_workers(const struct examination *e) { return e->workers ? e->workers : e->machine->usable; }

const char *plural(double count) { return count == 1 ? "" : "s"; }

struct findings findings_examine(const struct examination *e) {
  struct findings findings = {0};
  examine_cores(e, &findings);
  examine_speed(e, &findings);
  examine_neighbours(e, &findings);
  examine_memory(e, &findings);
  examine_program(e, &findings);
  return findings;
}

struct findings machine_examine(int workers, double clock_resolution, double clock_cost,
                                struct machine *machine) {
  struct host host;
  host_gather(&host);
  machine_read("", &host, machine);
  return findings_examine(&(struct examination){.root = "",
                                                .host = &host,
                                                .machine = machine,
                                                .workers = workers,
                                                .clock_resolution = clock_resolution,
                                                .clock_cost = clock_cost});
}

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
