/**
 * Turns what a role was given into proven elements. Escrow groups come in clear with proofs; direct groups are opened here with the reader's key. In both
 * cases an element counts only when it leads to the root from the ledger.
 */
import { decodeKeyring } from "@cardano-dpp/offchain/codec/keyring";
import type { GroupKeyring } from "@cardano-dpp/offchain/crypto/group-keys";
import { openKeyring } from "@cardano-dpp/offchain/crypto/keyring";
import type { ReadingKeyPair } from "@cardano-dpp/offchain/crypto/x25519";
import { fromBase64url, toHex } from "@cardano-dpp/offchain/domain/bytes";
import type { Element } from "@cardano-dpp/offchain/domain/element";
import { DppError, isDppError } from "@cardano-dpp/offchain/domain/errors";
import { verifyDisclosure } from "@cardano-dpp/offchain/merkle/disclosure";
import { openPassport } from "@cardano-dpp/offchain/usecases/seal-open";
import type { PassportAnswer } from "../src/passport/answer.js";
import { fetchContent } from "./api.js";
import { TEXTS } from "./texts.js";

type RoleReading = NonNullable<PassportAnswer["reading"]>;

export interface GroupElements {
  readonly name: string;
  readonly elements: readonly Element[];
  /** Ids whose proof fails. */
  readonly refused: readonly string[];
}

export function readEscrowGroups(reading: RoleReading, root: string): readonly GroupElements[] {
  return reading.groups.flatMap((group) => {
    if (group.access !== "escrow") return [];
    const elements: Element[] = [];
    const refused: string[] = [];
    for (const disclosure of group.elements) {
      try {
        elements.push(verifyDisclosure(root, disclosure));
      } catch {
        refused.push(String((disclosure as { element?: { id?: unknown } } | null)?.element?.id));
      }
    }
    return [{ name: group.name, elements, refused }];
  });
}

export const directGroups = (reading: RoleReading): readonly string[] =>
  reading.groups.filter(({ access }) => access === "direct").map(({ name }) => name);

/**
 * `root`, `issuer`: from the ledger.
 * @throws DppError `keyring/*` when the key opens nothing here, `sealed/*` when ciphertext or keys were tampered with.
 */
export async function openDirectGroups(
  answer: PassportAnswer & { readonly reading: RoleReading },
  key: ReadingKeyPair,
  ledger: { readonly root: string; readonly issuer: string },
): Promise<readonly GroupElements[]> {
  const keys = await openOwn(answer.reading, key);
  const bytes = await fetchContent(answer.passport.content);
  const expected = { config: answer.deployment.configPolicy, issuer: ledger.issuer, dataRoot: ledger.root };
  const opened = openPassport(bytes, expected, keys);
  return directGroups(answer.reading).map((name) => {
    const entries = opened.groups.get(name);
    if (entries === undefined) throw wrongKey();
    return { name, elements: entries.map(({ element }) => element), refused: [] };
  });
}

const wrongKey = (cause?: unknown): DppError =>
  new DppError("reading-key/not-registered", TEXTS.key.wrongKey, { cause });

async function openOwn(reading: RoleReading, key: ReadingKeyPair): Promise<GroupKeyring> {
  let last: unknown;
  for (const { attestation, keyring } of reading.keyrings) {
    try {
      return await openKeyring(decodeKeyring(fromBase64url(keyring)), {
        name: attestation,
        secretKey: key.secretKey,
      });
    } catch (error) {
      if (!isDppError(error)) throw error;
      last = error;
    }
  }
  throw wrongKey(last);
}

export const publicKeyText = (key: ReadingKeyPair): string => toHex(key.publicKey);
