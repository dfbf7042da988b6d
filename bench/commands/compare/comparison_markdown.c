#include <string.h>

#include "commands/compare/comparison_text.h"
#include "commands/compare/comparison_write.h"

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

static void write_list(FILE *stream, const char *title, const struct text_list *warnings) {
  if (!warnings->count) return;
  fprintf(stream, "\n%s\n\n", title);
  for (size_t i = 0; i < warnings->count; i++) {
    fputs("- ", stream);
    escape(stream, warnings->text[i]);
    fputc('\n', stream);
  }
}

static void write_row(FILE *stream, const struct pair *pair, const struct compare_settings *settings) {
  const struct pair_text text = describe_pair(pair, settings);
  const char *bold = has_changed(pair) ? "**" : "";
  fputs("| ", stream);
  escape(stream, pair->name);
  fprintf(stream, " | %s | %d | %s | %s | %s | %s | ", pair->old.item->variant->name, pair->old.item->workers,
          text.old, text.new, text.ratio, text.interval);
  escape(stream, text.p);
  fprintf(stream, " | %s%s%s |\n", bold, text.verdict, bold);
}

static void write_table(FILE *stream, const struct comparison *c, bool changed_only) {
  fputs("\n| case | variant | workers | old | new | new/old | 95 % interval | p | verdict |\n"
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n",
        stream);
  for (size_t i = 0; i < c->count; i++)
    if (!changed_only || has_changed(&c->pairs[i])) write_row(stream, &c->pairs[i], &c->settings);
}

static void begin_details(FILE *stream, const char *title) {
  fprintf(stream, "\n<details><summary>%s</summary>\n", title);
}

static void write_about(FILE *stream, const struct comparison *c, const struct side *sides) {
  char text[1024];
  begin_details(stream, "What was compared, and how");
  fputc('\n', stream);
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
  if (c->verdicts[VERDICT_SLOWER] + c->verdicts[VERDICT_FASTER]) write_table(stream, c, true);
  if (c->count) {
    fprintf(stream, "\n<details%s><summary>All comparisons</summary>\n", all ? " open" : "");
    write_table(stream, c, false);
    fputs("\n</details>\n", stream);
  }
  write_about(stream, c, sides);
}
