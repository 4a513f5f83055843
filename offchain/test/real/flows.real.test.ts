/** The life of a deployment on an independent node and a real IPFS daemon, by the command line; then with the node or the daemon killed in the middle. */
import { existsSync, mkdirSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ran, RealHome } from "./real-home.js";

const REFERENCE = "01/09506000134376/21";
const world = new RealHome();

const product = (serial: string, description: string): string => {
  const path = join(world.directory, `${serial}-${description.length}.json`);
  writeFileSync(
    path,
    JSON.stringify({
      policy: "ladder",
      identifier: { gtin: "09506000134376", serial },
      product: { name: "Example shirt", image: "https://example.com/shirt.png", category: "textile" },
      elements: [
        { id: "textile.product.description", value: description },
        { id: "textile.chain.batch", value: "B-17" },
      ],
    }),
  );
  return path;
};

const succeeds = async (...args: string[]): Promise<Ran> => {
  const ran = await world.run(...args);
  if (ran.status !== 0) throw new Error(`dpp ${args.join(" ")}: ${JSON.stringify(ran.json)} ${ran.err}`);
  return ran;
};

beforeAll(async () => {
  await world.start();
}, 120_000);
afterAll(() => world.remove());

describe("on a node and an IPFS daemon", () => {
  it("a consortium is founded once its key holds coins", async () => {
    const poor = await world.run("consortium", "init");
    expect([poor.status, poor.json.error?.code]).toEqual([1, "ledger/no-funds"]);
    const { address } = (poor.json.error as unknown as { details: { address: string } }).details;
    await world.pay(address);
    await succeeds("consortium", "init");
    const keys = (await succeeds("key", "list")).json as unknown as { name: string; address: string }[];
    for (const { name, address } of keys) if (name.startsWith("freeze")) await world.pay(address, 2);
  });

  it("actors are accredited, a passport is issued, read, updated, and revoked", async () => {
    for (const [key, role] of [
      ["maker", "MANUFACTURER"],
      ["repairer", "REPAIRER"],
      ["authority", "AUTHORITY"],
    ] as const) {
      const { json } = await succeeds("key", "new", key);
      await world.pay((json as unknown as { address: string }).address);
      await succeeds("role", "issue", "--role", role, "--key", key, "--operator", "gln:9506000134307");
    }
    await succeeds("keyring", "refresh", "--as", "maker");
    await succeeds("passport", "issue", product("A", "White shirt"), "--as", "maker");
    expect((await succeeds("passport", "verify", `${REFERENCE}/A`)).json.ok).toBe(true);
    const shown = await succeeds("passport", "show", `${REFERENCE}/A`, "--as", "repairer");
    expect((shown.json.groups as unknown as { name: string }[]).map(({ name }) => name)).toContain(
      "supplyChain",
    );
    const updated = await succeeds(
      "passport",
      "update",
      `${REFERENCE}/A`,
      product("A", "White shirt, second text"),
      "--as",
      "maker",
    );
    expect(updated.json.revision).toBe(1);
    await succeeds("role", "suspend", "repairer");
    await succeeds("passport", "revoke", `${REFERENCE}/A`, "--as", "authority");
    expect((await world.run("passport", "verify", `${REFERENCE}/A`)).json.ok).toBe(false);
  });

  it("a product is sold, repaired by an accredited repairer, measured and recycled, and its history verifies offline", async () => {
    for (const key of ["seller", "buyer", "recycler"]) {
      const { json } = await succeeds("key", "new", key);
      await world.pay((json as unknown as { address: string }).address);
    }
    const operator = ["--operator", "gln:9506000134307"];
    await succeeds("role", "issue", "--role", "RECYCLER", "--key", "recycler", ...operator);
    await succeeds("role", "renew", "repairer");
    const issued = await succeeds(
      "passport",
      "issue",
      product("L1", "A shirt"),
      "--as",
      "maker",
      "--owner",
      "seller",
    );
    const { id } = (issued.json.passports as unknown as [{ id: string }])[0];
    const request = (await succeeds("owner", "receive", "--as", "buyer")).json as unknown as { text: string };
    await succeeds("passport", "transfer", id, "--to", request.text, "--as", "seller", "--yes");
    expect(
      (await world.run("passport", "transfer", id, "--to", request.text, "--as", "seller", "--yes")).status,
    ).toBe(1);
    await succeeds("owner", "check", id, "--as", "buyer");
    const repair = ["--type", "repair", "--done", "Seam sewn", "--as", "repairer", "--owner", "buyer"];
    await succeeds("action", "log", id, ...repair);
    await succeeds("action", "log", id, "--type", "note", "--text", "Kept dry", "--as", "buyer");
    expect((await succeeds("action", "verify", id)).json.ok).toBe(true);
    await succeeds("passport", "retire", id, "--as", "recycler", "--owner", "buyer");
    const file = join(world.directory, "history.cbor");
    await succeeds("passport", "history", id, "--out", file);
    const verified = await succeeds("history", "verify", file);
    expect(verified.json.ok).toBe(true);
    const state = (await succeeds("passport", "show", id)).json.state as unknown as { status: string };
    expect(state.status).toBe("Retired");
  });

  it("every configured part is well", async () => {
    const { json } = await succeeds("doctor");
    expect(json.ok).toBe(true);
  });
});

/** Resolves when something is written into the directory. */
const written = (directory: string): Promise<void> => {
  if (!existsSync(directory)) mkdirSync(directory, { recursive: true });
  return new Promise((resolve) => {
    const watcher = watch(directory, { recursive: true }, (_, name) => {
      if (name === null) return;
      watcher.close();
      resolve();
    });
  });
};

const listed = async (serial: string): Promise<number> => {
  const all = (await succeeds("passport", "list")).json as unknown as { reference?: string; link: string }[];
  return all.filter(({ link }) => link.includes(`/21/${serial}`)).length;
};

describe("with the node killed in the middle", () => {
  it("an issue goes on by itself when the node is back, and there is one passport", async () => {
    const sent = written(join(world.home, "pending"));
    const running = succeeds("passport", "issue", product("N1", "A shirt"), "--as", "maker");
    await Promise.race([sent, running]);
    await world.devnet.kill();
    await world.devnet.start();
    await running;
    expect(await listed("N1")).toBe(1);
    expect((await succeeds("passport", "verify", `${REFERENCE}/N1`)).json.ok).toBe(true);
  });

  it("an update goes on by itself, and is done once", async () => {
    const sent = written(join(world.home, "pending"));
    const text = product("N1", "A shirt, described better");
    const running = succeeds("passport", "update", `${REFERENCE}/N1`, text, "--as", "maker");
    await Promise.race([sent, running]);
    await world.devnet.kill();
    await world.devnet.start();
    expect((await running).json.revision).toBe(1);
    expect((await succeeds("passport", "verify", `${REFERENCE}/N1`)).json.ok).toBe(true);
  });
});

describe("with the node killed during a transfer", () => {
  it("the product changes hands once, and its keys with it", async () => {
    const issued = await succeeds(
      "passport",
      "issue",
      product("N2", "A shirt"),
      "--as",
      "maker",
      "--owner",
      "seller",
    );
    const { id } = (issued.json.passports as unknown as [{ id: string }])[0];
    const request = (await succeeds("owner", "receive", "--as", "buyer")).json as unknown as { text: string };
    const sent = written(join(world.home, "pending"));
    const running = succeeds("passport", "transfer", id, "--to", request.text, "--as", "seller", "--yes");
    await Promise.race([sent, running]);
    await world.devnet.kill();
    await world.devnet.start();
    await running;
    await succeeds("owner", "check", id, "--as", "buyer");
    const listed = (await succeeds("action", "list", id)).json as unknown as unknown[];
    expect(listed.length).toBe(1);
  });
});

describe("with the IPFS daemon killed in the middle", () => {
  /** Kills the daemon at the first block that it stores, and starts it again. */
  const interrupted = async (...args: string[]): Promise<Ran> => {
    const stored = written(join(world.repository, "blocks"));
    const running = succeeds(...args);
    await Promise.race([stored, running]);
    world.kubo?.kill("SIGKILL");
    await world.kubo?.stopped;
    await world.startKubo();
    return running;
  };

  it("an issue goes on by itself when the daemon is back, and there is one passport", async () => {
    await interrupted("passport", "issue", product("K1", "A shirt"), "--as", "maker");
    expect(await listed("K1")).toBe(1);
    expect((await succeeds("passport", "verify", `${REFERENCE}/K1`)).json.ok).toBe(true);
  });

  it("an update goes on by itself, and is done once", async () => {
    const text = product("K1", "A shirt, described better");
    const { json } = await interrupted("passport", "update", `${REFERENCE}/K1`, text, "--as", "maker");
    expect(json.revision).toBe(1);
    expect((await succeeds("passport", "verify", `${REFERENCE}/K1`)).json.ok).toBe(true);
  });
});

describe("a resolver", () => {
  it("says what is wrong while a part is gone, and reads again when it is back", async () => {
    const origin = await world.serve();
    const address = `${origin}/${REFERENCE}/N1`;
    const [link] = ((await succeeds("passport", "list")).json as unknown as { link: string }[])
      .map(({ link }) => link)
      .filter((link) => link.includes("/21/N1"));
    const salt = new URL(link ?? expect.fail("no link")).search;
    const read = () => fetch(`${address}${salt}`, { headers: { accept: "application/json" } });
    const ready = async () => (await fetch(`${origin}/health/ready`)).status;
    const first = await read();
    if (first.status !== 200) throw new Error(await first.text());
    expect(await ready()).toBe(200);

    await world.devnet.kill();
    // A state that was read a moment ago is shown once more.
    for (let { status } = await read(); status !== 503; { status } = await read()) expect(status).toBe(200);
    expect((await fetch(`${origin}/health/live`)).status).toBe(200);
    await world.devnet.start();
    expect((await read()).status).toBe(200);

    world.kubo?.kill("SIGKILL");
    await world.kubo?.stopped;
    // Its answer is kept for a short time, so that a probe cannot hammer the parts.
    for (let status = await ready(); status !== 503; status = await ready()) expect(status).toBe(200);
    await world.startKubo();
    expect((await read()).status).toBe(200);
  });
});
