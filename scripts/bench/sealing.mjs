// Sealing and verifying a full battery passport, beside the bare primitives over the same bytes in the same run; sizes of passport and keyring.
// `npm run build` first. Alone: node scripts/bench/sealing.mjs [--json] [--repairers 10,1000,10000]
import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { encodeElement } from "@cardano-dpp/offchain/codec/document";
import { encodeGroupElements } from "@cardano-dpp/offchain/codec/document-sealed";
import { decodeKeyring, encodeKeyring } from "@cardano-dpp/offchain/codec/keyring";
import { createKeyring, openKeyring } from "@cardano-dpp/offchain/crypto/keyring";
import { refreshKeyring } from "@cardano-dpp/offchain/crypto/keyring-refresh";
import { checkElements, parsePassportFile } from "@cardano-dpp/offchain/domain/document-input";
import { discloseElement, verifyDisclosure } from "@cardano-dpp/offchain/merkle/disclosure";
import { resolvePolicy } from "@cardano-dpp/offchain/policies/presets";
import {
  actor,
  asIssuer,
  asRecipient,
  CONFIG,
  sealedWorld,
  sealIn,
} from "@cardano-dpp/offchain/testing/sealed-world";
import { openPassport } from "@cardano-dpp/offchain/usecases/seal-open";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { blake2b } from "@noble/hashes/blake2.js";

const round = (number) => Math.round(number * 1000) / 1000;

/** Median of the runs' milliseconds, after a few that warm up. */
async function median(runs, work) {
  const times = [];
  for (let run = -3; run < runs; run++) {
    const start = performance.now();
    await work();
    if (run >= 0) times.push(performance.now() - start);
  }
  return round(times.sort((a, b) => a - b)[Math.floor(runs / 2)]);
}

async function timed(work) {
  const start = performance.now();
  const value = await work();
  return { value, ms: Math.round(performance.now() - start) };
}

export async function benchPassport({ runs = 40 } = {}) {
  const file = parsePassportFile(readFileSync(new URL("../../examples/ev-battery.json", import.meta.url)));
  const policy = resolvePolicy(file.policy);
  const { elements } = checkElements(policy, file);
  const world = await sealedWorld("bench", [policy]);
  const sealed = await sealIn(world, policy, elements);
  const { bytes, document, expected } = sealed;
  const issuer = await openKeyring(world.keyring, world.manufacturer);
  const disclosures = document.elements.map((entry) => discloseElement(document, entry));

  // The bare work: as many hashes over as many bytes, one cipher run for each sealed group.
  const salts = elements.map(() => world.random.bytes(33));
  const contents = elements.map((element, index) =>
    Uint8Array.of(...salts[index], ...encodeElement(element)),
  );
  const node = world.random.bytes(65);
  const key = world.random.bytes(32);
  const nonce = world.random.bytes(24);
  const groups = document.groups.map(({ sealed: box }) => world.random.bytes(box.length));
  const hashes = () => {
    for (const content of contents) blake2b(content, { dkLen: 32 });
    for (const _ of contents) blake2b(node, { dkLen: 32 });
  };
  const ciphers = () => {
    for (const group of groups) xchacha20poly1305(key, nonce).encrypt(group);
  };

  return {
    elements: elements.length,
    bytes: {
      sealed: bytes.length,
      input: JSON.stringify(file.elements).length,
      leaves: 32 * document.leaves.length,
      clear: encodeGroupElements(document.elements).length,
      groups: Object.fromEntries(document.groups.map(({ name, sealed: box }) => [name, box.length])),
    },
    ms: {
      // Opens the issuer's stanza of the keyring too, as `dpp passport issue` does.
      sealWithKeyring: await median(runs, () => sealIn(world, policy, elements)),
      openPublic: await median(runs, () => openPassport(bytes, expected)),
      openAll: await median(runs, () => openPassport(bytes, expected, issuer)),
      openKeyring: await median(runs, () => openKeyring(world.keyring, world.manufacturer)),
      verifyDisclosures: await median(runs, () => {
        for (const disclosure of disclosures) verifyDisclosure(expected.dataRoot, disclosure);
      }),
      bareHashes: await median(runs, hashes),
      bareCiphers: await median(runs, ciphers),
    },
  };
}

export async function benchKeyring(count) {
  const policy = resolvePolicy("eu-battery");
  const world = await sealedWorld(`keyring ${count}`, [policy]);
  const { manufacturer, random } = world;
  const repairers = Array.from({ length: count }, () => actor("REPAIRER", random));
  const recipients = [...world.recipients, ...repairers.slice(1).map((it) => asRecipient(it))];
  const input = { config: CONFIG, issuer: asIssuer(manufacturer), policies: [policy], random };
  const created = await timed(() => createKeyring({ ...input, recipients }));
  const encoded = await timed(async () => encodeKeyring(created.value));
  const decoded = await timed(async () => decodeKeyring(encoded.value));
  const opened = await timed(() => openKeyring(decoded.value, repairers.at(-1)));
  const extended = await timed(() =>
    refreshKeyring({
      ...input,
      keyring: decoded.value,
      secretKey: manufacturer.secretKey,
      recipients: [...recipients, asRecipient(actor("REPAIRER", random))],
    }),
  );
  return {
    repairers: count,
    bytes: encoded.value.length,
    bytesPerRepairer: Math.round(encoded.value.length / count),
    ms: { create: created.ms, decode: decoded.ms, open: opened.ms, addOne: extended.ms },
  };
}

export async function benchSealing({ repairers = [10, 1000, 10_000] } = {}) {
  const keyrings = [];
  for (const count of repairers) keyrings.push(await benchKeyring(count));
  return { passport: await benchPassport(), keyrings };
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const chosen = process.argv.indexOf("--repairers");
  const repairers = chosen < 0 ? undefined : process.argv[chosen + 1].split(",").map(Number);
  const result = await benchSealing(repairers === undefined ? {} : { repairers });
  if (process.argv.includes("--json")) console.log(JSON.stringify(result, null, 2));
  else {
    const { passport, keyrings } = result;
    console.log(`passport of ${passport.elements} elements: ${passport.bytes.sealed} bytes sealed`);
    console.table(passport.ms);
    console.table(keyrings.map(({ ms, ...rest }) => ({ ...rest, ...ms })));
  }
}
