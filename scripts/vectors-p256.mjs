// The part of vectors-aiken.mjs for signatures on P-256: tables as constants, and a test for each signature and each pair of hints.
const bytes = (hex) => `#"${hex}"`;
const ENTRY_DIGITS = 128;

/** Tests have names of their own: equal ones are counted. */
function* tests(items, isAccepted) {
  const seen = new Map();
  for (const item of items) {
    const told = item.reason.toLowerCase().replaceAll("+", " plus ");
    const name = `${isAccepted(item) ? "accepts" : "refuses"} ${told}`.replaceAll(/[^a-z0-9]+/g, "_");
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    yield [`${name}${count > 1 ? `_${count}` : ""}`, item];
  }
}

const body = (isAccepted, call) => `{
  ${isAccepted ? call : `!${call}`}
}
`;

/** The table of a key, by the key's place in the file. */
const tableNames = (of) => new Map(of.keys.map(({ publicKey }, at) => [publicKey, `table_${at}`]));

const tables = (
  of,
  header,
) => `${header("p256")}: the tables. Tested in \`p256_signatures.test.ak\` and \`p256_hints.test.ak\`.

pub const base = ${bytes(of.baseTable)}

${of.keys.map(({ table }, at) => `pub const table_${at} = ${bytes(table)}\n`).join("\n")}`;

/** Signatures of which hints can be made; the others never come to the ledger. */
function signatures(of, header) {
  const names = tableNames(of);
  const hinted = of.signatures.filter(({ hints }) => hints !== null);
  const written = [...tests(hinted, ({ ledger }) => ledger)].map(([name, it]) => {
    const [verifies, what] = it.message === null ? ["verifies_digest", it.digest] : ["verifies", it.message];
    const { r, w } = it.hints;
    const call = `${verifies}(${bytes(what)}, ${r}, ${w}, golden.${names.get(it.publicKey)}, golden.base)`;
    return `test ${name}() ${body(it.ledger, call)}`;
  });
  return `${header("p256")}: each signature with what the ledger says to it.

use dpp/golden/p256 as golden
use dpp/p256.{verifies, verifies_digest}

${written.join("\n")}`;
}

/** Where an entry of G's table is another one, the test says which. */
function hints(of, header) {
  const names = tableNames(of);
  const written = [...tests(of.hints, ({ accepted }) => accepted)].map(([name, it]) => {
    const { changed } = it;
    const base = changed === null ? "golden.base" : `with_entry(${changed.entry}, ${bytes(changed.bytes)})`;
    const table = `golden.${names.get(it.publicKey)}`;
    const call = `verifies_digest(${bytes(it.digest)}, ${it.r}, ${it.w}, ${table}, ${base})`;
    return `test ${name}() ${body(it.accepted, call)}`;
  });
  return `${header("p256")}: hints that no signature gives, and some that one does.

use aiken/builtin
use dpp/golden/p256 as golden
use dpp/p256.{verifies_digest}

/// G's table with another entry. Its hash is another too, which is checked elsewhere.
fn with_entry(at: Int, entry: ByteArray) -> ByteArray {
  builtin.slice_bytearray(0, at * 64, golden.base)
    |> builtin.append_bytearray(entry)
    |> builtin.append_bytearray(
        builtin.slice_bytearray(at * 64 + 64, ${of.baseTable.length / 2 - ENTRY_DIGITS / 2}, golden.base),
      )
}

${written.join("\n")}`;
}

/** @param header makes the first words of a module from the file's name */
export const p256Modules = (of, header) => ({
  "p256.ak": tables(of, header),
  "p256_signatures.test.ak": signatures(of, header),
  "p256_hints.test.ak": hints(of, header),
});
