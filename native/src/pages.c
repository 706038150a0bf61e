/* Large pages for large weights: the only function here that talks to the operating system. */
#if defined(__linux__)
#define _DEFAULT_SOURCE
#include <sys/mman.h>
#endif

#include <stdint.h>

#include "lstm4j.h"

#define HUGE_PAGE ((uintptr_t)2 << 20)

void lstm4j_renew_as_huge_pages(void *memory, size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  uintptr_t from = ((uintptr_t)memory + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
  uintptr_t to = ((uintptr_t)memory + bytes) & ~(HUGE_PAGE - 1);
  /* A page that was touched stays small, so give the touched ones back: the next touch decides
   * anew. */
  if (from < to && madvise((void *)from, to - from, MADV_HUGEPAGE) == 0) {
    (void)madvise((void *)from, to - from, MADV_DONTNEED);
  }
#else
  (void)memory, (void)bytes;
#endif
}
