#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dpp_blake2b.h"

static unsigned passed, failed;
static dpp_blake2b_t transcript;
static bool begun;

void record(const uint8_t *data, size_t length) {
  if (!begun) begun = dpp_blake2b_init(&transcript, DPP_HASH_BYTES) == DPP_OK;
  dpp_blake2b_update(&transcript, data, length);
}

static void print_hex(const char *label, const uint8_t *data, size_t length) {
  printf("     %s ", label);
  for (size_t i = 0; i < length; i++) printf("%02x", (unsigned)data[i]);
  printf("\n");
}

void check(bool ok, const char *group, const char *name) {
  printf("%s %s: %s\n", ok ? "ok  " : "FAIL", group, name);
  if (ok) passed++;
  else failed++;
}

static unsigned nibble(char digit) {
  if (digit >= '0' && digit <= '9') return (unsigned)(digit - '0');
  if (digit >= 'a' && digit <= 'f') return (unsigned)(digit - 'a') + 10U;
  printf("FAIL a vector holds the character %c where hex was expected\n", digit);
  exit(1);
}

size_t unhex(const char *hex, uint8_t *out, size_t capacity) {
  size_t digits = strlen(hex);
  if (digits % 2 != 0 || digits / 2 > capacity) {
    printf("FAIL a vector of %u hex digits does not fit\n", (unsigned)digits);
    exit(1);
  }
  for (size_t i = 0; i < digits / 2; i++) out[i] = (uint8_t)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
  return digits / 2;
}

void check_bytes(const char *group, const char *name, const uint8_t *actual, size_t length, const char *hex) {
  static uint8_t expected[1024];
  size_t size = unhex(hex, expected, sizeof expected);
  bool ok = size == length && memcmp(expected, actual, length) == 0;
  record(actual, length);
  check(ok, group, name);
  if (ok) return;
  print_hex("expected", expected, size);
  print_hex("got     ", actual, length);
}

void check_status(const char *group, const char *name, dpp_status_t actual, dpp_status_t expected) {
  check(actual == expected, group, name);
  if (actual != expected)
    printf("     expected %d (%s), got %d (%s)\n", (int)expected, dpp_status_code(expected), (int)actual,
           dpp_status_code(actual));
}

int summary(void) {
  uint8_t digest[DPP_HASH_BYTES];
  record(NULL, 0);
  dpp_blake2b_final(&transcript, digest);
  print_hex("blake2b_256 of all bytes made:", digest, sizeof digest);
  printf("%u passed, %u failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
