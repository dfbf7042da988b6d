/* A comparison as text for a terminal, as Markdown and as JSON. */
#include "commands/compare/comparison_output.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "output/units.h"
#include "util/json_values.h"
#include "util/style.h"

/* Whether a pair belongs into the short table. */
static bool has_changed(const struct pair *pair) {
  return pair->verdict == VERDICT_SLOWER || pair->verdict == VERDICT_FASTER;
}

/* ---- in words ---- */

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

/* "70 comparisons: 1 slower, 2 faster, 60 with no change within 5 %, 7 cannot tell" */
static void describe_verdicts(const struct comparison *c, char *text, size_t size) {
  const size_t *n = c->verdicts;
  snprintf(text, size,
           "%zu comparison%s: %zu slower, %zu faster, %zu with no change within %g %%, %zu cannot tell",
           c->count, c->count == 1 ? "" : "s", n[VERDICT_SLOWER], n[VERDICT_FASTER], n[VERDICT_SAME],
           100 * c->settings.threshold, n[VERDICT_UNKNOWN]);
}

/* "2025-11-01T12:00:00Z, libtutti 0.8.0, Some CPU, 2 cores" */
static void describe_run(const struct run *run, char *text, size_t size) {
  char cores[32] = "unknown cores";
  if (run->machine.usable > 0)
    snprintf(cores, sizeof cores, "%d core%s", run->machine.usable, run->machine.usable == 1 ? "" : "s");
  snprintf(text, size, "%s, libtutti %s, %s, %s", *run->started ? run->started : "unknown time",
           *run->version ? run->version : "unknown", *run->machine.cpu ? run->machine.cpu : "unknown CPU",
           cores);
}

/* What ratio, interval and p are, in one sentence. */
static void describe_method(const struct comparison *c, char *text, size_t size) {
  snprintf(
      text, size,
      "new/old: of the medians, with a 95 %% bootstrap interval; p: rank test of Mann and Whitney, "
      "two-sided, adjusted for %zu comparison%s by Holm; slower, faster: p below %g and the whole interval "
      "beyond %g %%. Rounds are taken as independent; what sets two runs apart as a whole (heat, "
      "neighbours, the layout of memory) looks like a change.",
      c->count, c->count == 1 ? "" : "s", c->settings.alpha, 100 * c->settings.threshold);
}

/* ---- for a terminal ---- */

static void write_texts(FILE *stream, const char *label, const struct text_list *list, enum style kind) {
  for (size_t i = 0; i < list->count; i++)
    fprintf(stream, "%s%s: %s%s\n", style(stream, kind), label, list->text[i], style(stream, STYLE_PLAIN));
}

static enum style style_of(enum verdict verdict) {
  return verdict == VERDICT_SLOWER ? STYLE_BAD : verdict == VERDICT_FASTER ? STYLE_GOOD : STYLE_PLAIN;
}

static void write_table(FILE *stream, const struct comparison *c, bool all) {
  int width = 4;
  for (size_t i = 0; i < c->count; i++) {
    const int length = (int)strlen(c->pairs[i].name);
    if ((all || has_changed(&c->pairs[i])) && length > width) width = length;
  }
  fprintf(stream, "\n%-*s  %-17s%8s%13s%13s%9s%18s%10s  %s\n", width, "case", "variant", "workers", "old",
          "new", "new/old", "95 % interval", "p", "verdict");
  for (size_t i = 0; i < c->count; i++) {
    const struct pair *pair = &c->pairs[i];
    if (!all && !has_changed(pair)) continue;
    const struct pair_text text = describe_pair(pair, &c->settings);
    fprintf(stream, "%-*s  %-17s%8d%13s%13s%9s%18s%10s  %s%s%s\n", width, pair->name,
            pair->old.item->variant->name, pair->old.item->workers, text.old, text.new, text.ratio,
            text.interval, text.p, style(stream, style_of(pair->verdict)), text.verdict,
            style(stream, STYLE_PLAIN));
  }
}

void write_text(FILE *stream, const struct comparison *c, const struct side *sides, bool all) {
  char text[1024];
  const size_t changed = c->verdicts[VERDICT_SLOWER] + c->verdicts[VERDICT_FASTER];
  for (int i = 0; i < 2; i++) {
    describe_run(sides[i].run, text, sizeof text);
    fprintf(stream, "%s: %s (%s)\n", i ? "new" : "old", sides[i].path, text);
  }
  write_texts(stream, "different", &c->differences, STYLE_PLAIN);
  write_texts(stream, "not compared", &c->left_out, STYLE_WARNING);
  write_texts(stream, "warning", &c->warnings, STYLE_WARNING);
  write_texts(stream, "ALARM", &c->alarms, STYLE_BAD);
  describe_verdicts(c, text, sizeof text);
  fprintf(stream, "%s%s%s\n", style(stream, STYLE_STRONG), text, style(stream, STYLE_PLAIN));
  if (all ? c->count : changed) write_table(stream, c, all);
  if (!all && changed < c->count) fputs("\n--all shows the others, too.\n", stream);
  describe_method(c, text, sizeof text);
  if (all ? c->count : changed) fprintf(stream, "\n%s\n", text);
}

/* ---- Markdown ---- */

/* Text as text: nothing in it is markup, a cell of a table, or a line of its own. */
static void escape(FILE *stream, const char *text) {
  for (; *text; text++) {
    if (*text == '<') fputs("&lt;", stream);
    else if (*text == '>') fputs("&gt;", stream);
    else if (*text == '&') fputs("&amp;", stream);
    else if ((unsigned char)*text < ' ') fputc(' ', stream);
    else fprintf(stream, strchr("\\`*_[]|~#", *text) ? "\\%c" : "%c", *text);
  }
}

static void write_list(FILE *stream, const char *title, const struct text_list *list) {
  if (!list->count) return;
  fprintf(stream, "\n%s\n\n", title);
  for (size_t i = 0; i < list->count; i++) {
    fputs("- ", stream);
    escape(stream, list->text[i]);
    fputc('\n', stream);
  }
}

static void write_markdown_row(FILE *stream, const struct pair *pair,
                               const struct compare_settings *settings) {
  const struct pair_text text = describe_pair(pair, settings);
  const char *bold = has_changed(pair) ? "**" : "";
  fputs("| ", stream);
  escape(stream, pair->name);
  fprintf(stream, " | %s | %d | %s | %s | %s | %s | ", pair->old.item->variant->name, pair->old.item->workers,
          text.old, text.new, text.ratio, text.interval);
  escape(stream, text.p);
  fprintf(stream, " | %s%s%s |\n", bold, text.verdict, bold);
}

static void write_markdown_table(FILE *stream, const struct comparison *c, bool changed_only) {
  fputs("\n| case | variant | workers | old | new | new/old | 95 % interval | p | verdict |\n"
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n",
        stream);
  for (size_t i = 0; i < c->count; i++)
    if (!changed_only || has_changed(&c->pairs[i])) write_markdown_row(stream, &c->pairs[i], &c->settings);
}

static void write_about(FILE *stream, const struct comparison *c, const struct side *sides) {
  char text[1024];
  fputs("\n<details><summary>What was compared, and how</summary>\n\n", stream);
  for (int i = 0; i < 2; i++) {
    describe_run(sides[i].run, text, sizeof text);
    fprintf(stream, "- %s: ", i ? "new" : "old");
    escape(stream, sides[i].path);
    fputs(" (", stream);
    escape(stream, text);
    fputs(")\n", stream);
  }
  write_list(stream, "Different:", &c->differences);
  describe_method(c, text, sizeof text);
  fputc('\n', stream);
  escape(stream, text);
  fputs("\n\n</details>\n", stream);
}

void write_markdown(FILE *stream, const struct comparison *c, const struct side *sides, bool all) {
  char text[256];
  describe_verdicts(c, text, sizeof text);
  fprintf(stream, "**bench\\_amdahl compare: %s.** %s\n",
          comparison_is_worse(c) ? "regression"
          : c->count             ? "no regression found"
                                 : "nothing to compare",
          text);
  write_list(stream, "**Alarm:**", &c->alarms);
  write_list(stream, "Warning:", &c->warnings);
  write_list(stream, "Not compared:", &c->left_out);
  if (c->verdicts[VERDICT_SLOWER] + c->verdicts[VERDICT_FASTER]) write_markdown_table(stream, c, true);
  if (c->count) {
    fprintf(stream, "\n<details%s><summary>All comparisons</summary>\n", all ? " open" : "");
    write_markdown_table(stream, c, false);
    fputs("\n</details>\n", stream);
  }
  write_about(stream, c, sides);
}

/* ---- JSON ---- */

static json_t *pair_object(const struct pair *pair) {
  static const char *const verdicts[VERDICTS] = {"slower", "faster", "no change", "cannot tell"};
  json_t *object = json_object();
  json_put_text(object, "case", pair->name);
  json_put_text(object, "variant", pair->old.item->variant->name);
  json_put(object, "workers", json_integer(pair->old.item->workers));
  json_put_count(object, "old_rounds", pair->old.n);
  json_put_count(object, "new_rounds", pair->new.n);
  json_put_number(object, "old_seconds", pair->old.median);
  json_put_number(object, "new_seconds", pair->new.median);
  json_put_number(object, "ratio", pair->ratio.value);
  json_put_number(object, "ratio_low", pair->ratio.low);
  json_put_number(object, "ratio_high", pair->ratio.high);
  json_put_number(object, "p", pair->p);
  json_put_number(object, "p_adjusted", pair->adjusted);
  json_put(object, "too_few_rounds", json_boolean(pair->few));
  json_put_text(object, "verdict", verdicts[pair->verdict]);
  return object;
}

bool write_json(FILE *stream, const struct comparison *c, const struct side *sides) {
  json_t *root = json_object(), *pairs = json_array();
  json_put_text(root, "program", "bench_amdahl compare");
  json_put(root, "format", json_integer(1));
  json_put_text(root, "old", sides[0].path);
  json_put_text(root, "new", sides[1].path);
  json_put_number(root, "threshold", c->settings.threshold);
  json_put_number(root, "alpha", c->settings.alpha);
  json_put(root, "worse", json_boolean(comparison_is_worse(c)));
  json_put(root, "alarms", json_texts(&c->alarms));
  json_put(root, "different", json_texts(&c->differences));
  json_put(root, "not_compared", json_texts(&c->left_out));
  json_put(root, "warnings", json_texts(&c->warnings));
  for (size_t i = 0; i < c->count; i++) json_array_append_new(pairs, pair_object(&c->pairs[i]));
  json_put(root, "comparisons", pairs);
  return json_print(stream, root);
}
