// Writes lib/dpp/fixtures/{joint_signed,p256_signed}.ak: keys, tables and signatures over what the fixtures of Aiken's tests say. All of it is made here from
// docs/spec/{anchor,signature-forms}.md and the names of the fixtures, apart from the contracts and from offchain/, and the same each time.
//   node scripts/fixtures-aiken.mjs           writes them
//   node scripts/fixtures-aiken.mjs --check   exit 1 when it would write something else than what is committed
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { root, runAiken } from "./blueprint.mjs";

const FOLDER = join(root, "lib", "dpp", "fixtures");

const ascii = (text) => Buffer.from(text, "ascii");
const cat = (...parts) => Buffer.concat(parts.map((part) => (typeof part === "string" ? ascii(part) : part)));
const blake256 = (of) => Buffer.from(blake2b(cat(of), { dkLen: 32 }));
const blake224 = (of) => Buffer.from(blake2b(cat(of), { dkLen: 28 }));
const sha = (of) => Buffer.from(sha256(cat(of)));
const u8 = (n) => Buffer.of(n);
const u32 = (n) => cat(Buffer.alloc(2), Buffer.of(n >> 8, n & 255));
function u64(n) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(n));
  return bytes;
}

// What lib/dpp/fixtures/{transaction,deployment,anchor,attestation}.ak say.
const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const CONFIG = blake224("config");
const PACK = {
  lo: 120,
  hi: 420,
  root: blake256("pack root"),
  cmin: NOW - 60 * MINUTE,
  cmax: NOW - MINUTE,
};
const ROLES = [
  "AUTHORITY",
  "GATEWAY",
  "INTERMEDIARY",
  "LAB",
  "MANUFACTURER",
  "RECYCLER",
  "REPAIRER",
  "STATION",
  "SUPERVISOR",
];
const source = cat("DPP_SUPERVISOR", blake224("source's serial").subarray(0, 12));

// The control's seed is the payer's coin.
const unique = (index) => blake224(cat(blake256("coins"), u32(7), u32(index)));
const thread = cat("DPP_JOINT", unique(0).subarray(0, 12));

const body = ({ lo, hi, root, cmin, cmax }) => cat(u64(lo), u64(hi), root, u64(cmin), u64(cmax));
const packDigest = (name, tier, pack = PACK) =>
  blake256(cat("dpp/pack/1", CONFIG, u8(tier), body(pack), name));
function jointDigest(parties, { config = CONFIG, name = thread, ...changed } = {}) {
  const names = cat(...parties.map((party) => cat(u8(party.name.length), party.name)));
  return blake256(cat("dpp/co-pack/1", config, blake256(names), body({ ...PACK, ...changed }), name));
}

/** Whose event key is made from this text. */
function party(role, serial) {
  const secret = sha(`event key of ${serial} ${role}`);
  const name = cat(`DPP_${role}`, blake224(serial).subarray(0, 12));
  return { name, pk: Buffer.from(ed25519.getPublicKey(secret)), sign: (of) => ed25519.sign(of, secret) };
}
const nine = ROLES.map((role) => party(role, "actor's serial"));
const [authority, , , lab, , recycler] = nine;
const second = party("SUPERVISOR", "another source's serial");
const ten = [...nine, second].sort((a, b) => a.name.compare(b.name));
const two = [authority, recycler];
const three = [authority, lab, recycler];

/** The peaks of `fixtures/anchor`: three entries, then one of the control. */
const leaf = (entry) => blake256(cat(u8(0), entry));
const node = (left, right) => blake256(cat(u8(1), left, right));
const entry = cat(
  Buffer.of(2, 3, 0),
  body(PACK),
  u64(NOW + 30 * MINUTE),
  ...two.map(({ name, pk }) => cat(u8(name.length), name, u8(pk.length), pk)),
);
const peak = node(blake256("oldest peak"), node(blake256("newest peak"), leaf(entry)));
const historyAfter = blake256(cat(u8(2), u64(4), peak));

const hex = (bytes) => `#"${Buffer.from(bytes).toString("hex")}"`;
const constant = (name, bytes) => `pub const ${name}: ByteArray =\n  ${hex(bytes)}\n`;
const number = (name, n) => `pub const ${name}: Int =\n  0x${n.toString(16)}\n`;
const told = (text, code) => `/// ${text}\n${code}`;
/** Each party's signature, in their order. */
const signatures = (name, parties, digest) =>
  `pub fn ${name}() -> List<ByteArray> {\n  [${parties.map((it) => hex(it.sign(digest))).join(", ")}]\n}\n`;
const changed = (name, change) => signatures(name, two, jointDigest(two, change));

const joint = `//// Keys of parties, and what they signed for a joint thread, by name of what is another than in the control. Written by
//// \`scripts/fixtures-aiken.mjs\`.

${[
  told("Its name, by the payer's coin of `blank`.", constant("thread", thread)),
  ...nine.map((it, i) => constant(`${ROLES[i].toLowerCase()}_pk`, it.pk)),
  told("Of a second supervisor.", constant("second_pk", second.pk)),
  told("Of the authority and the recycler.", constant("digest", jointDigest(two))),
  told("With the laboratory between them.", constant("digest_of_three", jointDigest(three))),
  told(
    "Of three entries as in `anchor_signed`, with the control's as the fourth.",
    constant("history_after", historyAfter),
  ),
  told("The control: by the authority and the recycler.", signatures("two", two, jointDigest(two))),
  signatures("three", three, jointDigest(three)),
  told("One of each role.", signatures("nine", nine, jointDigest(nine))),
  told("With the second supervisor as the last.", signatures("ten", ten, jointDigest(ten))),
  signatures("alone", [authority], jointDigest([authority])),
  signatures("nobody", [], jointDigest([])),
  signatures("twice", [authority, authority], jointDigest([authority, authority])),
  told(
    "The recycler is the first.",
    signatures("reversed", [recycler, authority], jointDigest([recycler, authority])),
  ),
  told(
    "The laboratory is the last.",
    signatures("lab_last", [authority, recycler, lab], jointDigest([authority, recycler, lab])),
  ),
  told("As a source signs for its own thread.", signatures("as_sources", two, packDigest(thread, 3))),
  changed("for_other_config", { config: blake224("config of another network") }),
  changed("for_other_thread", { name: cat("DPP_JOINT", blake224("another thread").subarray(0, 12)) }),
  changed("lo_121", { lo: 121 }),
  changed("hi_421", { hi: 421 }),
  changed("other_root", { root: blake256("another root") }),
  changed("cmin_is_cmax", { cmin: PACK.cmax }),
  changed("cmax_is_until", { cmax: NOW + 30 * MINUTE }),
].join("\n")}`;

// P-256: tables and signatures as in docs/spec/signature-forms.md.
const { Point } = p256;
function tableOf(point, parts) {
  const multiples = [point];
  for (let tooth = 1; tooth < 8; tooth++) {
    let next = multiples.at(-1);
    for (let bit = 0; bit < 32; bit++) next = next.double();
    multiples.push(next);
  }
  const entries = parts.flatMap(([sign, ...teeth]) =>
    [...Array(1 << teeth.length).keys()].map((v) => {
      let sum = multiples[sign];
      for (const [j, tooth] of teeth.entries())
        sum = (v >> j) & 1 ? sum.add(multiples[tooth]) : sum.subtract(multiples[tooth]);
      const { x, y } = sum.toAffine();
      return Buffer.from((x + Point.Fp.ORDER * y).toString(16).padStart(128, "0"), "hex");
    }),
  );
  return cat(...entries);
}

function p256Key(text) {
  const secret = sha(text);
  const point = Point.fromBytes(p256.getPublicKey(secret));
  const table = tableOf(point, [
    [7, 4, 5, 6],
    [3, 0, 1, 2],
  ]);
  /** RFC 6979, so that it is the same each time. */
  const hints = (message) => {
    const signature = p256.sign(message, secret, { prehash: true, lowS: false, format: "compact" });
    const { r, s } = p256.Signature.fromBytes(signature, "compact");
    return { r, w: Point.Fn.inv(s) };
  };
  return { table, pk: cat(point.toBytes(true), blake224(table)), hints };
}
const element = p256Key("secure element's key");
const authenticator = p256Key("authenticator's key");

const RP_ID = "capture.example.org";
const ORIGIN = `https://${RP_ID}`;
const base64url = (bytes) => bytes.toString("base64url");
/** Present and verified; the eighth assertion. */
const authenticatorData = cat(sha(RP_ID), u8(0x05), u32(8));
const clientData = (digest) =>
  ascii(
    `{"type":"webauthn.get","challenge":"${base64url(digest)}","origin":"${ORIGIN}","crossOrigin":false}`,
  );
const assertion = (digest) => authenticator.hints(cat(authenticatorData, sha(clientData(digest))));

const anchorDigest = packDigest(source, 1);
const otherDigest = blake256("digest of something else");
const hinted = (name, { r, w }) => `${number(`${name}_r`, r)}\n${number(`${name}_w`, w)}`;

const p256Signed = `//// P-256 keys, their tables, and hints of signatures (RFC 6979). Written by \`scripts/fixtures-aiken.mjs\`. \`digest\` is the pack digest of
//// \`fixtures/anchor\`; the element's key signs it bare, the authenticator's as the challenge of an assertion.

${[
  constant("table", element.table),
  constant("pk", element.pk),
  constant("authenticator_table", authenticator.table),
  told(
    `With the rp id hash, and ${ORIGIN}.`,
    constant("webauthn_pk", cat(authenticator.pk, sha(RP_ID), ORIGIN)),
  ),
  constant("digest", anchorDigest),
  constant("other_digest", otherDigest),
  constant("authenticator_data", authenticatorData),
  told("With the digest as challenge.", constant("client_data", clientData(anchorDigest))),
  told("With the other digest as challenge.", constant("other_client_data", clientData(otherDigest))),
  told("By the element, over the digest.", hinted("bare", element.hints(anchorDigest))),
  told("By the authenticator, over the assertion.", hinted("assertion", assertion(anchorDigest))),
  told("By the authenticator, for the other digest.", hinted("other", assertion(otherDigest))),
  told("By the authenticator, over the bare digest.", hinted("naked", authenticator.hints(anchorDigest))),
  told(
    "For the joint thread of three: with the laboratory's authenticator and the recycler's element.",
    constant("joint_client_data", clientData(jointDigest(three))),
  ),
  hinted("joint_assertion", assertion(jointDigest(three))),
  hinted("joint_bare", element.hints(jointDigest(three))),
].join("\n")}`;

const check = process.argv.includes("--check");
const folder = check ? mkdtempSync(join(tmpdir(), "dpp-fixtures-")) : FOLDER;
try {
  const modules = { "joint_signed.ak": joint, "p256_signed.ak": p256Signed };
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, name), text);
  const names = Object.keys(modules);
  await runAiken(["fmt", ...names.map((name) => join(folder, name))]);
  const text = (place, name) => readFileSync(join(place, name), "utf8");
  const differing = names.filter((name) => text(folder, name) !== text(FOLDER, name));
  if (differing.length > 0)
    throw new Error(`${differing.join(", ")} would be another: run this without --check`);
  console.log(`fixtures-aiken: ${check ? "the committed modules are what it writes" : names.join(", ")}`);
} catch (error) {
  console.error(`fixtures-aiken: ${error.message}`);
  process.exitCode = 1;
} finally {
  if (check) rmSync(folder, { recursive: true, force: true });
}
