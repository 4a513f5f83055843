/* Counts what a test program finds, prints it the same way on the host and on the device, and reads hex. */
#ifndef DPP_TEST_CHECK_H
#define DPP_TEST_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dpp_status.h"

/** One line, "ok   name" or "FAIL name". */
void check(bool ok, const char *group, const char *name);

/** Whether `actual` is what the hex says; prints both when not. The bytes that were made go into the transcript's digest. */
void check_bytes(const char *group, const char *name, const uint8_t *actual, size_t length, const char *hex);

void check_status(const char *group, const char *name, dpp_status_t actual, dpp_status_t expected);

/** Bytes of a hex text into memory of `capacity`; a text that does not fit or is no hex ends the program. */
size_t unhex(const char *hex, uint8_t *out, size_t capacity);

/** Goes into the digest that `summary` prints: whatever two machines have to agree on. */
void record(const uint8_t *data, size_t length);

/** Prints the transcript's digest and "N passed, N failed"; the exit code. */
int summary(void);

#endif
