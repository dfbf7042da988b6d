#include "commands/compare/comparison_text.h"

#include <math.h>
#include <stdio.h>

#include "output/units.h"

static void time_text(double seconds, struct time_unit unit, char *text, size_t size) {
  char digits[24];
  format_digits(seconds / unit.seconds, digits, sizeof digits);
  snprintf(text, size, "%s %s", digits, unit.name);
}

static void verdict_text(const struct pair *pair, const struct compare_settings *settings, char *text,
                         size_t size) {
  const size_t old = pair->old.n, new = pair->new.n;
  if (pair->verdict == VERDICT_SLOWER) snprintf(text, size, "slower");
  else if (pair->verdict == VERDICT_FASTER) snprintf(text, size, "faster");
  else if (pair->verdict == VERDICT_SAME)
    snprintf(text, size, "no change within %g %%", 100 * settings->threshold);
  else if (!pair->few) snprintf(text, size, "cannot tell");
  else if (old != new) snprintf(text, size, "cannot tell: %zu and %zu rounds", old, new);
  else snprintf(text, size, "cannot tell: %zu round%s", old, old == 1 ? "" : "s");
}

struct pair_text describe_pair(const struct pair *pair, const struct compare_settings *settings) {
  struct pair_text text = {.interval = "unknown"};
  const struct time_unit unit = time_unit(pair->old.median);
  time_text(pair->old.median, unit, text.old, sizeof text.old);
  time_text(pair->new.median, unit, text.new, sizeof text.new);
  snprintf(text.ratio, sizeof text.ratio, "%.3f", pair->ratio.value);
  if (!isnan(pair->ratio.low))
    snprintf(text.interval, sizeof text.interval, "%.3f .. %.3f", pair->ratio.low, pair->ratio.high);
  if (pair->adjusted < 1e-4) snprintf(text.p, sizeof text.p, "< 0.0001");
  else snprintf(text.p, sizeof text.p, "%.4f", pair->adjusted);
  verdict_text(pair, settings, text.verdict, sizeof text.verdict);
  return text;
}

void describe_verdicts(const struct comparison *c, char *text, size_t size) {
  const size_t *n = c->verdicts;
  snprintf(text, size,
           "%zu comparison%s: %zu slower, %zu faster, %zu with no change within %g %%, %zu cannot tell",
           c->count, c->count == 1 ? "" : "s", n[VERDICT_SLOWER], n[VERDICT_FASTER], n[VERDICT_SAME],
           100 * c->settings.threshold, n[VERDICT_UNKNOWN]);
}

void describe_run(const struct run *run, char *text, size_t size) {
  char cores[32] = "unknown cores";
  if (run->machine.usable > 0)
    snprintf(cores, sizeof cores, "%d core%s", run->machine.usable, run->machine.usable == 1 ? "" : "s");
  snprintf(text, size, "%s, libtutti %s, %s, %s", *run->started ? run->started : "unknown time",
           *run->version ? run->version : "unknown", *run->machine.cpu ? run->machine.cpu : "unknown CPU",
           cores);
}

void describe_method(const struct comparison *c, char *text, size_t size) {
  snprintf(
      text, size,
      "new/old: of the medians, with a 95 %% bootstrap interval; p: rank test of Mann and Whitney, "
      "two-sided, "
      "adjusted for %zu comparison%s by Holm; slower, faster: p below %g and the whole interval beyond %g "
      "%%. "
      "Rounds are taken as independent; what sets two runs apart as a whole (heat, neighbours, the layout of "
      "memory) looks like a change.",
      c->count, c->count == 1 ? "" : "s", c->settings.alpha, 100 * c->settings.threshold);
}

bool has_changed(const struct pair *pair) {
  return pair->verdict == VERDICT_SLOWER || pair->verdict == VERDICT_FASTER;
}
