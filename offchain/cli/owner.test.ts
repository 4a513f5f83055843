import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "./program.js";

let directory: string;
let home: string;
let shirt: string;
let hat: string;

interface Ran {
  readonly status: number;
  // The shape differs by verb; tests read what they state.
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly json: any;
}

async function dpp(...args: string[]): Promise<Ran> {
  let out = "";
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: () => {},
  };
  const status = await runCommand([...args, "--json", "--home", home], streams, {});
  return { status, json: JSON.parse(out || "{}") };
}
const done = async (...args: string[]): Promise<Ran["json"]> => {
  const { status, json } = await dpp(...args);
  expect([status, json.error]).toEqual([0, undefined]);
  return json;
};
const refusal = async (...args: string[]): Promise<string> => {
  const { status, json } = await dpp(...args);
  expect(status).not.toBe(0);
  return json.error?.code ?? JSON.stringify(json);
};

let files = 0;
async function file(content: unknown): Promise<string> {
  const path = join(directory, `file-${files++}`);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const product = (serial: string) => ({
  policy: "ladder",
  identifier: { gtin: "09506000134376", serial },
  product: { name: `Example ${serial}`, image: "https://example.com/a.png", category: "textile" },
  elements: [{ id: "textile.product.description", value: "White" }],
});

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-owner-"));
  home = join(directory, "home");
  await done("consortium", "init");
  for (const key of ["maker", "authority", "seller", "buyer", "third"]) {
    await done("key", "new", key);
    await done("key", "fund", key);
  }
  for (const [key, role] of [
    ["maker", "MANUFACTURER"],
    ["authority", "AUTHORITY"],
  ] as const) {
    await done("role", "issue", "--role", role, "--key", key, "--operator", "gln:9506000134307");
  }
  await done("keyring", "refresh", "--as", "maker");
  const issued = await done(
    ...["passport", "issue", await file(product("SHIRT")), await file(product("HAT"))],
    ...["--as", "maker", "--owner", "seller"],
  );
  [shirt, hat] = issued.passports.map(({ id }: { id: string }) => id);
});
afterAll(() => rm(directory, { recursive: true }));

const receive = async (as: string, ...more: string[]) => done("owner", "receive", "--as", as, ...more);

describe("a receive request from the command line", () => {
  it("holds the key's address and reading key, and the passport that is expected", async () => {
    const svg = join(directory, "request.svg");
    const request = await receive("buyer", "--passport", shirt, "--base", "https://a.example", "--out", svg);
    expect(request).toMatchObject({ network: "embedded", passport: shirt });
    expect(request.link).toBe(`https://a.example/receive#${request.text}`);
    expect(request.qr).toBe(request.link);
    expect(await readFile(svg, "utf8")).toMatch(/^<svg xmlns/);
  });

  it("may leave the reading key out", async () => {
    expect((await receive("buyer", "--no-keys")).readingKey).toBeNull();
  });

  it("is not made for an address of somebody else", async () => {
    const { address } = await receive("third");
    expect(await refusal("owner", "receive", "--as", "buyer", "--address", address)).toBe("usage/address");
  });
});

describe("before a transfer", () => {
  const transfer = (to: string, as = "seller", passport = shirt) =>
    refusal("passport", "transfer", passport, "--to", to, "--as", as);

  it("refuses whoever is not the owner", async () => {
    expect(await transfer((await receive("buyer")).text, "third")).toBe("transfer/not-owner");
  });

  it("refuses the owner himself, another passport, and what is no request", async () => {
    expect(await transfer((await receive("seller")).text)).toBe("transfer/to-self");
    expect(await transfer((await receive("buyer", "--passport", hat)).text)).toBe("transfer/passport");
    const { text } = await receive("buyer");
    expect(await transfer(text.slice(0, -1))).toBe("transfer/request");
    expect(await transfer("buyer")).toBe("transfer/address");
    expect(await transfer("stake_test1uqevw2xnsc0pvn9t9r9c7qryfqfeerchgrlm3ea2nefr9hqp8n5xl")).toBe(
      "transfer/address",
    );
    expect(await transfer("addr1vyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygatvcjl")).toBe(
      "transfer/network",
    );
  });

  it("at a terminal says what it would do and does nothing", async () => {
    const before = await done("owner", "challenge", shirt);
    const { isTTY } = process.stdin;
    process.stdin.isTTY = true;
    try {
      expect(await transfer((await receive("buyer")).text)).toBe("usage/confirm");
    } finally {
      process.stdin.isTTY = isTTY;
    }
    const proof = await file(await done("owner", "prove", await file(before.message), "--as", "seller"));
    expect((await done("owner", "verify", await file(before.message), proof)).owner).toBe(true);
  });
});

describe.skipIf(process.platform === "win32")("challenges that are kept", () => {
  it("are their owner's alone to list and to read, also where they were not before", async () => {
    const folder = join(home, "challenges");
    const exposed = async (): Promise<string[]> => {
      const paths = [folder, ...(await readdir(folder)).map((name) => join(folder, name))];
      const modes = await Promise.all(paths.map(async (path) => (await stat(path)).mode & 0o077));
      return paths.filter((_, at) => modes[at] !== 0);
    };
    await done("owner", "challenge", shirt);
    expect(await exposed()).toEqual([]);
    const [one = ""] = await readdir(folder);
    await chmod(folder, 0o755);
    await chmod(join(folder, one), 0o644);
    await done("owner", "challenge", shirt);
    expect(await exposed()).toEqual([]);
  });
});

describe("a transfer", () => {
  it("gives the product and the owner keys to the buyer, who checks it", async () => {
    expect((await dpp("owner", "check", shirt, "--as", "buyer")).json.yours).toBe(false);
    const { text } = await receive("buyer", "--passport", shirt);
    const given = await done("passport", "transfer", shirt, "--to", text, "--as", "seller");
    expect(given.handedOver).toBe(1);
    const check = await done("owner", "check", shirt, "--as", "buyer");
    expect(check).toMatchObject({
      yours: true,
      arrival: "Transfer",
      arrivedIn: given.txHash,
      keys: 1,
      marked: 0,
    });
    expect(await refusal("passport", "transfer", shirt, "--to", text, "--as", "seller")).toBe(
      "transfer/not-owner",
    );
  });

  it("without a reading key hands nothing over, and says so", async () => {
    const { address } = await receive("third");
    const given = await done("passport", "transfer", shirt, "--to", address, "--as", "buyer");
    expect(given.handedOver).toBe(0);
    expect(await done("owner", "verify-receipt", shirt, "--as", "third")).toMatchObject({
      yours: true,
      keys: 0,
    });
  });

  it("to the first owner again carries every key back that the last one had", async () => {
    const { text } = await receive("seller");
    await done("passport", "transfer", shirt, "--to", text, "--as", "third");
    expect((await done("owner", "check", shirt, "--as", "seller")).keys).toBe(1);
  });
});

describe("a proof of ownership", () => {
  const challenge = async (passport = hat, ...more: string[]) =>
    (await done("owner", "challenge", passport, ...more)).message as string;
  const prove = async (message: string, as = "seller") =>
    file(await done("owner", "prove", await file(`${message}\n`), "--as", as));
  const verify = async (message: string, proof: string) => dpp("owner", "verify", await file(message), proof);
  const verifyCode = async (message: string, proof: string) =>
    (await verify(message, proof)).json.error?.code;

  it("verifies once, and says since when", async () => {
    const message = await challenge(hat, "--verifier", "Example pawn shop");
    expect(message).toContain("\nverifier: Example pawn shop\n");
    const proof = await prove(message);
    const { status, json } = await verify(message, proof);
    expect([status, json.owner, json.passport, json.status]).toEqual([0, true, hat, "Active"]);
    expect(json.txHash).toMatch(/^[0-9a-f]{64}$/);
    expect(await verifyCode(message, proof)).toBe("ownership/challenge-used");
  });

  it("is not signed with a key that does not own it", async () => {
    expect(await refusal("owner", "prove", await file(await challenge()), "--as", "third")).toBe(
      "ownership/not-owner",
    );
  });

  it("does not verify when the product was given away since", async () => {
    const message = await challenge(shirt);
    const proof = await prove(message);
    await done("passport", "transfer", shirt, "--to", (await receive("third")).text, "--as", "seller");
    expect(await verifyCode(message, proof)).toBe("ownership/not-owner");
    // A wrong answer uses nothing up.
    expect((await verify(message, await prove(message, "third"))).status).toBe(0);
  });

  it("is refused when challenge or proof were changed", async () => {
    const message = await challenge();
    const path = await prove(message);
    const proof = JSON.parse(await readFile(path, "utf8"));
    const later = message.replace(/expires: (\d{4})/, (_, year) => `expires: ${Number(year) + 1}`);
    expect(await verifyCode(later, path)).toBe("ownership/challenge-foreign");
    expect(await verifyCode(message.replace("I prove", "I swear"), path)).toBe(
      "ownership/challenge-malformed",
    );
    expect(await verifyCode(message, await prove(await challenge()))).toBe("ownership/proof-foreign");
    const end = proof.signature.slice(-2) === "00" ? "01" : "00";
    const bent = await file({ ...proof, signature: proof.signature.slice(0, -2) + end });
    expect(await verifyCode(message, bent)).toBe("cip8/bad-signature");
    expect(await verifyCode(message, await file("{}"))).toBe("ownership/proof-malformed");
    expect((await verify(message, path)).status).toBe(0);
  });

  it("is refused for a challenge of another home", async () => {
    const message = (await challenge()).replace(/nonce: ..../, "nonce: AAAA");
    const proof = await prove(message);
    expect(await verifyCode(message, proof)).toBe("ownership/challenge-foreign");
    const foreign = message.replace(/deployment: ../, "deployment: ff");
    expect(await refusal("owner", "prove", await file(foreign), "--as", "seller")).toBe(
      "ownership/challenge-foreign",
    );
  });

  it("is refused when the challenge has expired", async () => {
    const message = (await challenge()).replace(/expires: \d{4}/, "expires: 2020");
    expect(await refusal("owner", "prove", await file(message), "--as", "seller")).toBe(
      "ownership/challenge-expired",
    );
  });

  it("stands for a revoked passport too, which cannot be given away any more", async () => {
    await done("passport", "revoke", hat, "--as", "authority");
    const message = await challenge();
    expect((await verify(message, await prove(message))).json).toMatchObject({
      owner: true,
      status: "Revoked",
    });
    const { text } = await receive("buyer");
    expect(await refusal("passport", "transfer", hat, "--to", text, "--as", "seller")).toBe(
      "passport/status",
    );
  });
});
