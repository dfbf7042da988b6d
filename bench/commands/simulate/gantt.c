/* The Gantt chart of a simulation: what each worker does when. A row a worker, a panel a schedule, all on the
 * same scale of time. */
#include <math.h>
#include <stdlib.h>

#include "commands/simulate/simulate_output.h"
#include "output/pictures/plot_script.h"
#include "output/units.h"
#include "util/xalloc.h"

enum { MOST_ROWS = 64 };

/* What a box shows: its colour in the script. Neighbouring chunks have two shades in turn. */
enum kind { ALONE, START, DISPATCH, CHUNK, OTHER_CHUNK, MEMORY };

struct chart {
  FILE *stream;
  const struct study *study;
  int workers, rows; /* rows: of the first workers */
  double unit;       /* of the time axis, in seconds */
  double begin;      /* of the call, in seconds since the run began */
  double least;      /* seconds; what is shorter cannot be seen, and is joined with its neighbours */
};

static void put_box(const struct chart *c, int row, double begin, double end, enum kind kind) {
  if (end <= begin) return;
  fprintf(c->stream, "%.7g %.7g %d %d\n", (c->begin + begin) / c->unit, (c->begin + end) / c->unit, row + 1,
          kind);
}

/* Neighbouring chunks of a worker, drawn as one. */
struct joined {
  double begin, end, dispatch, work;
  bool other;
};

static void put_joined(const struct chart *c, int row, struct joined *j) {
  const double work = j->begin + j->dispatch, memory = work + j->work;
  put_box(c, row, j->begin, work, DISPATCH);
  put_box(c, row, work, memory, j->other ? OTHER_CHUNK : CHUNK);
  put_box(c, row, memory, j->end, MEMORY);
  *j = (struct joined){.begin = j->end, .end = j->end, .other = !j->other};
}

/* The chunks of one worker. It runs them in ascending order, whatever the schedule. */
static void put_worker(const struct chart *c, const struct sim_call *call, const struct sim_chunk *chunks,
                       int worker) {
  struct joined j = {0};
  size_t count = 0;
  for (size_t k = 0; k < call->n; k++) {
    const struct sim_chunk *chunk = &chunks[k];
    if (chunk->worker != worker) continue;
    if (!count++) {
      put_box(c, worker, 0, chunk->requested, START);
      j.begin = chunk->requested;
    }
    j.dispatch += chunk->begin - chunk->requested;
    j.work += call->seconds[k];
    j.end = chunk->end;
    if (j.end - j.begin >= c->least) put_joined(c, worker, &j);
  }
  put_joined(c, worker, &j);
}

/* Returns the seconds of the run. */
static double put_run(struct chart *c, tutti_schedule schedule) {
  c->begin = 0;
  for (size_t i = 0; i < c->study->count; i++) {
    const struct sim_call *call = &c->study->calls[i];
    struct sim_chunk *chunks = xcalloc(call->n, sizeof *chunks);
    const struct sim_result r = simulate_call(call, &c->study->machine, schedule, c->workers, chunks);
    put_box(c, 0, 0, call->before, ALONE);
    put_box(c, 0, r.seconds - call->after, r.seconds, ALONE);
    c->begin += call->before;
    for (int w = 0; w < c->rows; w++) put_worker(c, call, chunks, w);
    c->begin += r.seconds - call->before;
    free(chunks);
  }
  return c->begin;
}

static double seconds_of(const struct study *study, int schedule) {
  return simulate_run(study->calls, study->count, &study->machine, study->options->sweep.schedules[schedule],
                      study->options->gantt)
      .seconds;
}

/* The slowest schedule's run. */
static double longest_run(const struct study *study) {
  double longest = 0;
  for (int i = 0; i < study->options->sweep.schedule_count; i++)
    longest = fmax(longest, seconds_of(study, i));
  return longest;
}

void gantt_data(FILE *stream, const struct study *study) {
  const double longest = longest_run(study);
  struct chart chart = {.stream = stream,
                        .study = study,
                        .workers = study->options->gantt,
                        .rows = study->options->gantt < MOST_ROWS ? study->options->gantt : MOST_ROWS,
                        .unit = time_unit(longest).seconds,
                        .least = longest / 500};
  for (int i = 0; i < study->options->sweep.schedule_count; i++) {
    const tutti_schedule schedule = study->options->sweep.schedules[i];
    fprintf(stream, "# %s: begin, end, worker, kind\n", schedule_names[schedule]);
    const double seconds = put_run(&chart, schedule);
    fprintf(stream, "\n\n# end\n%.7g\n\n\n", seconds / chart.unit);
  }
}

// clang-format off
static const char drawing[] =
    "  array colors[6] = [0xE69F00, 0x777777, 0xD55E00, 0x56B4E9, 0x8FD0F5, 0xCC79A7]\n"
    "  array kinds[5] = [\"the caller alone: serial part and merging\", \"starting\", \"handing out\", \"chunks, in two shades\", \"held up by memory\"]\n"
    "  array shade[5] = [1, 2, 3, 4, 6]\n"
    "  set lmargin at screen 0.065; set rmargin at screen 0.935\n"
    "  set xrange [0:longest]; set yrange [rows + 0.5:0.5]\n"
    "  unset key\n"
    "  if (rows <= 16) { set ytics 1 } else { set ytics 8, 8 }\n"
    "  do for [i = 1:schedules] {\n"
    "    set tmargin at screen 1 - (112.0 + (i - 1) * (panel + 44)) / height\n"
    "    set bmargin at screen 1 - (112.0 + (i - 1) * (panel + 44) + panel) / height\n"
    "    set label 7 name[i] at graph 0, graph 1.0 + 14.0 / panel left font middle\n"
    "    set label 8 done[i] at first finish[i], graph 0.5 left offset 0.6,0\n"
    "    set arrow 1 from first finish[i], graph 0 to first finish[i], graph 1 nohead linecolor rgb \"#000000\" dashtype 2\n"
    "    if (i < schedules) { set format x \"\" } else {\n"
    "      set format x\n"
    "      set xlabel \"time (\" . unit . \")\" offset 0,0.4\n"
    "      set key at screen 0.06, 10.0 / height left bottom Left reverse maxrows 2 width 1 samplen 1.5\n"
    "    }\n"
    "    plot stem . \".dat\" index 2 * (i - 1) using 1:3:1:2:($3 - 0.4):($3 + 0.4):(colors[int($4) + 1]) notitle \\\n"
    "        with boxxyerror fillstyle solid noborder linecolor rgb variable, \\\n"
    "      for [k = 1:5] (i == schedules ? -1 : NaN) title (i == schedules ? kinds[k] : \"\") with boxes fillstyle solid noborder linecolor rgb sprintf(\"#%06X\", colors[shade[k]])\n"
    "    unset label 1; unset label 2; unset label 3\n"
    "  }\n"
    "  unset multiplot\n"
    "  reset\n"
    "}\n";
// clang-format on

void gantt_script(FILE *stream, const struct study *study) {
  const double longest = longest_run(study);
  const struct time_unit unit = time_unit(longest);
  const int rows = study->options->gantt < MOST_ROWS ? study->options->gantt : MOST_ROWS,
            count = study->options->sweep.schedule_count;
  const int panel = rows <= 8 ? 20 * rows + 20 : rows <= 16 ? 14 * rows : 5 * rows;
  char title[256], first[64] = "";
  snprintf(title, sizeof title, "%s: who does what on %d workers, simulated", study->name,
           study->options->gantt);
  if (rows < study->options->gantt)
    snprintf(first, sizeof first, "The first %d of %d workers.", rows, study->options->gantt);
  picture_begin(
      stream, study, "gantt", 112 + count * (panel + 44) + 100, title,
      "A row is a worker, the first one the caller's, too; white is waiting; chunks too short to be "
      "seen are drawn together.",
      first);
  fputs("array name[3]; array finish[3]; array done[3]\n", stream);
  for (int i = 0; i < count; i++) {
    const double seconds = seconds_of(study, i);
    char digits[32];
    format_digits(seconds / unit.seconds, digits, sizeof digits);
    fprintf(stream, "name[%d] = \"%s\"; finish[%d] = %.7g; done[%d] = \"%s %s\"\n", i + 1,
            schedule_names[study->options->sweep.schedules[i]], i + 1, seconds / unit.seconds, i + 1, digits,
            unit.name);
  }
  fprintf(stream, "schedules = %d; rows = %d; panel = %d; longest = %.7g; unit = \"%s\"\n", count, rows,
          panel, longest / unit.seconds, unit.name);
  fputs(drawing_begin, stream);
  fputs(drawing_header, stream);
  fputs(drawing, stream);
}
