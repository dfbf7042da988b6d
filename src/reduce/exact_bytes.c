/* Exact accumulators as bytes. Accumulators of the same sum have the same bytes, on any machine.
 *
 * All fields are little-endian, in this order:
 *
 * - 8 bytes of magic, a 32-bit version, 32 bits of flags;
 * - the limbs after carrying, 32 bits each (the last one signed: the whole is in two's complement);
 * - a CRC-32 (IEEE 802.3) of everything before it. */
#include "core/bytes.h"
#include "core/context.h"
#include "reduce/exact_limbs.h"

enum {
  MAGIC_SIZE = 8,
  VERSION_AT = 8,
  FLAGS_AT = 12,
  LIMBS_AT = 16,
  CHECKSUM_AT = LIMBS_AT + 4 * TUTTI_EXACT_LIMBS
};
enum { VERSION = 1 };
_Static_assert(CHECKSUM_AT + 4 == TUTTI_EXACT_BYTES, "the fields fill the bytes");

/* Not text, but with line ends of both kinds in it: a transfer that takes the bytes for text damages the
 * magic at once (as in PNG). */
static const unsigned char magic[MAGIC_SIZE] = {0x89, 't', 'u', 't', 't', 'i', '\r', '\n'};

static void put32(unsigned char *at, uint32_t value) { bytes_put(at, value, 4); }
static uint32_t get32(const unsigned char *at) { return (uint32_t)bytes_get(at, 4); }

/* Keeps only the flag that decides: once a sum is NaN it stays NaN; beside an infinity finite terms make
 * no difference, nor does -0 beside any other term. */
static uint64_t leading_flag(uint64_t flags) {
  const uint64_t both = EXACT_POSITIVE_INFINITY | EXACT_NEGATIVE_INFINITY;
  const uint64_t infinities = flags & both;
  if ((flags & EXACT_NAN) || infinities == both) return EXACT_NAN;
  if (infinities) return infinities;
  return flags & EXACT_OTHER ? EXACT_OTHER : flags & EXACT_NEGATIVE_ZERO;
}

void tutti_exact_save(const tutti_exact *acc, unsigned char bytes[TUTTI_EXACT_BYTES]) {
  tutti_exact canonical = *acc;
  exact_carry(&canonical);
  canonical.flags = leading_flag(acc->flags);
  if (canonical.flags != EXACT_OTHER) memset(canonical.limb, 0, sizeof canonical.limb);
  memcpy(bytes, magic, MAGIC_SIZE);
  put32(bytes + VERSION_AT, VERSION);
  put32(bytes + FLAGS_AT, (uint32_t)canonical.flags);
  for (int i = 0; i < TUTTI_EXACT_LIMBS; i++) put32(bytes + LIMBS_AT + 4 * i, (uint32_t)canonical.limb[i]);
  put32(bytes + CHECKSUM_AT, tutti_crc32(0, bytes, CHECKSUM_AT));
}

static tutti_status check_bytes(const unsigned char *bytes, size_t size) {
  if (!bytes) return tutti_fail(NULL, TUTTI_EINVAL, "bytes is NULL");
  if (size != TUTTI_EXACT_BYTES)
    return tutti_fail(NULL, TUTTI_EINVAL, "size: %zu bytes, an accumulator has %d", size, TUTTI_EXACT_BYTES);
  if (memcmp(bytes, magic, MAGIC_SIZE) != 0)
    return tutti_fail(NULL, TUTTI_EINVAL, "magic: these bytes are not of tutti_exact_save");
  const uint32_t version = get32(bytes + VERSION_AT);
  if (version != VERSION)
    return tutti_fail(NULL, TUTTI_EINVAL, "version: %u, this library knows %d", (unsigned)version, VERSION);
  const uint32_t stored = get32(bytes + CHECKSUM_AT), checksum = tutti_crc32(0, bytes, CHECKSUM_AT);
  if (stored != checksum)
    return tutti_fail(NULL, TUTTI_EINVAL,
                      "checksum: the bytes carry %08x and add up to %08x: they are damaged", (unsigned)stored,
                      (unsigned)checksum);
  return TUTTI_OK;
}

tutti_status tutti_exact_load(tutti_exact *acc, const unsigned char *bytes, size_t size) {
  if (!acc) return tutti_fail(NULL, TUTTI_EINVAL, "acc is NULL");
  const tutti_status status = check_bytes(bytes, size);
  if (status) return status;
  tutti_exact loaded = {.flags = get32(bytes + FLAGS_AT)};
  const uint64_t known =
      EXACT_NAN | EXACT_POSITIVE_INFINITY | EXACT_NEGATIVE_INFINITY | EXACT_NEGATIVE_ZERO | EXACT_OTHER;
  if ((loaded.flags & ~known) || leading_flag(loaded.flags) != loaded.flags)
    return tutti_fail(NULL, TUTTI_EINVAL, "flags: %#x is none of those that are saved",
                      (unsigned)loaded.flags);
  int64_t any = 0;
  for (int i = 0; i < TUTTI_EXACT_LIMBS; i++) any |= loaded.limb[i] = get32(bytes + LIMBS_AT + 4 * i);
  if (any && loaded.flags != EXACT_OTHER)
    return tutti_fail(NULL, TUTTI_EINVAL, "flags: %#x does not go with a number", (unsigned)loaded.flags);
  loaded.limb[TUTTI_EXACT_LIMBS - 1] = (int32_t)(uint32_t)loaded.limb[TUTTI_EXACT_LIMBS - 1];
  *acc = loaded;
  return TUTTI_OK;
}
