// Writes lib/dpp/golden/{event,event_refused.test,anchor}.ak and p256*.ak: the vectors of events, threads and signatures, for Aiken reads no JSON.
//   node scripts/vectors-aiken.mjs           writes them
//   node scripts/vectors-aiken.mjs --check   exit 1 when vectors/ says something else than what is committed
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, runAiken } from "./blueprint.mjs";
import { formsModule } from "./vectors-forms.mjs";
import { p256Modules } from "./vectors-p256.mjs";

const FOLDER = join(root, "lib", "dpp", "golden");

const vectors = (name) => JSON.parse(readFileSync(join(root, "vectors", `${name}.json`), "utf8"));
const bytes = (hex) => `#"${hex}"`;
const list = (items) => `[${items.join(", ")}]`;
const byteList = (hexes) => list(hexes.map(bytes));
const bool = (value) => (value ? "True" : "False");
const header = (name) => `//// The vectors of vectors/${name}.json. Written by \`scripts/vectors-aiken.mjs\``;

/** Counts by their first letters, which no name of a test may repeat. */
function* numbered(items) {
  const seen = new Map();
  for (const item of items) {
    const count = (seen.get(item.reason) ?? 0) + 1;
    seen.set(item.reason, count);
    yield [count, item];
  }
}

function accepted({ leaf, hash, id, ...it }) {
  const fields = [
    `source: ${bytes(it.source)}`,
    `counter: ${it.counter}`,
    `device: ${bytes(it.device)}`,
    `event_type: ${it.type}`,
    `subject: ${bytes(it.subject)}`,
    `role: ${it.role}`,
    `tier: ${it.tier}`,
    `payload: ${bytes(it.payload)}`,
    `previous: ${bytes(it.previous)}`,
    `captured: ${it.captured}`,
    `clock: ${it.clock}`,
    `uptime: ${it.uptime}`,
    `boot: ${it.boot}`,
  ];
  return `Accepted { leaf: Leaf { ${fields.join(", ")} }, bytes: ${bytes(leaf)}, hash: ${bytes(hash)}, id: ${bytes(id.replaceAll("-", ""))} }`;
}

const event = (of) => `${header("event")}; tested in \`event.test.ak\`.

use dpp/event.{Leaf}

pub type Accepted {
  leaf: Leaf,
  bytes: ByteArray,
  hash: ByteArray,
  id: ByteArray,
}

pub const config = ${bytes(of.config)}

pub fn accepted() -> List<Accepted> {
  ${list(of.accepted.map(accepted))}
}

/// Cuts of a leaf, from none of its bytes to all but one.
pub fn truncated() -> List<ByteArray> {
  ${byteList(of.refused.filter(({ reason }) => reason === "truncated").map(({ leaf }) => leaf))}
}
`;

/** What halts can be tested once in a test. */
const refused = (of) => `${header("event")}: each leaf that is refused but the cut ones, of which
//// \`event.test.ak\` draws.

use dpp/event.{expect_leaf}

${[...numbered(of.refused.filter(({ reason }) => reason !== "truncated"))]
  .map(
    ([count, { reason, leaf }]) => `test refuses_${reason.replaceAll(/[^a-z0-9]+/g, "_")}_${count}() fail {
  expect_leaf(${bytes(leaf)}).counter >= 0
}
`,
  )
  .join("\n")}`;

const digest = ({ config, source, tier, lo, hi, root, cmin, cmax, digest }) =>
  `Digest { config: ${bytes(config)}, source: ${bytes(source)}, tier: ${tier}, lo: ${lo}, hi: ${hi}, root: ${bytes(root)}, cmin: ${cmin}, cmax: ${cmax}, digest: ${bytes(digest)} }`;

function step({ kind, entry, peaks, history, ...it }) {
  const told =
    kind === "append"
      ? `OfPack { tier: ${it.tier}, late: ${bool(it.late)}, lo: ${it.lo}, hi: ${it.hi}, root: ${bytes(it.root)}, cmin: ${it.cmin}, cmax: ${it.cmax}, until: ${it.until}, pk: ${bytes(it.pk)} }`
      : `OfGap { lo: ${it.lo}, hi: ${it.hi}, reason: ${it.reason} }`;
  return `Step { told: ${told}, entry: ${bytes(entry)}, peaks: ${byteList(peaks)}, history: ${bytes(history)} }`;
}

const anchor = (of) => `${header("anchor")}; tested in \`anchor.test.ak\`.

pub type Digest {
  config: ByteArray,
  source: ByteArray,
  tier: Int,
  lo: Int,
  hi: Int,
  root: ByteArray,
  cmin: Int,
  cmax: Int,
  digest: ByteArray,
}

pub type Told {
  OfPack {
    tier: Int,
    late: Bool,
    lo: Int,
    hi: Int,
    root: ByteArray,
    cmin: Int,
    cmax: Int,
    until: Int,
    pk: ByteArray,
  }
  OfGap { lo: Int, hi: Int, reason: Int }
}

/// An entry, and the history after it.
pub type Step {
  told: Told,
  entry: ByteArray,
  peaks: List<ByteArray>,
  history: ByteArray,
}

pub const empty_history = ${bytes(of.emptyHistory)}

pub fn digests() -> List<Digest> {
  ${list(of.digests.map(digest))}
}

pub fn steps() -> List<Step> {
  ${list(of.history.map(step))}
}
`;

const check = process.argv.includes("--check");
const folder = check ? mkdtempSync(join(tmpdir(), "dpp-vectors-")) : FOLDER;
try {
  const [events, anchors] = [vectors("event"), vectors("anchor")];
  const modules = {
    "event.ak": event(events),
    "event_refused.test.ak": refused(events),
    "anchor.ak": anchor(anchors),
    "forms.ak": formsModule(vectors("signature-forms"), header),
    ...p256Modules(vectors("p256"), header),
  };
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, name), text);
  const names = Object.keys(modules);
  await runAiken(["fmt", ...names.map((name) => join(folder, name))]);
  const text = (place, name) => readFileSync(join(place, name), "utf8");
  const differing = names.filter((name) => text(folder, name) !== text(FOLDER, name));
  if (differing.length > 0)
    throw new Error(`vectors/ says something else than ${differing.join(", ")}: run this without --check`);
  console.log(
    check
      ? "vectors-aiken: the committed modules are what vectors/ says"
      : `vectors-aiken: ${names.join(", ")}`,
  );
} catch (error) {
  console.error(`vectors-aiken: ${error.message}`);
  process.exitCode = 1;
} finally {
  if (check) rmSync(folder, { recursive: true, force: true });
}
