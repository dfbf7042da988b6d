/* Goes through all topics. */
#include "machine/examine.h"

#include <stdarg.h>
#include <stdio.h>

#include "util/xalloc.h"

static const struct {
  const char *name;
  const struct topic *topics;
} groups[] = {
    {"cores", cores_topics},   {"clock frequency", speed_topics},     {"neighbours", neighbours_topics},
    {"memory", memory_topics}, {"program and clock", program_topics},
};

struct findings findings_examine(const struct examination *e) {
  struct findings findings = {0};
  for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
    for (const struct topic *topic = groups[g].topics; topic->name; topic++) {
      findings.list = xrealloc(findings.list, findings.count + 1, sizeof *findings.list);
      struct finding *finding = &findings.list[findings.count++];
      *finding = (struct finding){.group = groups[g].name, .topic = topic->name};
      topic->examine(e, finding);
    }
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
