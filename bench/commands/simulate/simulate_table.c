/* The simulations as tables. */
#include <math.h>

#include "commands/simulate/prediction.h"
#include "commands/simulate/simulate_output.h"
#include "output/units.h"

struct words {
  char text[48];
};

static struct words with_unit(double seconds) {
  const struct time_unit unit = time_unit(seconds > 0 ? seconds : 1);
  struct words words;
  char digits[32];
  format_digits(seconds / unit.seconds, digits, sizeof digits);
  snprintf(words.text, sizeof words.text, "%s %s", digits, unit.name);
  return words;
}

/* ---- the model ---- */

static void put_calls(FILE *stream, const struct study *study) {
  size_t chunks = 0;
  double alone = 0, sum = 0, longest = 0;
  for (size_t i = 0; i < study->count; i++) {
    const struct sim_call *call = &study->calls[i];
    chunks += call->n;
    alone += call->before + call->after;
    for (size_t k = 0; k < call->n; k++) {
      sum += call->seconds[k];
      longest = fmax(longest, call->seconds[k]);
    }
  }
  fprintf(stream, "  %zu call%s of %zu chunk%s: mean %s, longest %s; the caller alone %s; together %s\n",
          study->count, study->count == 1 ? "" : "s", chunks, chunks == 1 ? "" : "s",
          with_unit(chunks ? sum / (double)chunks : 0).text, with_unit(longest).text, with_unit(alone).text,
          with_unit(alone + sum).text);
}

static void put_machine(FILE *stream, const struct study *study) {
  const struct sim_machine *m = &study->machine;
  char rate[64];
  fprintf(stream, "  starting a worker %s, handing out a chunk %s, memory ", with_unit(m->start).text,
          with_unit(m->dispatch).text);
  if (isinf(m->bandwidth)) {
    fputs("without limit\n", stream);
    return;
  }
  format_rate(m->bandwidth, "B", rate, sizeof rate);
  fputs(rate, stream);
  const double work = simulate_bounds(study->calls, study->count, INFINITY, 1).work;
  format_rate(study_bytes(study) / work, "B", rate, sizeof rate);
  fprintf(stream, ", of which one core takes %s\n", rate);
}

/* ---- rows ---- */

/* What costs most of the workers' time, if anything costs more than a hundredth. */
static void put_limit(FILE *stream, const struct prediction *p) {
  int most = SIM_SERIAL;
  for (int k = SIM_SERIAL; k < SIM_TIMES; k++)
    if (p->shares[k] > p->shares[most]) most = k;
  if (p->shares[most] < 0.01) fprintf(stream, "  %-24s", "-");
  else fprintf(stream, "  %-18s %3.0f %%", sim_time_names[most], 100 * p->shares[most]);
}

static void put_row(FILE *stream, const struct prediction *p) {
  char speedup[32], most[32];
  snprintf(speedup, sizeof speedup, "%.2fx", p->speedup);
  snprintf(most, sizeof most, "%.2fx", p->most);
  fprintf(stream, "  %7d  %-8s%11s%10s%8.0f %%%10s", p->workers, schedule_names[p->schedule],
          with_unit(p->run.seconds).text, speedup, 100 * p->speedup / p->workers, most);
  put_limit(stream, p);
  if (p->observed)
    fprintf(stream, "%11s%8.2fx%+11.1f %%", with_unit(p->observed->time.median).text, p->measured,
            100 * p->difference);
  fputc('\n', stream);
}

void simulate_table(FILE *stream, const struct study *study) {
  fprintf(stream, "\n%s: %s", study->name, study->size);
  if (study->variant)
    fprintf(stream, "; %s, %s, medians of %zu rounds", study->variant->name, study_isa(study),
            study->options->rounds);
  fputc('\n', stream);
  put_calls(stream, study);
  put_machine(stream, study);
  fprintf(stream, "  %7s  %-8s%11s%10s%10s%10s  %-24s%11s%9s%13s\n", "workers", "schedule", "predicted",
          "speedup", "effic.", "at most", "lost most to", "measured", "speedup", "difference");
  for (size_t w = 0; w < study->options->sweep.worker_count; w++)
    for (int s = 0; s < study->options->sweep.schedule_count; s++) {
      const struct prediction p =
          predict(study, study->options->sweep.workers[w], study->options->sweep.schedules[s]);
      put_row(stream, &p);
    }
  for (size_t i = 0; i < study->warnings.count; i++) fprintf(stream, "  note: %s\n", study->warnings.text[i]);
}

void simulate_explanation(FILE *stream) {
  fputs("\nspeedup: against one core with the same instructions; at most: by the work law, the span law and\n"
        "the bandwidth, whatever the schedule; lost most to: the largest share of workers x time that is no\n"
        "work (last chunks: workers are out of chunks while others are not); difference: of the predicted\n"
        "time from the measured median.\n"
        "The model knows the chunks, the order in which they are handed out, what starting and handing out\n"
        "cost on this machine's cores, and one bandwidth that all share. It leaves out caches (more workers\n"
        "have more of them, or share one), NUMA nodes, frequencies that sink as cores get busy, SMT, and\n"
        "noise. Beyond the cores of this machine, costs of starting are assumed to grow in proportion to\n"
        "the workers, and that of handing out to stay: neither is known.\n",
        stream);
}
