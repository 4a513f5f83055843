/* For libFuzzer: what is accepted encodes to the same bytes. scripts/firmware.mjs builds and runs it where clang is. */
#include <stdlib.h>
#include <string.h>

#include "dpp_leaf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  dpp_leaf_t leaf;
  uint8_t again[DPP_LEAF_MAX_BYTES];
  size_t length = 0;
  if (dpp_leaf_decode(data, size, &leaf) != DPP_OK) return 0;
  if (dpp_leaf_encode(&leaf, again, sizeof again, &length) != DPP_OK) abort();
  if (length != size || memcmp(again, data, size) != 0) abort();
  return 0;
}
