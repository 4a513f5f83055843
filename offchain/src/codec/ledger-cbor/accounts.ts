/**
 * What a transaction does with stake accounts (Conway CDDL `certificates`, `withdrawals`): the accounts of scripts that it registers, and what it takes
 * out of accounts. A withdrawal of nothing is how a script judges a whole transaction. All other certificates are only named, so that they can be refused.
 */
import { toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import { asBytes, asInt } from "./output.js";
import { arrayItems, mapEntries } from "./span.js";

export interface Withdrawal {
  /** What the account's credential is the hash of. */
  readonly kind: "key" | "script";
  /** 28 bytes hex. */
  readonly hash: string;
  readonly lovelace: bigint;
}

export interface AccountChanges {
  /** Hashes (hex) of the scripts whose accounts it registers by the certificate that needs no witness, in its own order. */
  readonly registrations: readonly string[];
  /** In the ledger's order, in which redeemers count them: scripts before keys, then by hash. */
  readonly withdrawals: readonly Withdrawal[];
  /** Whether it holds any other certificate: of a key's account, with a stated deposit, of delegation, of governance. */
  readonly hasOtherCertificates: boolean;
}

const REGISTRATION = 0n;
const SCRIPT = 1n;
/** Upper half of a reward address's first byte (CIP-19). */
const REWARD = { key: 14, script: 15 } as const;
const HASH_BYTES = 28;

const malformed = (what: string): DppError => new DppError("cbor/malformed", `malformed CBOR: ${what}`);

/** @throws DppError `cbor/malformed`. */
export function readAccountChanges(
  certificates: Uint8Array | undefined,
  withdrawals: Uint8Array | undefined,
): AccountChanges {
  const found = certificates === undefined ? [] : arrayItems(certificates).map(registeredScript);
  return {
    registrations: found.filter((hash) => hash !== null),
    withdrawals: withdrawals === undefined ? [] : readWithdrawals(withdrawals),
    hasOtherCertificates: found.includes(null),
  };
}

/** Null for every other certificate. */
function registeredScript(certificate: Uint8Array): string | null {
  const [type, credential, ...rest] = arrayItems(certificate);
  if (type === undefined) throw malformed("a certificate");
  if (asInt(type) !== REGISTRATION) return null;
  const [kind, hash, ...more] = credential === undefined ? [] : arrayItems(credential);
  if (kind === undefined || hash === undefined || more.length > 0 || rest.length > 0)
    throw malformed("a certificate");
  return asInt(kind) === SCRIPT ? hashOf(asBytes(hash)) : null;
}

function hashOf(bytes: Uint8Array): string {
  if (bytes.length !== HASH_BYTES) throw malformed("a credential");
  return toHex(bytes);
}

function readWithdrawals(bytes: Uint8Array): readonly Withdrawal[] {
  const found = mapEntries(bytes).map(([account, lovelace]): Withdrawal => {
    const address = asBytes(account);
    const type = (address[0] ?? 0) >> 4;
    if (type !== REWARD.key && type !== REWARD.script) throw malformed("a reward account");
    const kind = type === REWARD.script ? "script" : "key";
    return { kind, hash: hashOf(address.subarray(1)), lovelace: asInt(lovelace) };
  });
  // Which of two amounts or redeemers counts would be the reader's choice.
  if (new Set(found.map(place)).size !== found.length) throw malformed("two withdrawals from one account");
  return found.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** The ledger's `Credential` sorts scripts before keys, although the addresses' bytes sort the other way. */
const place = ({ kind, hash }: Withdrawal): string => (kind === "script" ? "0" : "1") + hash;
