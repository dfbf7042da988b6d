/* A large block has a mapping of its own. Small ones share one, a slab of slots of equal size: a system
 * allows fewer mappings (65 530) than programs may want blocks.
 *
 * The records of what is used are private memory, so a process that is forked from this one has a copy of
 * them. It allocates nothing in its parent's slabs; when it releases a block of its parent's, it only
 * forgets it. No lock between processes is needed. (AddressSanitizer does not see the use of a small block
 * after its release.) */
#define _GNU_SOURCE
#include "memory/shared.h"

#include <pthread.h>
#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory/blocks.h"

enum { SLAB = 1 << 20, LARGEST_SLOT = 1 << 16, STEP = 64, STEPS = 16, CLASSES = 64 };
#define FREE (~(SIZE_MAX >> 1))
#define NONE (SIZE_MAX >> 1)

typedef struct mapping {
  unsigned char *begin;
  size_t bytes, slot; /* of the mapping, of one slot */
  uint64_t serial;
  pid_t owner;                    /* the process that made it */
  size_t slots, used;             /* slots that there are, and that hold a block */
  size_t touched;                 /* slots from this one on were never used: the system gave them zeroed */
  size_t vacant;                  /* the first free slot below `touched`, or NONE */
  struct mapping *next, **linked; /* list of slabs with free slots of one size: the next slab, and the pointer
                                     that points to this one */
  size_t held[]; /* for each slot: the bytes of its block; or, if free, FREE | the next free slot, or FREE |
                    NONE */
} mapping;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *mappings;          /* a search tree, by address */
static mapping *roomy[CLASSES]; /* lists of slabs with free slots, by size class ... */
static pid_t roomy_of;          /* ... of this process */
static _Atomic uint64_t newest;

/* fork copies the lock as it is, but only the calling thread: another thread's lock would stay locked in
 * the child for ever. So fork waits for the lock. */
static void hold(void) { pthread_mutex_lock(&lock); }
static void let_go(void) { pthread_mutex_unlock(&lock); }
__attribute__((constructor)) static void survive_forks(void) { pthread_atfork(hold, let_go, let_go); }

/* Compares mappings by address. Mappings that overlap are equal: so a mapping is found by any byte of it. */
static int by_place(const void *a_, const void *b_) {
  const mapping *a = a_, *b = b_;
  const uintptr_t at = (uintptr_t)a->begin, bt = (uintptr_t)b->begin;
  return at + (a->bytes - 1) < bt ? -1 : bt + (b->bytes - 1) < at;
}

static mapping *find(const void *memory) {
  const mapping byte = {.begin = (unsigned char *)(uintptr_t)memory, .bytes = 1};
  mapping *const *found = tfind(&byte, &mappings, by_place);
  return found ? *found : NULL;
}

static size_t slot_of(const mapping *m, const void *memory) {
  return ((uintptr_t)memory - (uintptr_t)m->begin) / m->slot;
}

/* -- slabs with room, by class -- */

/* Size classes: slots of 1 .. 16 times 64 bytes, 9 .. 16 times 128 bytes, 9 .. 16 times 256 bytes, and so
 * on. At most an eighth of a slot is wasted. */
static size_t class_of(size_t bytes, size_t *slot) {
  size_t step = STEP, octave = 0;
  while (bytes > STEPS * step) step *= 2, octave++;
  const size_t steps = (bytes + step - 1) / step;
  *slot = steps * step;
  return STEPS / 2 * octave + steps - 1;
}

static void link_slab(mapping *m) {
  size_t slot;
  mapping **first = &roomy[class_of(m->slot, &slot)];
  m->next = *first;
  m->linked = first;
  if (m->next) m->next->linked = &m->next;
  *first = m;
}

static void unlink_slab(mapping *m) {
  *m->linked = m->next;
  if (m->next) m->next->linked = m->linked;
  m->linked = NULL;
}

/* -- mappings -- */

static mapping *map(size_t bytes, size_t slot) {
  const size_t slots = bytes / slot;
  mapping *m = malloc(sizeof *m + slots * sizeof *m->held);
  void *memory =
      m ? mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_SHARED, -1, 0) : MAP_FAILED;
  if (memory != MAP_FAILED) {
    *m = (mapping){
        .begin = memory, .bytes = bytes, .slot = slot, .owner = getpid(), .slots = slots, .vacant = NONE};
    if (tsearch(m, &mappings, by_place)) {
      m->serial = ++newest;
      return m;
    }
    munmap(memory, bytes);
  }
  free(m);
  return NULL;
}

/* Gives back a mapping that is no longer recorded. Standing workers have it mapped, too: MADV_REMOVE frees
 * its pages now, not when the last of them ends. */
static void unmap(mapping *m) {
  if (m->owner == getpid()) madvise(m->begin, m->bytes, MADV_REMOVE);
  munmap(m->begin, m->bytes);
  free(m);
}

static void *take(mapping *m, size_t bytes) {
  const bool fresh = m->vacant == NONE;
  const size_t slot = fresh ? m->touched++ : m->vacant;
  unsigned char *memory = m->begin + slot * m->slot;
  if (!fresh) {
    m->vacant = m->held[slot] & ~FREE;
    memset(memory, 0, bytes);
  }
  m->held[slot] = bytes;
  m->used++;
  return memory;
}

static void *take_small(size_t bytes) {
  size_t slot;
  mapping **const first = &roomy[class_of(bytes, &slot)];
  if (roomy_of != getpid()) memset(roomy, 0, sizeof roomy);
  roomy_of = getpid();
  if (!*first && tutti_available_memory() >= SLAB) {
    mapping *m = map(SLAB, slot);
    if (m) link_slab(m);
  }
  if (!*first) return NULL;
  void *memory = take(*first, bytes);
  if ((*first)->used == (*first)->slots) unlink_slab(*first);
  return memory;
}

static void *take_large(size_t bytes) {
  mapping *m = map(bytes, bytes);
  if (!m) return NULL;
  madvise(m->begin, bytes,
          MADV_HUGEPAGE); /* fewer faults; a kernel without it says no, and no harm is done */
  return take(m, bytes);
}

void *tutti_shared_get(size_t bytes) {
  hold();
  void *memory = bytes <= LARGEST_SLOT ? take_small(bytes) : take_large(bytes);
  let_go();
  return memory;
}

/* Frees a slot. Returns whether the mapping can be given back. The last slab of a class with free slots is
 * kept, without its pages: otherwise a block that is allocated and released again and again would need a
 * new mapping every time. */
static bool put_back(mapping *m, size_t slot) {
  if (m->held[slot] & FREE) return false; /* released twice */
  m->held[slot] = FREE | m->vacant;
  m->vacant = slot;
  m->used--;
  const bool mine = m->owner == getpid(), small = m->slots > 1;
  if (small && mine && !m->linked) link_slab(m);
  if (m->used > 0) return false;
  if (!small || !mine) return true;
  const bool last = !m->next && m->linked >= roomy && m->linked < roomy + CLASSES;
  if (last) madvise(m->begin, m->bytes, MADV_REMOVE);
  else unlink_slab(m);
  return !last;
}

bool tutti_shared_release(void *memory) {
  if (newest == 0) return false; /* nothing was ever shared: no need to wait for the lock */
  hold();
  mapping *m = find(memory);
  const bool over = m && put_back(m, slot_of(m, memory));
  if (over) tdelete(m, &mappings, by_place);
  let_go();
  if (over) unmap(m);
  return m != NULL;
}

uint64_t tutti_memory_serial(const void *memory, size_t bytes) {
  uint64_t serial = 0;
  hold();
  const mapping *m = find(memory);
  if (m) {
    const size_t slot = slot_of(m, memory), before = (uintptr_t)memory - (uintptr_t)m->begin - slot * m->slot;
    const size_t held = slot < m->touched ? m->held[slot] : FREE;
    if (!(held & FREE) && before <= held && bytes <= held - before) serial = m->serial;
  }
  let_go();
  return serial;
}

uint64_t tutti_memory_newest(void) { return newest; }
