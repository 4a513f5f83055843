/* The little CBOR (RFC 8949) that events need. Internal. */
#ifndef DPP_CBOR_H
#define DPP_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dpp_status.h"

enum { CBOR_UNSIGNED, CBOR_NEGATIVE, CBOR_BYTES, CBOR_TEXT, CBOR_LIST, CBOR_MAP, CBOR_TAG, CBOR_SIMPLE };

/** Appends to the caller's buffer; what no longer fits sets `full` and is dropped. */
typedef struct {
  uint8_t *out;
  size_t capacity;
  size_t length;
  bool full;
} cbor_writer_t;

/** The shortest form of major type and argument (§4.2.1). */
void cbor_write_head(cbor_writer_t *writer, unsigned major, uint64_t argument);
void cbor_write_raw(cbor_writer_t *writer, const uint8_t *data, size_t length);
void cbor_write_bytes(cbor_writer_t *writer, const uint8_t *data, size_t length);

typedef struct {
  const uint8_t *next;
  size_t left;
} cbor_reader_t;

/** DPP_ERR_CBOR for what ends early, is longer than need be, reserved or of indefinite length; DPP_ERR_NOT_CANONICAL for a float. */
dpp_status_t cbor_read_head(cbor_reader_t *reader, unsigned *major, uint64_t *argument);

/**
 * Whether the bytes are exactly one item of the CBOR that the formats know, however nested; in constant memory. Does not look at texts, nor at the
 * order of a map's keys: no field of a leaf is either, so they are refused anyway. DPP_ERR_CBOR, or DPP_ERR_NOT_CANONICAL if there is a float.
 */
dpp_status_t cbor_check(const uint8_t *bytes, size_t length);

#endif
