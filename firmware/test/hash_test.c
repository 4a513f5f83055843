/* BLAKE2b against answers that were not made with it, salted trees against the vectors of docs/spec/tree.md. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "dpp_tree.h"
#include "known_answers.h"
#include "tests.h"
#include "tree_vectors.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static uint8_t sequence_byte(unsigned index) { return (uint8_t)(index % 251U); }

/* In one piece and in pieces of uneven lengths: incremental hashing must not depend on where the pieces end. */
void test_blake2b(void) {
  static uint8_t input[4096];
  uint8_t digest[64];
  dpp_blake2b_t hash;
  for (unsigned i = 0; i < sizeof input; i++) input[i] = sequence_byte(i);
  check_status("blake2b", "a digest of 0 bytes is refused", dpp_blake2b_init(&hash, 0), DPP_ERR_DIGEST_LENGTH);
  check_status("blake2b", "a digest of 65 bytes is refused", dpp_blake2b_init(&hash, 65), DPP_ERR_DIGEST_LENGTH);
  check_status("blake2b", "a digest of 1 byte is made", dpp_blake2b_init(&hash, 1), DPP_OK);
  (void)dpp_blake2b_init(&hash, 64);
  dpp_blake2b_update(&hash, (const uint8_t *)"abc", 3);
  dpp_blake2b_final(&hash, digest);
  check_bytes("blake2b", "RFC 7693 appendix A", digest, 64, ABC_512);
  for (size_t i = 0; i < COUNT(BLAKE2B); i++) {
    char name[64];
    const known_answer_t *known = &BLAKE2B[i];
    (void)dpp_blake2b_init(&hash, known->digest_length);
    dpp_blake2b_update(&hash, input, known->length);
    dpp_blake2b_final(&hash, digest);
    (void)snprintf(name, sizeof name, "%u bytes to %u", known->length, known->digest_length);
    check_bytes("blake2b", name, digest, known->digest_length, known->digest);
    (void)dpp_blake2b_init(&hash, known->digest_length);
    for (unsigned at = 0, piece = 1; at < known->length; at += piece, piece = piece % 131U + 1U)
      dpp_blake2b_update(&hash, input + at, known->length - at < piece ? known->length - at : piece);
    dpp_blake2b_final(&hash, digest);
    (void)snprintf(name, sizeof name, "%u bytes to %u, in pieces", known->length, known->digest_length);
    check_bytes("blake2b", name, digest, known->digest_length, known->digest);
  }
}

/* The elements' encodings are the caller's to make; here the vectors' generator made them. */
static void test_payload(void) {
  uint8_t tops[DPP_PAYLOAD_LEVELS][DPP_HASH_BYTES], salt[DPP_SALT_BYTES], root[DPP_HASH_BYTES];
  static uint8_t content[1024];
  dpp_tree_t tree;
  bool added = true;
  dpp_payload_init(&tree, tops);
  for (size_t i = 0; i < COUNT(PAYLOAD_ELEMENTS); i++) {
    size_t length = unhex(PAYLOAD_ELEMENTS[i].content, content, sizeof content);
    (void)unhex(PAYLOAD_ELEMENTS[i].salt, salt, sizeof salt);
    added = added && dpp_tree_add_salted(&tree, salt, content, length) == DPP_OK;
  }
  check(added && dpp_tree_root(&tree, root) == DPP_OK, "payload", "its tree is built");
  check_bytes("payload", "its hash", root, sizeof root, PAYLOAD_HASH);
}

void test_trees(void) {
  static uint8_t tops[DPP_TREE_LEVELS][DPP_HASH_BYTES];
  uint8_t root[DPP_HASH_BYTES], salt[DPP_SALT_BYTES];
  char text[32];
  dpp_tree_t tree;
  for (size_t i = 0; i < COUNT(TREES); i++) {
    (void)dpp_tree_init(&tree, tops, DPP_TREE_LEVELS);
    bool added = true;
    for (unsigned leaf = 0; leaf < TREES[i].count; leaf++) {
      int digits = snprintf(text, sizeof text, "leaf %u", leaf);
      memset(salt, (int)(leaf & 0xffU), sizeof salt);
      added = added && dpp_tree_add_salted(&tree, salt, (const uint8_t *)text, (size_t)digits) == DPP_OK;
    }
    (void)snprintf(text, sizeof text, "%u leaves", TREES[i].count);
    check(added && dpp_tree_root(&tree, root) == DPP_OK, "salted tree is built", text);
    check_bytes("salted tree", text, root, sizeof root, TREES[i].root);
  }
  test_payload();
  (void)dpp_tree_init(&tree, tops, 2);
  check_status("tree", "of no leaves has no root", dpp_tree_root(&tree, root), DPP_ERR_COUNT);
  bool fits = true;
  for (unsigned i = 0; i < 3; i++) fits = fits && dpp_tree_add(&tree, root) == DPP_OK;
  check(fits, "tree", "two levels hold three leaves");
  check_status("tree", "two levels hold no fourth leaf", dpp_tree_add(&tree, root), DPP_ERR_COUNT);
  dpp_payload_init(&tree, tops);
  for (unsigned i = 0; i < 64; i++) fits = fits && dpp_tree_add(&tree, root) == DPP_OK;
  check(fits, "tree", "a payload has up to 64 elements");
  check_status("tree", "a payload has no 65th element", dpp_tree_add(&tree, root), DPP_ERR_COUNT);
  (void)dpp_tree_init(&tree, tops, DPP_TREE_LEVELS);
  check(tree.max == UINT32_C(1) << 24, "tree", "of 25 levels takes 2^24 leaves");
  check_status("tree", "has a level", dpp_tree_init(&tree, tops, 0), DPP_ERR_COUNT);
  check_status("tree", "has at most 25 levels", dpp_tree_init(&tree, tops, DPP_TREE_LEVELS + 1), DPP_ERR_COUNT);
}
