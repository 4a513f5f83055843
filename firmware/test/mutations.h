/*
 * Leaves that were tampered with, and bytes that never were one. What the decoder accepts must encode to the same bytes again; every refusal must
 * be one that the format names. Drawn from a fixed seed: the host and the device see the same inputs and must come to the same results.
 */
#ifndef DPP_TEST_MUTATIONS_H
#define DPP_TEST_MUTATIONS_H

#include <stddef.h>
#include <stdint.h>

/** All truncations, all extensions by one byte, and every byte replaced by every other. */
void test_every_mutation(const char *name, const uint8_t *leaf, size_t length);

/** `count` random byte strings, and as many leaves with several random changes. */
void test_random_bytes(uint32_t seed, unsigned count, const uint8_t *leaf, size_t length);

/** Whether the inputs so far led to each result that the decoder has: a fuzzer that misses one proves little about it. */
void test_every_result_was_met(void);

#endif
