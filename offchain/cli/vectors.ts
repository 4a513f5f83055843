/**
 * `npm run vectors`: writes the golden vectors under `vectors/`, which other implementations of the formats are held against. Everything in
 * them follows from fixed seeds. `vectors.test.ts` fails when a file is not what this writes; `--check` says so on the command line.
 */
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { actionVectors } from "./vectors/action.js";
import { actionChainVectors } from "./vectors/action-chain.js";
import { anchorVectors } from "./vectors/anchor.js";
import { identifierVectors, policyVectors, treeVectors } from "./vectors/commitments.js";
import { eventVectors } from "./vectors/event.js";
import { eventPayloadVectors } from "./vectors/event-payload.js";
import { historyVectors } from "./vectors/history.js";
import { incidentVectors } from "./vectors/incident.js";
import { receiveRequestVectors } from "./vectors/ownership.js";
import { p256Vectors } from "./vectors/p256.js";
import { proposalVectors } from "./vectors/proposal.js";
import { receiptVectors } from "./vectors/receipt.js";
import { documentVectors, keyringVectors, sealedVectors } from "./vectors/sealing.js";
import { signatureFormVectors } from "./vectors/signature-forms.js";
import { supplierRegistryVectors } from "./vectors/supplier-registry.js";
import { weakestLinkVectors } from "./vectors/weakest-link.js";

const VECTORS: Readonly<Record<string, () => unknown>> = {
  identifier: identifierVectors,
  tree: treeVectors,
  policy: policyVectors,
  document: documentVectors,
  sealed: sealedVectors,
  keyring: keyringVectors,
  action: actionVectors,
  "action-chain": actionChainVectors,
  event: eventVectors,
  "event-payload": eventPayloadVectors,
  anchor: anchorVectors,
  "signature-forms": signatureFormVectors,
  receipt: receiptVectors,
  "weakest-link": weakestLinkVectors,
  history: historyVectors,
  incident: incidentVectors,
  "receive-request": receiveRequestVectors,
  proposal: proposalVectors,
  "supplier-registry": supplierRegistryVectors,
  p256: p256Vectors,
};

/** File name and text of every vector file. */
export async function makeVectors(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [name, make] of Object.entries(VECTORS))
    files.set(`${name}.json`, `${JSON.stringify(await make(), null, 2)}\n`);
  return files;
}

async function main(directory: URL, check: boolean): Promise<void> {
  let stale = 0;
  for (const [name, text] of await makeVectors()) {
    const path = new URL(name, directory);
    const present = await readFile(path, "utf8").catch(() => null);
    if (present === text) continue;
    stale++;
    if (!check) await writeFile(path, text);
    console.log(`${check ? "differs" : "written"}: vectors/${name}`);
  }
  if (stale === 0) console.log("vectors are up to date");
  if (check && stale > 0) process.exitCode = 1;
}

// From dist/cli the repository's root is three levels up.
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  await main(new URL("../../../vectors/", import.meta.url), process.argv.includes("--check"));
