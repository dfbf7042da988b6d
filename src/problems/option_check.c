/* Which options there are. */
#include <float.h>
#include <math.h>

#include "core/error.h"
#include "problems/option.h"

tutti_status tutti_option_check(const tutti_option *o) {
  if (!o) return tutti_fail(NULL, TUTTI_EINVAL, "option is NULL");
  if (o->kind < TUTTI_EUROPEAN || o->kind > TUTTI_BARRIER)
    return tutti_fail(NULL, TUTTI_EINVAL, "kind = %d is none of tutti_option_kind", (int)o->kind);
  const struct {
    const char *name;
    double value, least; /* which it is, or above */
  } fields[] = {{"spot", o->spot, DBL_TRUE_MIN},
                {"strike", o->strike, DBL_TRUE_MIN},
                {"volatility", o->volatility, 0},
                {"years", o->years, 0},
                {"rate", o->rate, -DBL_MAX},
                {"dividend", o->dividend, -DBL_MAX},
                {"barrier", o->barrier, o->kind == TUTTI_BARRIER ? DBL_TRUE_MIN : -DBL_MAX}};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (!(fields[i].value >= fields[i].least && isfinite(fields[i].value)))
      return tutti_fail(NULL, TUTTI_EINVAL, "%s = %.17g is not %s", fields[i].name, fields[i].value,
                        !isfinite(fields[i].value) ? "finite"
                        : fields[i].least > 0      ? "positive"
                                                   : "0 or positive");
  if (o->dates > OPTION_MOST_DATES)
    return tutti_fail(NULL, TUTTI_EINVAL, "dates = %zu is above %d", o->dates, OPTION_MOST_DATES);
  if (o->kind == TUTTI_EUROPEAN && o->dates > 1)
    return tutti_fail(NULL, TUTTI_EINVAL, "dates = %zu, but the kind is TUTTI_EUROPEAN", o->dates);
  if (o->kind != TUTTI_BARRIER && (o->barrier != 0 || o->knock_in || o->barrier_side))
    return tutti_fail(NULL, TUTTI_EINVAL,
                      "barrier = %.17g, knock_in = %d, barrier_side = %d, but the kind is not TUTTI_BARRIER",
                      o->barrier, o->knock_in, (int)o->barrier_side);
  if (o->barrier_side < TUTTI_BARRIER_BY_SPOT || o->barrier_side > TUTTI_BARRIER_DOWN)
    return tutti_fail(NULL, TUTTI_EINVAL, "barrier_side = %d is none of tutti_barrier_side",
                      (int)o->barrier_side);
  return TUTTI_OK;
}
