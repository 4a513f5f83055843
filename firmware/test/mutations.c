#include "mutations.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "dpp_leaf.h"

#define MAX_INPUT 300

static unsigned met[64];

/* True when the decoder kept its promise for these bytes. A copy of exactly their size lets the sanitizer see a read beyond the end. */
static bool keeps_promise(const uint8_t *bytes, size_t length) {
  dpp_leaf_t leaf;
  uint8_t again[DPP_LEAF_MAX_BYTES];
  size_t again_length = 0;
  dpp_status_t status = dpp_leaf_decode(bytes, length, &leaf);
  uint8_t number = (uint8_t)-(int)status;
  record(&number, 1);
  if (number >= 64) return false;
  met[number]++;
  if (status != DPP_OK) return strchr(dpp_status_code(status), '/') != NULL;
  return dpp_leaf_encode(&leaf, again, sizeof again, &again_length) == DPP_OK && again_length == length &&
         memcmp(again, bytes, length) == 0;
}

void test_every_mutation(const char *name, const uint8_t *leaf, size_t length) {
  uint8_t bytes[MAX_INPUT];
  bool ok = true;
  for (size_t cut = 0; cut < length; cut++) {
    /* Placed at the end of the memory: what reads on reads beyond it. */
    uint8_t *end = bytes + MAX_INPUT - cut;
    memcpy(end, leaf, cut);
    ok = ok && keeps_promise(end, cut);
  }
  check(ok, "every truncation", name);
  ok = true;
  memcpy(bytes, leaf, length);
  for (unsigned byte = 0; byte < 256; byte++) {
    bytes[length] = (uint8_t)byte;
    ok = ok && keeps_promise(bytes, length + 1);
  }
  check(ok, "every extension by a byte", name);
  ok = true;
  uint8_t *end = bytes + MAX_INPUT - length;
  memcpy(end, leaf, length);
  for (size_t at = 0; at < length; at++) {
    for (unsigned byte = 0; byte < 256; byte++) {
      end[at] = (uint8_t)byte;
      ok = ok && keeps_promise(end, length);
    }
    end[at] = leaf[at];
  }
  check(ok, "every change of a byte", name);
}

/* xorshift32 (Marsaglia 2003); the state is never 0. */
static uint32_t draw(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

void test_random_bytes(uint32_t seed, unsigned count, const uint8_t *leaf, size_t length) {
  uint8_t bytes[MAX_INPUT];
  uint32_t state = seed;
  char name[64];
  bool ok = true;
  for (unsigned i = 0; i < count; i++) {
    size_t size = draw(&state) % (MAX_INPUT + 1U);
    uint8_t *start = bytes + MAX_INPUT - size;
    for (size_t at = 0; at < size; at++) start[at] = (uint8_t)(draw(&state) >> 8);
    /* Random bytes alone hardly pass the first two of them. */
    if (size > 2 && i % 2 == 0) memcpy(start, leaf, 2);
    ok = ok && keeps_promise(start, size);
  }
  (void)snprintf(name, sizeof name, "%u strings, seed %u", count, (unsigned)seed);
  check(ok, "random bytes", name);
  ok = true;
  for (unsigned i = 0; i < count; i++) {
    uint8_t *start = bytes + MAX_INPUT - length;
    memcpy(start, leaf, length);
    for (unsigned changes = 1U + draw(&state) % 4U; changes > 0; changes--)
      start[draw(&state) % length] = (uint8_t)(draw(&state) >> 8);
    ok = ok && keeps_promise(start, length);
  }
  (void)snprintf(name, sizeof name, "%u leaves, seed %u", count, (unsigned)seed);
  check(ok, "random changes", name);
}

void test_every_result_was_met(void) {
  static const dpp_status_t RESULTS[] = {
      DPP_OK,          DPP_ERR_TOO_LARGE, DPP_ERR_CBOR,    DPP_ERR_NOT_CANONICAL, DPP_ERR_VERSION,  DPP_ERR_LIST,
      DPP_ERR_SOURCE,  DPP_ERR_COUNTER,   DPP_ERR_DEVICE,  DPP_ERR_TYPE,          DPP_ERR_SUBJECT,  DPP_ERR_ROLE,
      DPP_ERR_TIER,    DPP_ERR_PAYLOAD,   DPP_ERR_PREVIOUS, DPP_ERR_CAPTURED,     DPP_ERR_CLOCK,    DPP_ERR_UPTIME,
      DPP_ERR_BOOT};
  char name[64];
  for (size_t i = 0; i < sizeof RESULTS / sizeof RESULTS[0]; i++) {
    (void)snprintf(name, sizeof name, "result %d (%s)", (int)RESULTS[i], dpp_status_code(RESULTS[i]));
    check(met[-(int)RESULTS[i]] > 0, "mutations led to", name);
  }
}
