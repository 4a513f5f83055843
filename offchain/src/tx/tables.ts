/**
 * Tables of P-256 points on the ledger: outputs to refer to, each at an address that follows from the table, so that whoever knows the key finds it. Spec:
 * docs/spec/signature-forms.md "Tables".
 */
import { encodeAddressBytes, toBech32Address } from "../codec/address.js";
import type { KeyFields } from "../codec/event-key.js";
import { encodePlutusData } from "../codec/plutus-data.js";
import { tableHash } from "../crypto/p256.js";
import { keyTable } from "../crypto/p256-table.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { formOf, POINT_BYTES } from "../domain/event-key.js";
import { networkId } from "../ports/ledger.js";
import type { Contracts } from "./contracts.js";
import type { PlannedOutput, TxPlan } from "./plan.js";

/** Whether the script `p256` checks this key's signatures, and so needs its table. */
export function needsTable({ alg, pk }: KeyFields): boolean {
  const form = formOf(alg, pk);
  return form === "P-256" || form === "WebAuthn";
}

/** 1,024 bytes. @throws DppError `p256/point`. */
export const tableOf = ({ pk }: KeyFields): Uint8Array => keyTable(fromHex(pk).subarray(0, POINT_BYTES));

/** Payment: the config script, so that the quorum alone can spend it. Stake: a hash that is no key's. */
export const tableAddress = (contracts: Contracts, table: Uint8Array): string =>
  toBech32Address(
    encodeAddressBytes({
      kind: "base",
      networkId: networkId(contracts.network),
      payment: { kind: "script", hash: contracts.config.hash },
      stake: { kind: "key", hash: toHex(tableHash(table)) },
    }),
  );

export const tableDatum = (table: Uint8Array): string => toHex(encodePlutusData(table));

export const tableOutput = (contracts: Contracts, table: Uint8Array): PlannedOutput => ({
  address: tableAddress(contracts, table),
  assets: {},
  datum: tableDatum(table),
});

/** Each table once, for the keys that need one. */
export function tableOutputs(contracts: Contracts, keys: readonly KeyFields[]): readonly PlannedOutput[] {
  const outputs = keys.filter(needsTable).map((key) => tableOutput(contracts, tableOf(key)));
  return outputs.filter(({ address }, at) => outputs.findIndex((other) => other.address === address) === at);
}

/** Writes tables that are on no ledger yet. */
export const planCarryTables = (contracts: Contracts, keys: readonly KeyFields[]): TxPlan => ({
  inputs: [],
  referenceInputs: [],
  mints: [],
  outputs: tableOutputs(contracts, keys),
  signers: [],
  scripts: [],
});
