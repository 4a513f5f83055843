// The function that verifies a P-256 signature, by itself: compiled as it is for the ledger, run by Scalus' machine on random signatures. Its arguments come as Data, as an exported
// function takes them; the scripts' contexts, statements and hashes of tables are not in it. Needs the Aiken compiler, as `npm run blueprint` does.
// `npm run build` first. Alone: node scripts/bench/signatures-curve.mjs [--json]
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { p256Hints } from "@cardano-dpp/offchain/crypto/p256";
import { baseTable, keyTable } from "@cardano-dpp/offchain/crypto/p256-table";
import { encode } from "cborg";
import scalus from "scalus";
import { root, runAiken } from "../blueprint.mjs";

const SIGNATURES = 20;
/** Scripts are CBOR byte strings in CBOR byte strings; Aiken gives the inner one. */
const wrapped = (code) => encode(Buffer.from(code, "hex"));
const hex = (bytes) => Buffer.from(bytes).toString("hex");

/** Fails where the function says no, as a script does. Numbers come as bytes: as parameters they would be too large for JSON. */
const HOLDS = `use aiken/builtin
use dpp/p256.{verifies}

pub fn holds(message: ByteArray, r: ByteArray, w: ByteArray, table: ByteArray, base: ByteArray) -> Void {
  let r_int = builtin.bytearray_to_integer(True, r)
  let w_int = builtin.bytearray_to_integer(True, w)
  expect verifies(message, r_int, w_int, table, base)
}
`;

/** The compiled function, from a package that holds nothing else. */
async function compiled() {
  const folder = mkdtempSync(join(tmpdir(), "dpp-curve-"));
  try {
    mkdirSync(join(folder, "lib", "dpp"), { recursive: true });
    for (const file of ["aiken.toml", join("lib", "dpp", "p256.ak")])
      copyFileSync(join(root, file), join(folder, file));
    writeFileSync(join(folder, "lib", "dpp", "holds.ak"), HOLDS);
    const options = ["--module", "dpp/holds", "--name", "holds", "--trace-level", "silent"];
    return JSON.parse(await runAiken(["export", ...options], folder)).compiledCode;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of a fresh key over a fresh message, by OpenSSL. */
function randomSignature() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const { x, y } = publicKey.export({ format: "jwk" });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  const message = randomBytes(32);
  const raw = sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" });
  return { message, ...p256Hints(raw), table: keyTable(point) };
}

const scalar = (number) => number.toString(16).padStart(64, "0");

function run(code, message, { r, w, table }) {
  const applied = [hex(message), scalar(r), scalar(w), hex(table), hex(baseTable())].reduce(
    (script, bytes) => scalus.Scalus.applyDataArgToScript(script, JSON.stringify({ bytes })),
    hex(wrapped(code)),
  );
  return scalus.Scalus.evaluateScript(applied);
}

const spread = (numbers) => ({
  least: Math.min(...numbers),
  most: Math.max(...numbers),
});

export async function benchSignaturesCurve() {
  const code = await compiled();
  const budgets = [];
  for (let at = 0; at < SIGNATURES; at++) {
    const { message, ...hints } = randomSignature();
    const { isSuccess, budget } = run(code, message, hints);
    if (!isSuccess) throw new Error("the function refuses a valid signature");
    if (run(code, randomBytes(32), hints).isSuccess) throw new Error("it accepts one of another message");
    budgets.push({ mem: Number(budget.memory), steps: Number(budget.steps) });
  }
  return {
    signatures: SIGNATURES,
    bytes: code.length / 2,
    mem: spread(budgets.map(({ mem }) => mem)),
    steps: spread(budgets.map(({ steps }) => steps)),
  };
}

export function printSignaturesCurve({ signatures, bytes, mem, steps }, write = console.log) {
  const range = ({ least, most }) => `${least.toLocaleString("en")} to ${most.toLocaleString("en")}`;
  write(`verifies alone, ${signatures} random signatures, ${bytes} bytes compiled by itself:`);
  write(`  mem   ${range(mem)}`);
  write(`  steps ${range(steps)}`);
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const result = await benchSignaturesCurve();
  if (process.argv.includes("--json")) console.log(JSON.stringify(result, null, 2));
  else printSignaturesCurve(result);
}
