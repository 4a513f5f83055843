/** A `config.json` to begin with: the required keys of the chosen parts, with values to be replaced. */
import { DppError } from "../../domain/errors.js";
import { nearest } from "./suggestion.js";

const LEDGERS = {
  embedded: { kind: "embedded" },
  utxorpc: { kind: "utxorpc", network: "preview", url: "http://127.0.0.1:9090" },
  blockfrost: { kind: "blockfrost", network: "preview", projectIdFile: "blockfrost-project-id" },
} as const;
const CONTENTS = {
  embedded: { kind: "embedded" },
  ipfs: { kind: "ipfs", nodes: ["http://127.0.0.1:5001"] },
} as const;

/** @throws DppError `usage/arguments` for a kind that there is not. */
export const startingFile = (ledger: string, content: string): { ledger: object; content: object } => ({
  ledger: chosen(LEDGERS, "ledger", ledger),
  content: chosen(CONTENTS, "content", content),
});

function chosen(parts: Readonly<Record<string, object>>, name: string, kind: string): object {
  const part = Object.hasOwn(parts, kind) ? parts[kind] : undefined;
  if (part !== undefined) return part;
  const kinds = Object.keys(parts);
  const meant = nearest(kind, kinds);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new DppError("usage/arguments", `a ${name} is ${kinds.join(" or ")}${hint}`);
}
