#include <string.h>

#include "commands/compare/comparison_text.h"
#include "commands/compare/comparison_write.h"
#include "util/style.h"

static void write_texts(FILE *stream, const char *label, const struct text_list *warnings, enum style kind) {
  for (size_t i = 0; i < warnings->count; i++)
    fprintf(stream, "%s%s: %s%s\n", style(stream, kind), label, warnings->text[i],
            style(stream, STYLE_PLAIN));
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
