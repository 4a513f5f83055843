// Signing and verifying off the ledger, in each form: the portable code beside Node's OpenSSL in the same run, and what a reader of P-256 keys does besides.
// `npm run build` first. Alone: node scripts/bench/signatures-offchain.mjs [--json]
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { nodeEd25519, nodeEventSigner } from "@cardano-dpp/offchain/adapters/ed25519-node";
import { nodeP256Signer } from "@cardano-dpp/offchain/adapters/p256-node";
import { decodeEventKey } from "@cardano-dpp/offchain/codec/event-key";
import { checkAssertion, decodeAssertion } from "@cardano-dpp/offchain/codec/webauthn";
import { verifyEd25519 } from "@cardano-dpp/offchain/crypto/ed25519";
import { requireWellFormed } from "@cardano-dpp/offchain/crypto/event-key-form";
import { verifyKey } from "@cardano-dpp/offchain/crypto/event-signature";
import { verifyP256 } from "@cardano-dpp/offchain/crypto/p256";
import { keyTable } from "@cardano-dpp/offchain/crypto/p256-table";
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import { eventSecret, eventSigner } from "@cardano-dpp/offchain/testing/event-world";
import { elementSigner, tabletSigner } from "@cardano-dpp/offchain/testing/joint-world";
import { printTable } from "./table.mjs";

const ROUNDS = 9;
/** Messages, each signed once by each key. */
const MESSAGES = 32;
/** Keys that nobody has seen, for each round. */
const KEYS = 8;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const round = (number) => Math.round(number * 10) / 10;

/** µs of this process' processor for each of `items`. */
async function timed(items, work) {
  const start = process.cpuUsage();
  for (const item of items) await work(item);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / items.length;
}

/** In turn, so that whatever else the machine does meets all of them; the first round warms up. */
async function inTurn(tasks) {
  const times = new Map(tasks.map(({ name }) => [name, []]));
  for (let at = -1; at < ROUNDS; at++)
    for (const { name, items, work } of tasks) {
      const us = await timed(typeof items === "function" ? items() : items, work);
      if (at >= 0) times.get(name).push(us);
    }
  return new Map([...times].map(([name, all]) => [name, median(all)]));
}

function must(value) {
  if (value !== true) throw new Error("a signature does not verify");
}

const newPoint = () => {
  const { x, y } = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).publicKey.export({
    format: "jwk",
  });
  return Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
};

function opensslKey(point) {
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString("base64url"));
  return createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
}

/** Signatures of one signer over all messages. */
const signedBy = (signer, messages) =>
  Promise.all(messages.map(async (message) => ({ message, signature: await signer.sign(message) })));

export async function benchSignaturesOffchain() {
  const messages = Array.from({ length: MESSAGES }, () => new Uint8Array(randomBytes(32)));
  const edNode = nodeEventSigner(eventSecret("bench"));
  const p256Node = nodeP256Signer(createHash("sha256").update("bench").digest());
  const [edPortable, p256Portable, tablet] = [eventSigner, elementSigner, tabletSigner].map((of) =>
    of("bench"),
  );
  const openssl = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const raw = { key: openssl.privateKey, dsaEncoding: "ieee-p1363" };
  const bare = messages.map((message) => ({ message, signature: sign("sha256", message, raw) }));
  const [ed, p256, asserted] = await Promise.all([
    ...[edNode, p256Node, tablet].map((signer) => signedBy(signer, messages)),
  ]);
  const [edPk, p256Pk, tabletPk] = [edNode, p256Node, tablet].map(({ publicKey }) => fromHex(publicKey));
  const point = p256Pk.subarray(0, 33);
  const nodeVerify = nodeEd25519();
  const tabletKey = decodeEventKey({ alg: 3, pk: tablet.publicKey });
  const known = { alg: 2, pk: p256Node.publicKey };
  const points = () => Array.from({ length: KEYS }, newPoint);
  const checks = await inTurn([
    { name: "Ed25519 sign, portable", items: messages, work: (it) => edPortable.sign(it) },
    { name: "Ed25519 sign, node", items: messages, work: (it) => edNode.sign(it) },
    { name: "P-256 sign, portable", items: messages, work: (it) => p256Portable.sign(it) },
    { name: "P-256 sign, node", items: messages, work: (it) => p256Node.sign(it) },
    { name: "WebAuthn sign, portable", items: messages, work: (it) => tablet.sign(it) },
    {
      name: "Ed25519 verify, portable",
      items: ed,
      work: ({ message, signature }) => must(verifyEd25519(edPk, message, signature)),
    },
    {
      name: "Ed25519 verify, node",
      items: ed,
      work: ({ message, signature }) => must(nodeVerify(edPk, message, signature)),
    },
    {
      name: "P-256 verify, portable",
      items: p256,
      work: ({ message, signature }) => must(verifyP256(point, message, signature)),
    },
    {
      name: "P-256 verify, node:crypto",
      items: bare,
      work: ({ message, signature }) =>
        must(verify("sha256", message, { key: openssl.publicKey, dsaEncoding: "ieee-p1363" }, signature)),
    },
    {
      name: "P-256 pack, portable",
      items: p256,
      work: ({ message, signature }) => must(verifyKey(p256Pk, message, signature)),
    },
    {
      name: "WebAuthn pack, portable",
      items: asserted,
      work: ({ message, signature }) => must(verifyKey(tabletPk, message, signature)),
    },
    {
      name: "WebAuthn assertion, without the curve",
      items: asserted,
      work: ({ message, signature }) => checkAssertion(decodeAssertion(signature), tabletKey, message),
    },
    { name: "table of a new key", items: points, work: (it) => void keyTable(it) },
    { name: "a known key is well-formed", items: messages, work: () => requireWellFormed(known) },
    { name: "OpenSSL's object of a new key", items: points, work: (it) => void opensslKey(it) },
  ]);
  const least = checks.get("Ed25519 verify, node");
  return [...checks].map(([what, us]) => ({
    what,
    µs: round(us),
    "beside Ed25519 verify, node": Math.round((100 * us) / least) / 100,
  }));
}

export function printSignaturesOffchain(rows, write = console.log) {
  write("µs of processor time, medians in one run:");
  printTable(rows, write);
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const rows = await benchSignaturesOffchain();
  if (process.argv.includes("--json")) console.log(JSON.stringify(rows, null, 2));
  else printSignaturesOffchain(rows);
}
