/*
 * Every vector of the project that a source's device must reproduce, and what it has to refuse. Prints a transcript that is the same, byte for
 * byte, on the host and on RV32IMC; its last line says how many checks passed.
 */
#include "check.h"
#include "tests.h"

int main(void) {
  test_blake2b();
  test_trees();
  test_events();
  test_packs();
  test_places();
  test_mutations();
  return summary();
}
