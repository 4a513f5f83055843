/* Stands for the element that holds the key: gives the vector's signature for the vector's bytes, and none for any others. */
#ifndef DPP_TEST_RECORDED_SIGNER_H
#define DPP_TEST_RECORDED_SIGNER_H

#include "dpp_event.h"

typedef struct {
  const char *message;   /* hex */
  const char *signature; /* hex */
} recorded_signature_t;

/** A `sign` whose context is a recorded signature. */
int replay_signature(void *ctx, const uint8_t *message, size_t length, uint8_t signature[DPP_SIGNATURE_BYTES]);

/** A `sign` that always fails. */
int refuse_to_sign(void *ctx, const uint8_t *message, size_t length, uint8_t signature[DPP_SIGNATURE_BYTES]);

#endif
