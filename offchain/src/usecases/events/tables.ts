/** Tables of P-256 keys as they lie on the ledger. Spec: docs/spec/signature-forms.md "Tables". */
import type { KeyFields } from "../../codec/event-key.js";
import { baseTable } from "../../crypto/p256-table.js";
import { DppError } from "../../domain/errors.js";
import type { Ledger, Utxo } from "../../ports/ledger.js";
import type { Contracts } from "../../tx/contracts.js";
import { needsTable, tableAddress, tableDatum, tableOf } from "../../tx/tables.js";

interface Place {
  readonly ledger: Pick<Ledger, "utxosAt">;
  readonly contracts: Contracts;
}

/** Anybody can pay to the address: what counts is the table in the output. */
async function tableAt({ ledger, contracts }: Place, table: Uint8Array): Promise<Utxo | null> {
  const datum = tableDatum(table);
  const utxos = await ledger.utxosAt(tableAddress(contracts, table));
  return utxos.find((utxo) => utxo.datum === datum) ?? null;
}

/**
 * The tables that checking signatures of `keys` needs, G's first; nothing when no key is of P-256. `missing`: keys whose table is on no ledger yet, each once.
 * @throws DppError `p256/no-base` when the deployment has not G's table, `p256/point`, `ledger/*`.
 */
export async function readTables(
  place: Place,
  keys: readonly KeyFields[],
): Promise<{ readonly tables: readonly Utxo[]; readonly missing: readonly KeyFields[] }> {
  const needing = keys.filter(needsTable);
  const once = needing.filter(({ pk }, at) => needing.findIndex((other) => other.pk === pk) === at);
  if (once.length === 0) return { tables: [], missing: [] };
  const base = await tableAt(place, baseTable());
  if (base === null)
    throw new DppError(
      "p256/no-base",
      "this deployment does not have the table of P-256's base point on the ledger: its ledger checks no P-256 signatures (dpp doctor)",
    );
  const found = await Promise.all(
    once.map(async (key) => ({ key, utxo: await tableAt(place, tableOf(key)) })),
  );
  return {
    tables: [base, ...found.flatMap(({ utxo }) => (utxo === null ? [] : [utxo]))],
    missing: found.flatMap(({ key, utxo }) => (utxo === null ? [key] : [])),
  };
}
