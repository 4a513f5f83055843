/*
 * Reads leaves as lines of hex and prints for each what the decoder says, e.g. "ok" or "event/malformed". scripts/firmware.mjs compares it with
 * what another implementation says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dpp_leaf.h"

static int nibble(int digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

int main(void) {
  static char line[2048];
  while (fgets(line, sizeof line, stdin) != NULL) {
    size_t digits = strcspn(line, "\n");
    /* Memory of exactly this size, so that the sanitizer sees a read beyond it. */
    uint8_t *bytes = malloc(digits > 1 ? digits / 2 : 1);
    if (bytes == NULL) return 1;
    for (size_t i = 0; i < digits / 2; i++) {
      int high = nibble(line[2 * i]), low = nibble(line[2 * i + 1]);
      if (high < 0 || low < 0) return 1;
      bytes[i] = (uint8_t)(high << 4 | low);
    }
    dpp_leaf_t leaf;
    dpp_status_t status = dpp_leaf_decode(bytes, digits / 2, &leaf);
    free(bytes);
    if (puts(dpp_status_code(status)) == EOF) return 1;
  }
  return 0;
}
