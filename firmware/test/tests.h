/* What the test program runs, one for each page of the specification that the library follows. */
#ifndef DPP_TEST_TESTS_H
#define DPP_TEST_TESTS_H

void test_blake2b(void);
void test_trees(void);
void test_events(void);
void test_mutations(void);
void test_packs(void);
void test_places(void);

#endif
