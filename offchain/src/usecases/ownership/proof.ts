/** Proving on demand that one owns a passport, and judging such a proof against the ledger of the moment. Spec: docs/spec/ownership.md "Proof". */
import { parseAddress, toBech32Address } from "../../codec/address.js";
import { decodeCoseKey } from "../../codec/cose.js";
import { keyHashOf, type SignDataAnswer, verifySignData } from "../../crypto/cip8.js";
import { toHex, utf8 } from "../../domain/bytes.js";
import { isRecord } from "../../domain/element.js";
import { DppError, isDppError } from "../../domain/errors.js";
import { networkId } from "../../ports/ledger.js";
import type { Signer } from "../../ports/signer.js";
import type { Reading } from "../context.js";
import { assertChallengeHere, formatOwnershipChallenge, type OwnershipChallenge } from "./challenge.js";
import { type Ownership, readOwnership } from "./read.js";

export interface OwnershipProof extends SignDataAnswer {
  /** Bech32 or hex; its payment key signed. */
  readonly address: string;
}

const FORMAT = "cardano-dpp/ownership-proof";
const VERSION = 1;
const MAX_TEXT = 16 * 1024;

/**
 * Signs with the key that holds the (222).
 * @throws DppError `ownership/not-owner` when it lies elsewhere: the signature would prove nothing; `ownership/challenge-*`; as `readOwnership`.
 */
export async function proveOwnership(
  reading: Reading,
  challenge: OwnershipChallenge,
  signer: Signer,
): Promise<{ readonly proof: OwnershipProof; readonly owned: Ownership }> {
  assertChallengeHere(reading, challenge);
  const owned = await readOwnership(reading, challenge.passport);
  if (owned.keyHash !== signer.keyHash) throw notOwner(owned);
  const payload = toHex(utf8(formatOwnershipChallenge(challenge)));
  return { proof: { address: owned.address, ...(await signer.signData(owned.address, payload)) }, owned };
}

const notOwner = ({ address }: Pick<Ownership, "address">): DppError =>
  new DppError(
    "ownership/not-owner",
    `the passport lies at ${address}, under another key than the one that signs: it has another owner now`,
    { details: { address } },
  );

/**
 * The key hash whose key signed the challenge.
 * @throws DppError `ownership/stake-key`; `cip8/*`, `cose/malformed`, `address/*`, `bytes/hex`, `bech32/malformed`.
 */
export function ownershipSigner(challenge: OwnershipChallenge, proof: OwnershipProof): string {
  const { address, bytes } = parseAddress(proof.address);
  if (address.kind === "reward") throw stakeKey();
  const claim = {
    ...proof,
    address: toHex(bytes),
    message: utf8(formatOwnershipChallenge(challenge)),
    networkId: networkId(challenge.network),
  };
  try {
    return verifySignData(claim).keyHash;
  } catch (error) {
    if (
      isDppError(error, "cip8/key-mismatch") &&
      keyHashOf(decodeCoseKey(proof.key).x) === address.stake?.hash
    )
      throw stakeKey();
    throw error;
  }
}

const stakeKey = (): DppError =>
  new DppError(
    "ownership/stake-key",
    "a stake key cannot send the passport away, so its signature does not prove possession: sign with the address addr… where the passport lies",
  );

/**
 * The owner, when his key signed the challenge and holds the (222) now. That the challenge is the verifier's own, and unanswered, is the caller's to know.
 * @throws DppError `ownership/not-owner`, `ownership/challenge-*`, and as `ownershipSigner` and `readOwnership`.
 */
export async function verifyOwnership(
  reading: Reading,
  challenge: OwnershipChallenge,
  proof: OwnershipProof,
): Promise<Ownership> {
  assertChallengeHere(reading, challenge);
  const keyHash = ownershipSigner(challenge, proof);
  const owned = await readOwnership(reading, challenge.passport);
  if (owned.keyHash !== keyHash) throw notOwner(owned);
  return owned;
}

export interface OwnershipProofFile extends OwnershipProof {
  /** Of the challenge that it answers. */
  readonly nonce: string;
}

export const encodeOwnershipProof = ({ nonce, address, signature, key }: OwnershipProofFile): string =>
  `${JSON.stringify({ format: FORMAT, version: VERSION, nonce, address: toBech32Address(parseAddress(address).bytes), signature, key }, null, 2)}\n`;

/** @throws DppError `ownership/proof-malformed`. */
export function decodeOwnershipProof(text: string): OwnershipProofFile {
  const json = parseJson(text);
  if (isRecord(json) && json.format === FORMAT && json.version === VERSION) {
    const { nonce, address, signature, key } = json;
    if ([nonce, address, signature, key].every((part) => typeof part === "string"))
      return { nonce, address, signature, key } as OwnershipProofFile;
  }
  throw new DppError(
    "ownership/proof-malformed",
    "this is no ownership proof: ask the owner for the file that dpp owner prove or the page made",
  );
}

function parseJson(text: string): unknown {
  try {
    return text.length <= MAX_TEXT ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
