// The project's golden vectors as tables of C, for `vectors_test.c`. Made at build time and not committed: vectors/ is the one source.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { encode, rfc8949EncodeOptions } from "cborg";

const FOLDER = new URL("../../vectors/", import.meta.url);
const read = (name) => JSON.parse(readFileSync(fileURLToPath(new URL(name, FOLDER)), "utf8"));

const text = (value) => (value === undefined || value === null ? "NULL" : JSON.stringify(value));
const u64 = (value) => `UINT64_C(${value})`;
const row = (...cells) => `    {${cells.join(", ")}},`;

/** A table of one type; an empty one is an error, since its tests would pass unseen. */
function table(type, name, fields, rows) {
  if (rows.length === 0) throw new Error(`no vectors for ${name}`);
  const members = fields.map((field) => `  ${field};`).join("\n");
  return `typedef struct {\n${members}\n} ${type};\n\nstatic const ${type} ${name}[] = {\n${rows.join("\n")}\n};\n`;
}

const leafTable = ({ accepted, config }) =>
  table(
    "leaf_vector_t",
    "LEAVES",
    [
      "const char *name, *config, *source",
      "uint64_t counter",
      "const char *device",
      "uint8_t type",
      "const char *subject",
      "uint8_t role, tier",
      "const char *payload, *previous",
      "uint64_t captured",
      "uint8_t clock",
      "uint64_t uptime",
      "uint32_t boot",
      "const char *leaf, *hash, *id",
    ],
    accepted.map((v) =>
      row(
        ...[
          text(v.name),
          text(config),
          text(v.source),
          u64(v.counter),
          text(v.device),
          v.type,
          text(v.subject),
        ],
        ...[v.role, v.tier, text(v.payload), text(v.previous), u64(v.captured), v.clock, u64(v.uptime)],
        ...[`UINT32_C(${v.boot})`, text(v.leaf), text(v.hash), text(v.id.replaceAll("-", ""))],
      ),
    ),
  );

/** Those that are signed with the algorithms that are written: EdDSA of event.json, ES256 of signature-forms.json. */
const signedTable = ({ accepted, algorithms, config }, forms) =>
  table(
    "signed_vector_t",
    "SIGNED",
    [
      "const char *name",
      "dpp_alg_t alg",
      "const char *config, *leaf, *to_be_signed, *signature, *signed_event",
    ],
    [...accepted, ...algorithms.filter(({ alg }) => alg === -8).map((v) => ({ ...v, name: "algorithm -8" }))]
      .map((v) => signedRow("DPP_ALG_EDDSA", { ...v, config }))
      .concat(es256Of(forms).map((v) => signedRow("DPP_ALG_ES256", v))),
  );

const signedRow = (alg, v) =>
  row(text(v.name), alg, text(v.config), text(v.leaf), text(v.toBeSigned), text(v.signature), text(v.signed));

/** Leaf and signature stand in the signed event: nine bytes before, the leaf's length in the last of these, two between. */
function es256Of({ header, events }) {
  const written = events.filter(({ coseAlg }) => coseAlg === -7);
  if (written.length === 0) throw new Error("no vectors of ES256");
  return written.map(({ sigStructure, signed }) => {
    const leafEnd = 2 * (9 + Number.parseInt(signed.slice(16, 18), 16));
    return {
      name: "algorithm -7",
      config: header.config,
      leaf: signed.slice(18, leafEnd),
      toBeSigned: sigStructure,
      signature: signed.slice(leafEnd + 4),
      signed,
    };
  });
}

const refusedTable = ({ refused }) =>
  table(
    "refused_vector_t",
    "REFUSED",
    ["const char *name, *bytes, *code, *path"],
    refused.map((v) => row(text(v.reason), text(v.leaf), text(v.code), text(v.path))),
  );

const treeTable = ({ trees }) =>
  table(
    "tree_vector_t",
    "TREES",
    ["unsigned count", "const char *root"],
    trees.map((v) => row(v.count, text(v.root))),
  );

const digestRow = (v) =>
  `{${[text(v.config), text(v.source), v.tier, u64(v.lo), u64(v.hi), text(v.root), u64(v.cmin), u64(v.cmax), text(v.digest)].join(", ")}}`;

const digestTable = ({ digests }) =>
  table(
    "digest_vector_t",
    "DIGESTS",
    [
      "const char *config, *source",
      "uint8_t tier",
      "uint64_t lo, hi",
      "const char *root",
      "uint64_t cmin, cmax",
      "const char *digest",
    ],
    digests.map((v) => `    ${digestRow(v)},`),
  );

const rootTable = ({ roots }) =>
  table(
    "root_vector_t",
    "ROOTS",
    ["unsigned count", "const char *root"],
    roots.map((v) => row(v.count, text(v.root))),
  );

/** Pack files of bare leaves: those of signed events hold the same leaves in a frame that the signed events' vectors cover. */
const packTable = ({ files }) => {
  const bare = files.filter(({ signed }) => signed.every((event) => event.startsWith("8e")));
  const longest = Math.max(...bare.map(({ signed }) => signed.length));
  return table(
    "pack_vector_t",
    "PACKS",
    [
      "const char *name",
      "digest_vector_t header",
      "const char *signature",
      "unsigned count",
      `const char *leaves[${longest}]`,
    ],
    bare.map((v) =>
      row(
        text(v.name),
        digestRow(v),
        text(v.signature),
        v.signed.length,
        `{${v.signed.map((leaf) => text(leaf)).join(", ")}}`,
      ),
    ),
  );
};

/** Elements as their content in the tree: `[id, type, value, unit]` (docs/spec/document.md "Element"). */
const contentOf = ({ id, type, value, unit }) =>
  Buffer.from(encode([id, type, value, unit], rfc8949EncodeOptions)).toString("hex");

const payloadTable = ({ payload }) =>
  `${table(
    "element_vector_t",
    "PAYLOAD_ELEMENTS",
    ["const char *content, *salt"],
    payload.elements.map(({ element, salt }) => row(text(contentOf(element)), text(salt))),
  )}\nstatic const char *const PAYLOAD_HASH = ${text(payload.hash)};\n`;

const placeTable = ({ places }) =>
  table(
    "place_vector_t",
    "PLACES",
    ["int32_t latitude, longitude", "const char *cell"],
    places.micro.map((v) => row(v.latitude, v.longitude, text(v.cell))),
  );

/** The headers that the test program includes, by name, and leaves for a fuzzer to start from. */
export function vectorTables() {
  const [event, anchor, payload] = [read("event.json"), read("anchor.json"), read("event-payload.json")];
  const forms = read("signature-forms.json");
  const of = (...tables) =>
    `/* Made from vectors/ by firmware/test/vectors.mjs. */\n#include <stdint.h>\n\n${tables.join("\n")}`;
  return {
    headers: {
      "event_vectors.h": `#include "dpp_event.h"\n${of(leafTable(event), signedTable(event, forms), refusedTable(event))}`,
      "tree_vectors.h": of(treeTable(read("tree.json")), payloadTable(payload)),
      "place_vectors.h": of(placeTable(payload)),
      "pack_vectors.h": of(digestTable(anchor), rootTable(anchor), packTable(anchor)),
    },
    corpus: [...event.accepted, ...event.refused].map(({ leaf }) => Buffer.from(leaf, "hex")),
  };
}
