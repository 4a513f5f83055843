/**
 * A consortium, manufacturers, an authority and an owner on an independent node: each has a home of his own with one key in it.
 * Nothing goes from one to another but files.
 */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startKubo } from "../../../scripts/real/kubo-daemon.mjs";
import { runCommand } from "../../cli/program.js";
import { devnetLedger, fund, required, sharedDevnet } from "../../src/testing/devnet.js";

const directory = mkdtempSync(join(tmpdir(), "dpp-quorum-"));
const file = (name: string): string => join(directory, `${name}.json`);

const MEMBERS = ["first", "second", "third"] as const;
const WITH_KEYS = [...MEMBERS, "maker", "heir", "authority", "owner"] as const;
type Person = (typeof WITH_KEYS)[number] | "anyone";

interface Ran {
  readonly status: number;
  readonly err: string;
  // The shape differs by verb; tests read what they state.
  // biome-ignore lint/suspicious/noExplicitAny: what a verb prints.
  readonly json: any;
}

let kubo: Awaited<ReturnType<typeof startKubo>> | undefined;
const addresses = new Map<string, string>();
const readingKeys = new Map<string, string>();
/** By key hash. */
const people = new Map<string, string>();
const roles = new Map<string, string>();
const OPERATOR = "gln:9506000134307";

interface Attested {
  readonly name: string;
  readonly holder: string;
  readonly status: string;
  readonly validTo: number;
}

async function run(person: Person, ...args: string[]): Promise<Ran> {
  let out = "";
  let err = "";
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const status = await runCommand([...args, "--json", "--home", join(directory, person)], streams, {});
  return { status, err, json: JSON.parse(out || "{}") };
}

async function must(person: Person, ...args: string[]): Promise<Ran["json"]> {
  const ran = await run(person, ...args);
  if (ran.status !== 0)
    throw new Error(`${person}: dpp ${args.join(" ")}: ${JSON.stringify(ran.json)} ${ran.err}`);
  return ran.json;
}
const quorum = (person: Person, ...args: string[]): Promise<Ran["json"]> => must(person, "quorum", ...args);
const refusal = async (person: Person, ...args: string[]) => (await run(person, ...args)).json.error;
const sign = (person: Person, name: string) => quorum(person, "sign", file(name), "--as", person);
const propose = (person: Person, name: string, ...args: string[]) =>
  quorum(person, "propose", ...args, "--as", person, "--out", file(name));

beforeAll(async () => {
  const { utxorpc, blockfrost } = sharedDevnet();
  const repository = join(directory, "ipfs");
  mkdirSync(repository);
  kubo = await startKubo({ binary: required("DPP_REAL_IPFS"), directory: repository });
  const configuration = {
    ledger: { kind: "utxorpc", network: "devnet", url: utxorpc, parametersUrl: blockfrost },
    confirmations: 2,
    content: { kind: "ipfs", nodes: [kubo.api] },
  };
  for (const person of [...WITH_KEYS, "anyone"]) {
    mkdirSync(join(directory, person));
    const path = join(directory, person, "config.json");
    writeFileSync(path, JSON.stringify(configuration));
    chmodSync(path, 0o600);
  }
  for (const person of WITH_KEYS) {
    const { address, readingKey, keyHash } = await must(person, "key", "new", person);
    addresses.set(person, address);
    readingKeys.set(person, readingKey);
    people.set(keyHash, person);
  }
  // The owner never pays: he only agrees.
  const payers = WITH_KEYS.filter((person) => person !== "owner").map(
    (person) => addresses.get(person) ?? "",
  );
  await fund(await devnetLedger(), payers, 3, 500_000_000n);
}, 240_000);
afterAll(async () => {
  await kubo?.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe("a consortium on separate machines", () => {
  it("is founded by a file that its members sign, and joined by the others", async () => {
    const members = MEMBERS.flatMap((member) => ["--member", addresses.get(member) ?? ""]);
    const rest = ["--threshold", "2", "--freeze-key", addresses.get("third") ?? ""];
    await propose("first", "found", "found", ...members, ...rest);
    expect((await refusal("anyone", "quorum", "submit", file("found"))).code).toBe("proposal/incomplete");
    await sign("second", "found");
    await quorum("second", "submit", file("found"));
    expect((await quorum("first", "submit", file("found"))).already).toBe(true);
    await quorum("third", "join", file("found"));
    expect((await must("third", "consortium", "show")).members).toHaveLength(3);
    for (const person of ["maker", "heir", "authority", "owner", "anyone"])
      copyFileSync(join(directory, "third", "deployment.json"), join(directory, person, "deployment.json"));
  });

  it("accredits who sends an address and a reading key, and renews with two of three", async () => {
    for (const [person, role] of [
      ["maker", "MANUFACTURER"],
      ["heir", "MANUFACTURER"],
      ["authority", "AUTHORITY"],
    ] as const) {
      const actor = ["--holder", addresses.get(person) ?? "", "--reading-key", readingKeys.get(person) ?? ""];
      const name = `issue-${person}`;
      await propose("first", name, "issue", "--role", role, "--operator", OPERATOR, ...actor);
      await sign("second", name);
      await quorum("anyone", "submit", file(name));
    }
    const listed: Attested[] = await must("anyone", "role", "list");
    for (const { name, holder } of listed) roles.set(people.get(holder) ?? "", name);
    expect([...roles.keys()].sort()).toEqual(["authority", "heir", "maker"]);
    await propose("third", "renew", "renew", roles.get("maker") ?? "", "--to", "2099-01-01");
    await sign("second", "renew");
    await quorum("anyone", "submit", file("renew"));
    const after: Attested[] = await must("anyone", "role", "list");
    const maker = after.find(({ name }) => name === roles.get("maker"));
    expect([maker?.status, maker?.validTo]).toEqual(["Active", Date.UTC(2099, 0, 1)]);
  });

  it("names a vanished output of the proposer's, and nobody signs then", async () => {
    const { id } = await propose("first", "gone", "revoke", roles.get("maker") ?? "");
    await quorum("first", "drop", id);
    const status = await quorum("second", "status", file("gone"));
    expect([status.state, status.gone.map(({ what }: { what: string }) => what)]).toEqual([
      "gone",
      ["the proposer's output for the fee is spent"],
    ]);
    expect((await refusal("second", "quorum", "sign", file("gone"), "--as", "second")).code).toBe(
      "proposal/inputs-gone",
    );
  });

  it("does not sign or submit what has expired", async () => {
    const expires = new Date(Date.now() + 20_000).toISOString();
    await propose("first", "late", "renew", roles.get("heir") ?? "", "--expires", expires);
    let state = "";
    // Each look asks the ledger.
    for (let look = 0; look < 2_000 && state !== "expired"; look++)
      ({ state } = await quorum("second", "status", file("late")));
    expect(state).toBe("expired");
    expect((await refusal("second", "quorum", "sign", file("late"), "--as", "second")).code).toBe(
      "proposal/expired",
    );
    expect((await refusal("second", "quorum", "submit", file("late"))).code).toBe("proposal/expired");
  });
});

describe("two organisations", () => {
  let passport = "";

  it("a passport is issued to an owner, and reassigned by quorum, authority and heir within the hour", async () => {
    await must("maker", "keyring", "refresh", "--as", "maker");
    const product = file("product");
    writeFileSync(
      product,
      JSON.stringify({
        policy: "ladder",
        identifier: { gtin: "09506000134376", serial: "Q1" },
        product: { name: "Example shirt", image: "https://example.com/shirt.png", category: "textile" },
        elements: [{ id: "textile.product.description", value: "White shirt" }],
      }),
    );
    const owner = ["--owner", addresses.get("owner") ?? ""];
    const { passports } = await must("maker", "passport", "issue", product, "--as", "maker", ...owner);
    passport = passports[0].id;
    const now = new Date(Date.now() - 5_000).toISOString();
    const who = ["--to", roles.get("heir") ?? "", "--authority", roles.get("authority") ?? "", "--at", now];
    await propose("first", "reassign", "reassign", passport, ...who);
    for (const person of ["third", "heir", "authority"] as const) await sign(person, "reassign");
    await quorum("anyone", "submit", file("reassign"));
    const { state } = await must("anyone", "passport", "show", passport);
    expect(state.issuerName).toBe(roles.get("heir"));
  });

  it("log an action together, and its owner's coins stay whole", async () => {
    const payload = ["--type", "service", "--done", "Washed"];
    await propose("heir", "log", "log", passport, ...payload);
    expect((await refusal("heir", "quorum", "submit", file("log"))).code).toBe("proposal/incomplete");
    await sign("owner", "log");
    await quorum("anyone", "submit", file("log"));
    expect((await must("anyone", "action", "verify", passport)).ok).toBe(true);
    const coins = await (await devnetLedger()).utxosAt(addresses.get("owner") ?? "");
    expect(coins).toHaveLength(1);
  });

  it("give a product a new label together", async () => {
    const link = `01/09506000134376/21/Q1`;
    const [{ link: old }] = await must("maker", "passport", "list");
    await propose("heir", "amend", "amend", old, "--authority", roles.get("authority") ?? "");
    await sign("authority", "amend");
    const done = await quorum("heir", "submit", file("amend"));
    expect((await must("heir", "passport", "verify", done.link)).ok).toBe(true);
    expect((await must("heir", "passport", "show", link)).state.id).toBe(passport);
    expect((await run("maker", "passport", "verify", old)).status).toBe(1);
  });
});
