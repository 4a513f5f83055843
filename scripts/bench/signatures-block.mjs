// How many packs a block could carry. What a block may hold is in no transaction's parameters, so that it stands here: mainnet, epoch 616, as those of the embedded ledger.

/** `maxBlockExecutionUnits`, `maxBlockBodySize`; for reference scripts 1 MiB, a constant of the Conway ledger (`maxRefScriptSizePerBlock`). */
export const BLOCK = { mem: 72_000_000, steps: 20_000_000_000, bytes: 90_112, script: 1_048_576 };

/** Transactions of this row in a block, and what ends their number. */
function transactionsOf(row) {
  const room = Object.entries(BLOCK).map(([limit, most]) => ({ limit, fit: Math.floor(most / row[limit]) }));
  return room.reduce((least, one) => (one.fit < least.fit ? one : least));
}

/** One pack in a transaction; the number together that brings most into a block; and as many together as a transaction takes. */
export function packsInBlock({ form, rows }) {
  const cases = rows.map((row) => {
    const { limit, fit } = transactionsOf(row);
    return { form, together: row.packs, transactions: fit, packs: fit * row.packs, "ends by": limit };
  });
  const most = cases.reduce((best, one) => (one.packs > best.packs ? one : best));
  return [...new Set([cases[0], most, cases.at(-1)])];
}
