// Writes lib/dpp/golden/<purpose>.ak: script contexts exactly as the ledger hands them over, from real transactions.
//   node scripts/golden/generate.mjs           writes them
//   node scripts/golden/generate.mjs --check   exit 1 when what the ledger says now differs from what is committed
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as L from "@lucid-evolution/lucid";
import { root, runAiken } from "../blueprint.mjs";
import { contextOf } from "./transaction.mjs";

const PURPOSES = ["spend", "mint", "withdraw", "publish"];
const FOLDER = join(root, "lib", "dpp", "golden");

async function scripts() {
  const folder = mkdtempSync(join(tmpdir(), "dpp-golden-"));
  const file = join(folder, "plutus.json");
  try {
    const traced = ["--trace-level", "verbose", "--trace-filter", "user-defined"];
    await runAiken(["build", "--deny", "--out", file, ...traced], join(root, "scripts", "golden"));
    const { validators } = JSON.parse(readFileSync(file, "utf8"));
    const code = (title) => validators.find((validator) => validator.title === title).compiledCode;
    return { printing: code("context.context.else"), accepting: code("accept.accept.else") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Aiken source of an expression that builds this Plutus data. */
function source(data) {
  if (typeof data === "bigint") return `i(${data})`;
  if (typeof data === "string") return `b(#"${data}")`;
  if (Array.isArray(data)) return `l([${data.map(source).join(", ")}])`;
  if (data instanceof Map)
    return `m([${[...data].map(([key, value]) => `Pair(${source(key)}, ${source(value)})`).join(", ")}])`;
  return `c(${data.index}, [${data.fields.map(source).join(", ")}])`;
}

const bytes = (hex) => `#"${hex}"`;

/** What building the transaction tells of it, read from its body and not from the context. */
function known({ cbor, actors, policy, now, roles }) {
  const body = L.CML.Transaction.from_cbor_hex(cbor).body();
  const outputs = body.outputs();
  return {
    tx_id: bytes(L.CML.hash_transaction(body).to_hex()),
    fee: String(body.fee()),
    change: String(
      outputs
        .get(outputs.len() - 1)
        .amount()
        .coin(),
    ),
    now: String(now),
    policy: bytes(policy),
    spent_script: bytes(roles.spend.hash),
    withdrawing: bytes(roles.withdraw.hash),
    printer: bytes(actors.printer.hash),
    acceptor: bytes(actors.acceptor.hash),
    wallet_key: bytes(actors.walletKey),
    stake_key: bytes(actors.stakeKey),
    other_key: bytes(actors.otherKey),
  };
}

function moduleOf(purpose, result) {
  const constants = Object.entries(known(result)).map(([name, value]) => `pub const ${name} = ${value}`);
  const data = L.Data.from(result.context);
  return `//// The context of a script that acts for ${purpose}, as Scalus' ledger made it from a real transaction. Written by
//// \`scripts/golden/generate.mjs\`; tested in \`${purpose}.test.ak\`.

use aiken/builtin.{
  b_data as b, constr_data as c, i_data as i, list_data as l, map_data as m,
}

${constants.join("\n\n")}

/// As CBOR, the way the ledger's own \`serialiseData\` writes it.
pub const bytes = ${bytes(result.context)}

pub fn context() -> Data {
  ${source(data)}
}
`;
}

/**
 * Two ledgers must hand over the same data. They may write a map inside a datum in another form. Of a certificate that
 * ends a registration Aiken 1.1.23 leaves out the refund, as protocol version 9 did; no rule of ours reads certificates.
 */
function assertAgreement(purpose, { context, byAiken }) {
  if (purpose === "publish") return;
  if (source(L.Data.from(context)) !== source(L.Data.from(byAiken)))
    throw new Error(`Scalus and Aiken make different contexts for ${purpose}`);
}

const check = process.argv.includes("--check");
const folder = check ? mkdtempSync(join(tmpdir(), "dpp-golden-")) : FOLDER;
mkdirSync(folder, { recursive: true });
try {
  const compiled = await scripts();
  for (const purpose of PURPOSES) {
    const result = await contextOf(purpose, compiled);
    assertAgreement(purpose, result);
    writeFileSync(join(folder, `${purpose}.ak`), moduleOf(purpose, result));
    if (!check)
      console.log(`golden: lib/dpp/golden/${purpose}.ak (${result.context.length / 2} bytes of context)`);
  }
  await runAiken(["fmt", ...PURPOSES.map((purpose) => join(folder, `${purpose}.ak`))]);
  if (check) {
    const differing = PURPOSES.filter(
      (purpose) =>
        readFileSync(join(folder, `${purpose}.ak`), "utf8") !==
        readFileSync(join(FOLDER, `${purpose}.ak`), "utf8"),
    );
    if (differing.length > 0) throw new Error(`what the ledger says now differs: ${differing.join(", ")}`);
    console.log("golden: the committed contexts are what the ledger says");
  }
} catch (error) {
  console.error(`golden: ${error.message}`);
  process.exitCode = 1;
} finally {
  if (check) rmSync(folder, { recursive: true, force: true });
}
