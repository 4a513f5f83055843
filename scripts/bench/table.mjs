// Rows as people read them.

function cellOf(key, value, lovelace) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return value;
  return lovelace.includes(key)
    ? (value / 1e6).toFixed(6)
    : value.toLocaleString("en", { maximumFractionDigits: 2 });
}

/** Rows of one shape, aligned; the columns of `lovelace` in ADA. */
export function printTable(rows, write, lovelace = []) {
  if (rows.length === 0) return;
  const keys = Object.keys(rows[0]);
  const cells = rows.map((row) => keys.map((key) => cellOf(key, row[key], lovelace)));
  const widths = keys.map((key, at) => Math.max(key.length, ...cells.map((row) => row[at].length)));
  for (const row of [keys, ...cells])
    write(`  ${row.map((cell, at) => cell.padStart(widths[at])).join("  ")}`);
}
