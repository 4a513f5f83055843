#include "recorded_signer.h"

#include <string.h>

#include "check.h"

int replay_signature(void *ctx, const uint8_t *message, size_t length, uint8_t signature[DPP_SIGNATURE_BYTES]) {
  const recorded_signature_t *recorded = ctx;
  uint8_t expected[DPP_TO_BE_SIGNED_MAX_BYTES];
  size_t expected_length = unhex(recorded->message, expected, sizeof expected);
  if (length != expected_length || memcmp(message, expected, length) != 0) return 1;
  return unhex(recorded->signature, signature, DPP_SIGNATURE_BYTES) == DPP_SIGNATURE_BYTES ? 0 : 1;
}

int refuse_to_sign(void *ctx, const uint8_t *message, size_t length, uint8_t signature[DPP_SIGNATURE_BYTES]) {
  (void)ctx;
  (void)message;
  (void)length;
  (void)signature;
  return -1;
}
