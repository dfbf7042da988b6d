/* A large block is a mapping. Small ones, of which there may be more than the system has mappings for, share
 * one: a slab of slots of one size. The books are private memory, so that a process forked from this one
 * gets a copy of them: it takes nothing from its parent's slabs, and what it releases of them it only
 * forgets. (A use of a small block after its release is invisible to AddressSanitizer.) */
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
  size_t bytes, slot; /* of all, of a slot */
  uint64_t serial;
  pid_t owner;                    /* the process that made it */
  size_t slots, used;             /* how many there are, and hold a block */
  size_t touched;                 /* those from here on are as the system gave them: zero */
  size_t vacant;                  /* the first of the others that is free, or NONE */
  struct mapping *next, **linked; /* a slab with room: the next of its class, what points to this one */
  size_t held[]; /* [touched]: bytes of the block, or FREE | the next vacant one, or FREE | NONE */
} mapping;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *mappings;          /* a tree, by their place */
static mapping *roomy[CLASSES]; /* slabs with room... */
static pid_t roomy_of;          /* ... of this process */
static _Atomic uint64_t newest;

/* A child of fork has one thread: it must not wait for another that held the lock then. */
static void hold(void) { pthread_mutex_lock(&lock); }
static void let_go(void) { pthread_mutex_unlock(&lock); }
__attribute__((constructor)) static void survive_forks(void) { pthread_atfork(hold, let_go, let_go); }

/* Where they overlap they are equal: a mapping is found by any byte of it. */
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

/* Slots of 1 to 16 steps of 64 bytes, 9 to 16 steps of 128, of 256, ...: at most an eighth is lost. */
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

/* Off the books already. Workers that stand by have it mapped too: its pages go now, not when the last one
 * ends. */
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

/* Whether nothing keeps the mapping any more. The last slab with room of a class is kept, without its pages,
 * lest a block that comes and goes have a new mapping every time. */
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
  if (newest == 0) return false; /* programs without worker processes do not wait for each other here */
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
