// `npm run bench`: on-chain costs beside the plan, reads beside a bare route, sealing beside its primitives, memory of `npm start`.
//   npm run bench                     all of it, for people
//   npm run bench -- --json           one JSON document
//   npm run bench -- --only onchain   one part: onchain, sealing, actions, history, receipts, reads, start; events and signatures-volume (--full: a million of them), signatures, weakest-link and event-store, which take minutes, and node and ipfs, which need Go, run only when they are named
import { arch, cpus, platform } from "node:os";
import { benchReads } from "../resolver/dist/bench/reads.js";
import { benchActions } from "./bench/actions.mjs";
import { benchEventStore } from "./bench/event-store.mjs";
import { benchEvents, printEvents } from "./bench/events.mjs";
import { benchHistory } from "./bench/history.mjs";
import { benchIpfs } from "./bench/ipfs.mjs";
import { benchNode, printNode } from "./bench/node.mjs";
import { benchOnchain, printOnchain } from "./bench/onchain.mjs";
import { benchReceipts } from "./bench/receipts.mjs";
import { benchSealing } from "./bench/sealing.mjs";
import { benchSignatures, printSignatures } from "./bench/signatures.mjs";
import { benchSignaturesVolume, printSignaturesVolume } from "./bench/signatures-volume.mjs";
import { benchStart } from "./bench/start.mjs";
import { benchWeakestLink } from "./bench/weakest-link.mjs";

const PARTS = {
  onchain: benchOnchain,
  sealing: benchSealing,
  actions: benchActions,
  history: benchHistory,
  receipts: benchReceipts,
  reads: benchReads,
  start: benchStart,
  events: benchEvents,
  signatures: benchSignatures,
  "signatures-volume": () => benchSignaturesVolume(),
  "event-store": benchEventStore,
  "weakest-link": benchWeakestLink,
  node: benchNode,
  ipfs: benchIpfs,
};
/** Those that say more than their figures, each on a line. */
const PRINTED = {
  onchain: (rows) => printOnchain(rows),
  events: (result) => printEvents(result),
  signatures: (result) => printSignatures(result),
  "signatures-volume": (result) => printSignaturesVolume(result),
  node: (result) => printNode(result),
};
const ONLY_WHEN_NAMED = [
  "events",
  "signatures",
  "signatures-volume",
  "event-store",
  "weakest-link",
  "node",
  "ipfs",
];

const args = process.argv.slice(2);
const json = args.includes("--json");
const only = args.includes("--only") ? args[args.indexOf("--only") + 1] : undefined;
if (only !== undefined && PARTS[only] === undefined) {
  console.error(`bench: unknown part ${only}; one of ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}

/** Nested figures, one to a line. */
function printFigures(value, path = []) {
  if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) printFigures(inner, [...path, key]);
  } else {
    console.log(
      `  ${path.join(" ").padEnd(40)} ${typeof value === "number" ? value.toLocaleString("en") : value}`,
    );
  }
}

const results = {
  machine: { platform: platform(), arch: arch(), cores: cpus().length, node: process.version },
};
for (const [name, measure] of Object.entries(PARTS)) {
  if (only === undefined ? ONLY_WHEN_NAMED.includes(name) : only !== name) continue;
  if (!json) console.log(`\n== ${name}`);
  results[name] = await measure();
  if (json) continue;
  (PRINTED[name] ?? printFigures)(results[name]);
}
if (json) console.log(JSON.stringify(results, null, 2));
