/* tutti_atmosphere_save, tutti_atmosphere_restore */
#include <string.h>

#include "core/bytes.h"
#include "engine/collectives.h"
#include "grid/atmosphere_model.h"
#include "grid/checkpoint.h"
#include "grid/model.h"

/* BACKGROUND: a hash of it and of the inflow. CASE: 0 for a setup of the caller's. */
enum { WIDTH, HEIGHT, MAX_SPEED, TIME, STEPS, CASE, BACKGROUND, VALUES };

static uint64_t background_of(const tutti_atmosphere *m) {
  const size_t nz = m->domain.rows;
  uint64_t hash = bytes_hash(BYTES_HASH, m->cell - 2, (nz + 4) * sizeof *m->cell);
  hash = bytes_hash(hash, m->face, (nz + 1) * sizeof *m->face);
  return bytes_hash(hash, m->inflow, nz * sizeof *m->inflow);
}

static void fields_of(const tutti_atmosphere *m, double *fields[ATM_FIELDS]) {
  for (size_t f = 0; f < ATM_FIELDS; f++) fields[f] = m->state[ATM_NOW] + f * m->field;
}

tutti_status tutti_atmosphere_save(tutti_atmosphere *m, const char *path) {
  tutti_ctx *ctx;
  double *fields[ATM_FIELDS];
  tutti_status status = tutti_grid_resolve(m ? m->ctx : NULL, &ctx);
  if (!status && (!m || !path)) status = tutti_fail(ctx, TUTTI_EINVAL, "%s is NULL", m ? "path" : "model");
  if (status) return tutti_refuse(ctx, status);
  const tutti_grid_head head = {GRID_ATMOSPHERE,
                                m->domain.rows,
                                m->domain.cols,
                                ATM_FIELDS,
                                VALUES,
                                {[WIDTH] = bytes_bits(m->width),
                                 [HEIGHT] = bytes_bits(m->height),
                                 [MAX_SPEED] = bytes_bits(m->max_speed),
                                 [TIME] = bytes_bits(m->time),
                                 [STEPS] = m->steps,
                                 [CASE] = m->which,
                                 [BACKGROUND] = background_of(m)}};
  TUTTI_NOTE_CALL(ctx, .n = m->steps);
  fields_of(m, fields);
  return tutti_grid_save(ctx, path, &head, &m->domain, fields);
}

/* Of a file's case, or of the caller's. */
static tutti_status setup_of(tutti_ctx *ctx, const char *path, const tutti_grid_head *head,
                             const tutti_atmosphere_setup *own, tutti_atmosphere_setup *setup) {
  if (!own && head->value[CASE] == 0)
    return tutti_fail(ctx, TUTTI_EINVAL,
                      "checkpoint %s: its atmosphere is none of the cases: its setup is needed", path);
  if (own) *setup = *own;
  else if (tutti_atmosphere_setup_of((tutti_atmosphere_case)(head->value[CASE] - 1), head->cols, head->rows,
                                     setup))
    return tutti_fail(ctx, TUTTI_EINVAL, "checkpoint %s: its case is %llu", path,
                      (unsigned long long)head->value[CASE] - 1);
  return TUTTI_OK;
}

/* Whether a model is that of a file. */
static tutti_status check(tutti_ctx *ctx, const char *path, const tutti_grid_head *head,
                          const tutti_atmosphere *m) {
  if (head->cols != m->domain.cols || head->rows != m->domain.rows)
    return tutti_fail(ctx, TUTTI_EINVAL, "checkpoint %s: it has %zu x %zu cells, not %zu x %zu", path,
                      head->cols, head->rows, m->domain.cols, m->domain.rows);
  const double width = bytes_double(head->value[WIDTH]), height = bytes_double(head->value[HEIGHT]),
               speed = bytes_double(head->value[MAX_SPEED]);
  if (width != m->width || height != m->height || speed != m->max_speed)
    return tutti_fail(
        ctx, TUTTI_EINVAL,
        "checkpoint %s: its width, height and max_speed are %.17g, %.17g, %.17g, not %.17g, %.17g, %.17g",
        path, width, height, speed, m->width, m->height, m->max_speed);
  if (head->value[BACKGROUND] != background_of(m))
    return tutti_fail(ctx, TUTTI_EINVAL, "checkpoint %s: its background or inflow is another one", path);
  return TUTTI_OK;
}

static tutti_status fill(tutti_ctx *ctx, const char *path, const tutti_grid_head *head, tutti_atmosphere *m) {
  double *fields[ATM_FIELDS];
  const tutti_status status = check(ctx, path, head, m);
  if (status) return status;
  fields_of(m, fields);
  m->time = bytes_double(head->value[TIME]);
  m->steps = head->value[STEPS];
  m->which = (unsigned)head->value[CASE];
  return tutti_grid_load(ctx, path, head, &m->domain, fields);
}

tutti_status tutti_atmosphere_restore(tutti_ctx *ctx, const char *path, const tutti_atmosphere_setup *own,
                                      tutti_atmosphere **model) {
  tutti_grid_head head = {.kind = GRID_ATMOSPHERE, .fields = ATM_FIELDS, .values = VALUES};
  tutti_atmosphere_setup setup;
  tutti_atmosphere *m = NULL;
  tutti_status status = tutti_grid_resolve(ctx, &ctx);
  if (!status && (!path || !model))
    status = tutti_fail(ctx, TUTTI_EINVAL, "%s is NULL", path ? "model" : "path");
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .n = own != NULL);
  status = tutti_grid_load_head(ctx, path, &head);
  if (!status) status = setup_of(ctx, path, &head, own, &setup);
  if (!status) status = tutti_atmosphere_create_from(ctx, &setup, &m);
  if (!status) status = fill(ctx, path, &head, m);
  if (status) tutti_atmosphere_destroy(m);
  else *model = m;
  return status;
}
