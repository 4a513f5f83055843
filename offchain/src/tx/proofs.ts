/** The part of a transaction in which the script `p256` checks signatures for other scripts. Rules: docs/spec/signature-forms.md "Script p256". */
import type { KeyFields } from "../codec/event-key.js";
import { encodeP256Proofs, statementOf } from "../codec/redeemer.js";
import { decodeAssertion } from "../codec/webauthn.js";
import { p256Hints } from "../crypto/p256.js";
import { baseTable } from "../crypto/p256-table.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { formOf } from "../domain/event-key.js";
import type { Utxo } from "../ports/ledger.js";
import type { Contracts, DeploymentUtxos } from "./contracts.js";
import { sameOutRef, type TxPlan } from "./plan.js";
import { withScript } from "./state.js";
import { needsTable, tableDatum, tableOf } from "./tables.js";

/** A signature by an attestation's key over a digest, as a pack holds it. */
export interface KeySignature extends KeyFields {
  /** 32 bytes. */
  readonly digest: Uint8Array;
  /** Hex, in the form of the key. */
  readonly signature: string;
}

/** What the redeemer of another script holds of a signature: all of it, or nothing where `p256` has it. */
export const signatureBeside = ({ alg, pk, signature }: KeySignature): string =>
  needsTable({ alg, pk }) ? "" : signature;

/**
 * The plan with a withdrawal that proves those of `signatures` which no builtin checks; without any, the plan as it is. `tables`: outputs that hold the tables, G's too.
 * @throws DppError `p256/no-table`, `p256/signature`, `webauthn/malformed`.
 */
export function withProofs(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  plan: TxPlan,
  signatures: readonly KeySignature[],
  tables: readonly Utxo[],
): TxPlan {
  const proven = signatures.filter(needsTable);
  if (proven.length === 0) return plan;
  const base = holding(tables, baseTable());
  const keys = proven.map((key) => holding(tables, tableOf(key)));
  const script = withScript(contracts, utxos, "p256");
  const referenceInputs = [...plan.referenceInputs, ...script.referenceInputs, base, ...keys].filter(
    (utxo, at, all) => all.findIndex((other) => sameOutRef(other, utxo)) === at,
  );
  // As a script sees them, whatever order they are given in.
  const sorted = referenceInputs.toSorted(inLedgerOrder);
  const position = (utxo: Utxo): number => sorted.findIndex((other) => sameOutRef(other, utxo));
  const redeemer = encodeP256Proofs({
    statements: proven.map(({ alg, digest, pk }) => statementOf(alg, digest, pk)),
    base: position(base),
    proofs: proven.map((key, at) => ({ table: position(keys[at] as Utxo), ...hintsOf(key) })),
  });
  return {
    ...plan,
    referenceInputs,
    scripts: [...plan.scripts, ...script.scripts],
    withdrawals: [...(plan.withdrawals ?? []), { script: contracts.p256.hash, redeemer }],
  };
}

const inLedgerOrder = (a: Utxo, b: Utxo): number =>
  a.txHash === b.txHash ? a.outputIndex - b.outputIndex : a.txHash < b.txHash ? -1 : 1;

function hintsOf({ alg, pk, signature }: KeySignature) {
  const bytes = fromHex(signature);
  if (formOf(alg, pk) !== "WebAuthn") return { ...p256Hints(bytes), assertion: null };
  const { authenticatorData, clientDataJSON, signature: raw } = decodeAssertion(bytes);
  return {
    ...p256Hints(raw),
    assertion: { authenticatorData: toHex(authenticatorData), clientDataJSON: toHex(clientDataJSON) },
  };
}

function holding(tables: readonly Utxo[], table: Uint8Array): Utxo {
  const datum = tableDatum(table);
  const found = tables.find((utxo) => utxo.datum === datum);
  if (found === undefined)
    throw new DppError(
      "p256/no-table",
      "the table of a P-256 key does not lie on the ledger: have it written, then try again",
    );
  return found;
}
