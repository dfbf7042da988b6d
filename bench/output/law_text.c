#include "output/law_text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "output/units.h"

/* Adds to the text. */
__attribute__((format(printf, 3, 4))) static void add(char *text, size_t size, const char *format, ...) {
  const size_t used = strlen(text);
  va_list args;
  va_start(args, format);
  vsnprintf(text + used, size - used, format, args);
  va_end(args);
}

/* Three digits, but never an exponent. */
static void add_times(char *text, size_t size, double value, const char *times) {
  add(text, size, value >= 100 ? "%.0f%s" : "%.3g%s", value, times);
}

/* A limit with its interval; the upper end of that may be infinite. */
static void add_limit(char *text, size_t size, const struct ratio *limit, const char *times, bool brief) {
  if (isfinite(limit->value) && !isinf(limit->high)) {
    add(text, size, ", limit ");
    add_times(text, size, limit->value, times);
    if (brief || isnan(limit->low)) return;
    add(text, size, " (");
    add_times(text, size, limit->low, times);
    add(text, size, " .. ");
    add_times(text, size, limit->high, times);
    add(text, size, ")");
  } else if (isfinite(limit->low)) {
    add(text, size, brief ? ", limit > " : ", limit above ");
    add_times(text, size, limit->low, times);
  } else {
    add(text, size, ", no limit in sight");
  }
}

/* Shares of the work, in percent, and their intervals. The throughput of one worker is no share. */
static void add_parameters(char *text, size_t size, const struct law *law, bool brief) {
  for (size_t j = 0; j < law->count; j++) {
    const struct law_parameter *p = &law->parameters[j];
    char value[32], low[32], high[32];
    if (strcmp(p->symbol, "t1") == 0 || strcmp(p->symbol, "gamma") == 0 || strcmp(p->symbol, "rate1") == 0)
      continue;
    format_percent(p->value, value, sizeof value);
    format_percent(p->low, low, sizeof low);
    format_percent(p->high, high, sizeof high);
    if (j) add(text, size, ", ");
    const bool share = brief && strcmp(p->symbol, "s") == 0;
    add(text, size, "%s%s%s", share ? "" : p->name, share ? "" : " ", value);
    if (isfinite(p->low) && (share || !brief)) add(text, size, " (%s .. %s)", low, high);
    if (share) add(text, size, " serial");
  }
}

static void add_law(char *text, size_t size, const struct law *law, const struct ratio *limit,
                    const char *times, bool brief) {
  add_parameters(text, size, law, brief);
  if (law->kind == LAW_GUSTAFSON) return; /* grows for ever */
  if (isfinite(law->peak)) add(text, size, ", peak at %.3g workers", law->peak);
  add_limit(text, size, limit, times, brief);
}

void describe_law(const struct fitted_law *fitted, const char *times, char *text, size_t size) {
  const struct ratio limit = fitted_limit(fitted);
  *text = '\0';
  add_law(text, size, &fitted->law, &limit, times, false);
}

void describe_scaling_fit(const struct scaling_fit *fit, char *text, size_t size) {
  const struct fitted_law *fitted = scaling_fit_law(fit);
  snprintf(text, size, "%s", fit->variant->name);
  if (!fitted) return;
  const struct ratio limit = fitted_limit(fitted);
  add(text, size, ": ");
  add_law(text, size, &fitted->law, &limit, "×", true);
}
