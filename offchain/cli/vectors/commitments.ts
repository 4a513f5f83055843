/** Vectors of docs/spec/identifier.md, tree.md and policy.md: everything that is a hash. */
import { encodePolicy, policyHash } from "../../src/codec/policy.js";
import { fromHex, toHex, utf8 } from "../../src/domain/bytes.js";
import { isDppError } from "../../src/domain/errors.js";
import { parseGtin } from "../../src/domain/gtin.js";
import { idCommit, identifierPath, parseIdentifier, parseSerial } from "../../src/domain/identifier.js";
import { formatPassportLink } from "../../src/domain/identifier-link.js";
import { leafHash, merkleProof, merkleRoot } from "../../src/merkle/tree.js";
import { PRESETS } from "../../src/policies/presets.js";

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (isDppError(error)) return error.code;
    throw error;
  }
  throw new Error("a vector of a refusal was accepted");
};

const SALT = "000102030405060708090a0b0c0d0e0f";
const PASSPORT = "11".repeat(28);

const link = (gtin: string, serial: string) => {
  const identifier = parseIdentifier(gtin, serial);
  return {
    gtin,
    serial,
    path: identifierPath(identifier),
    salt: SALT,
    idCommit: idCommit(fromHex(SALT), identifier),
    passportId: PASSPORT,
    link: formatPassportLink({
      base: "https://id.example",
      identifier,
      passportId: PASSPORT,
      salt: fromHex(SALT),
    }),
  };
};

export const identifierVectors = () => ({
  spec: "docs/spec/identifier.md",
  accepted: [
    link("9506000134352", "A1"),
    link("09506000134352", "EXB90-2026-000042"),
    link("95060002", "!\"%&'()*+,-./:;<=>?"),
    link("614141999996", "12345678901234567890"),
  ],
  refused: [
    ...["9506000134353", "95060001343", "", "950600013435X"].map((gtin) => ({
      gtin,
      code: codeOf(() => parseGtin(gtin)),
    })),
    ...["", "a b", "123456789012345678901", "..", "é"].map((serial) => ({
      serial,
      code: codeOf(() => parseSerial(serial)),
    })),
  ],
});

const contentOf = (index: number): string => `leaf ${index}`;
const saltOf = (index: number): Uint8Array => new Uint8Array(32).fill(index);

export const treeVectors = () => ({
  spec: "docs/spec/tree.md",
  note: "leaf i has the content 'leaf i' (ASCII) and a salt of 32 bytes i",
  trees: [1, 2, 3, 4, 5, 7, 8, 13, 72].map((count) => {
    const leaves = Array.from({ length: count }, (_, index) =>
      leafHash(saltOf(index), utf8(contentOf(index))),
    );
    const indices = [...new Set([0, Math.floor(count / 2), count - 1])];
    return {
      count,
      leaves: count <= 13 ? leaves.map(toHex) : undefined,
      root: toHex(merkleRoot(leaves)),
      proofs: indices.map((index) => ({ index, path: merkleProof(leaves, index).path.map(toHex) })),
    };
  }),
});

export const policyVectors = () => ({
  spec: "docs/spec/policy.md",
  presets: Object.values(PRESETS).map((policy) => ({
    name: policy.name,
    version: policy.version,
    bytes: encodePolicy(policy).length,
    hash: policyHash(policy),
  })),
});
