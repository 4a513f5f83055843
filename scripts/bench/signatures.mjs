// Signature forms: what they cost on the ledger, the curve by itself, and how fast they are off it. docs/experiments/signatures.md has the figures. Many events: signatures-volume.mjs.
// `npm run build` first. `npm run bench -- --only signatures`; alone: node scripts/bench/signatures.mjs [--json]
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { benchSignaturesCurve, printSignaturesCurve } from "./signatures-curve.mjs";
import { benchSignaturesOffchain, printSignaturesOffchain } from "./signatures-offchain.mjs";
import { benchSignaturesOnchain, printSignaturesOnchain } from "./signatures-onchain.mjs";

export async function benchSignatures() {
  return {
    onchain: await benchSignaturesOnchain(),
    curve: await benchSignaturesCurve(),
    offchain: await benchSignaturesOffchain(),
  };
}

export function printSignatures({ onchain, curve, offchain }, write = console.log) {
  printSignaturesOnchain(onchain, write);
  printSignaturesCurve(curve, write);
  printSignaturesOffchain(offchain, write);
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const result = await benchSignatures();
  if (process.argv.includes("--json")) console.log(JSON.stringify(result, null, 2));
  else printSignatures(result);
}
