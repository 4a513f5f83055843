/** From the ledger, what shows who accredited the signers: the transactions of their attestations and the consortium's rotations, with the signatures that count. */
import { decodeAttestationDatum } from "../../codec/datum.js";
import type { SignedTransaction } from "../../codec/ledger-cbor/signed.js";
import { transactionFor } from "../../codec/receipt-transaction.js";
import { keyHashOf } from "../../crypto/cip8.js";
import { fromHex } from "../../domain/bytes.js";
import type { Config } from "../../domain/config.js";
import { DppError } from "../../domain/errors.js";
import type { OutRef } from "../../domain/out-ref.js";
import type { ReceiptAttestation, ReceiptTransaction } from "../../domain/receipt.js";
import { referenceUnit } from "../../domain/tokens.js";
import type { KnownConfig, TrustRoot } from "../../domain/trust-root.js";
import type { Reading } from "../context.js";
import { signersOf } from "../history/authority.js";
import { inLedgerOrder } from "../history/order.js";
import { stepOf, type TokenStep } from "../history/token.js";
import type { WrittenConfig } from "../trust-root.js";
import { type AttestationState, authorityOf, keysOf } from "./receipt-authority.js";
import { consortiumOf, knownConfigs, rangeOf, refText } from "./receipt-chain.js";

const unreadable = (what: string): DppError =>
  new DppError("receipt/unreadable", `the signer's attestation: ${what}`);

/** A signer, and the output of its attestation that an append referred to. */
export interface Referred {
  /** Attestation name, hex. */
  readonly name: string;
  readonly output: OutRef;
}

export interface CollectedAttestations {
  readonly attestations: readonly ReceiptAttestation[];
  /** The newest config that they refer to; null: none. */
  readonly newest: KnownConfig | null;
}

/** In the order of `signers`. @throws DppError `receipt/unreadable`, `ledger/*`. */
export async function collectAttestations(
  reading: Pick<Reading, "ledger">,
  signers: readonly Referred[],
  root: TrustRoot,
): Promise<CollectedAttestations> {
  const attestations: ReceiptAttestation[] = [];
  const referred: KnownConfig[] = [];
  for (const { name, output } of signers) {
    const life = await collectLife(reading, name, output, root);
    attestations.push({ name, transactions: life.transactions });
    referred.push(...life.referred);
  }
  return { attestations, newest: root.configs.findLast((config) => referred.includes(config)) ?? null };
}

interface CollectedLife {
  readonly transactions: readonly ReceiptTransaction[];
  /** Configs whose signatures count. */
  readonly referred: readonly KnownConfig[];
}

/** From the issue to `last`. */
async function collectLife(
  { ledger }: Pick<Reading, "ledger">,
  name: string,
  last: OutRef,
  root: TrustRoot,
): Promise<CollectedLife> {
  const unit = referenceUnit(root.roles, name);
  const configs = knownConfigs(root);
  const transactions: ReceiptTransaction[] = [];
  const referred: KnownConfig[] = [];
  let before: { readonly output: NonNullable<TokenStep["after"]>; readonly state: AttestationState } | null =
    null;
  for (const { tx, signed, unreadable: why } of inLedgerOrder([await ledger.transactionsOf(unit)])) {
    if (signed === null) throw unreadable(`${tx.hash} cannot be read: ${why}`);
    const { after } = stepOf(signed, unit, before?.output ?? null);
    if (after === null) throw unreadable(`${tx.hash} does not continue it`);
    const state = decodeAttestationDatum(after.datum ?? "");
    const consortium = consortiumOf(signed, configs);
    const range = rangeOf(signed, root.slots);
    const authority = authorityOf(before?.state ?? null, state, signersIn(signed), range, consortium);
    if (authority === null) throw unreadable(`nobody who may signed ${tx.hash}`);
    if (authority !== "holder" && consortium !== null) referred.push(consortium);
    const counting = keysOf(authority, before?.state.extra.holder ?? null, consortium);
    const needed = authority === "quorum" ? (consortium?.threshold ?? 1) : 1;
    transactions.push(transactionFor(tx.cbor, isOneOf(counting), needed));
    if (refText(after) === refText(last)) return { transactions, referred };
    before = { output: after, state };
  }
  throw unreadable(`no transaction made ${refText(last)}`);
}

function signersIn(signed: SignedTransaction): ReadonlySet<string> {
  const signers = signersOf(signed);
  if (signers === null) throw unreadable(`${signed.hash} has a signature that is wrong`);
  return signers;
}

const isOneOf =
  (keyHashes: readonly string[]) =>
  (publicKey: string): boolean =>
    keyHashes.includes(keyHashOf(fromHex(publicKey)));

/** Every rotation from the founding to the one that made `newest`. */
export function collectRotations(
  configs: readonly WrittenConfig[],
  newest: KnownConfig | null,
): readonly ReceiptTransaction[] {
  const end =
    newest === null ? 0 : configs.findIndex(({ output }) => refText(output) === refText(newest.output));
  return configs.slice(1, end + 1).map(({ cbor, signed, config }, at) => {
    const old = configs[at]?.config;
    const quorums = [...quorumIn(signed, old), ...quorumIn(signed, config)];
    return transactionFor(cbor, isOneOf(quorums));
  });
}

/** As many of the members who signed as have to. */
function quorumIn(signed: SignedTransaction, config: Config | undefined): readonly string[] {
  const signers = signersIn(signed);
  const signing = config?.members.filter((member) => signers.has(member)) ?? [];
  return signing.slice(0, config?.threshold ?? 0);
}
