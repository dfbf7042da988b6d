/* How f is guarded:
 *
 * - Against exceptions. An exception is thrown in two phases (Itanium C++ ABI, Exception Handling, level
 *   I). In the first one the unwinder searches for a handler: it asks the personality routine of every
 *   function on the stack, and nothing is undone yet. The function `call` has a personality routine of
 *   ours, which is thus called before any handler outside is found. To name one takes a directive of the
 *   assembler. The attribute `cleanup` of C would not do: it is only run in the second phase, which does
 *   not happen where nobody catches.
 * - Against jumps and the end of the thread. See scope.h. */
#include "backends/contain.h"

#include <stdint.h>
#include <stdlib.h>
#include <unwind.h>

#include "core/scope.h"

typedef struct {
  void (*f)(void *args);
  void (*stranded)(void *args, tutti_way how);
  void *args;
} contained;

static _Thread_local const contained *current TUTTI_QUICK_TLS;

static void jumped(void *c_) {
  const contained *c = c_;
  c->stranded(c->args, TUTTI_JUMPED);
  abort();
}

#ifdef __GCC_HAVE_DWARF2_CFI_ASM
static _Unwind_Reason_Code personality(int version, _Unwind_Action actions, _Unwind_Exception_Class class,
                                       struct _Unwind_Exception *exception, struct _Unwind_Context *context) {
  (void)version, (void)class, (void)exception, (void)context;
  if (!(actions & _UA_SEARCH_PHASE)) return _URC_CONTINUE_UNWIND;
  current->stranded(current->args, TUTTI_THREW);
  return _URC_FATAL_PHASE1_ERROR;
}
__attribute__((used)) static _Unwind_Personality_Fn const
    personality_reference __asm__("tutti_personality_reference") = personality;
/* 0x9b: the routine's address is found at an address that is relative to this code, since the code is
 * position-independent. */
#define MEETS_EXCEPTIONS __asm__ volatile(".cfi_personality 0x9b, tutti_personality_reference")
#else
#define MEETS_EXCEPTIONS ((void)0)
#endif

__attribute__((noinline)) static void call(const contained *c) {
  MEETS_EXCEPTIONS;
  c->f(c->args);
  __asm__ volatile(""); /* no tail call: `call` stays on the stack until here */
}

TUTTI_SCOPE_ON_STACK void tutti_contain(void (*f)(void *args), void (*stranded)(void *args, tutti_way how),
                                        void *args) {
  const contained c = {f, stranded, args}, *outer = current;
  tutti_scope jumps = {0};
  current = &c;
  tutti_scope_begin(&jumps, jumped, (void *)(uintptr_t)&c);
  call(&c);
  tutti_scope_forget(&jumps);
  current = outer;
}
