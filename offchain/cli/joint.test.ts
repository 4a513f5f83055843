/** A joint pack on its way between two machines, each with a store and keys of its own, and a tablet whose key lies in neither. */
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { p256 } from "@noble/curves/nist.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromHex, toBase64url, toHex } from "../src/domain/bytes.js";
import { authenticator, RELYING_PARTY } from "../src/testing/key-signers.js";
import { runCommand } from "./program.js";
import { jsonOf as json, type Ran, type TestCommand, testCommand } from "./testing/command.js";

let command: TestCommand;
let labHome: string;
let thread: string;
const names: Record<string, string> = {};
const tablet = authenticator("joint cli");

const codeOf = (ran: Ran): string | undefined => ran.json.error?.code;
const ok = async (ran: Promise<Ran>): Promise<Ran> => {
  const done = await ran;
  expect([done.status, done.out]).toEqual([0, expect.anything()]);
  return done;
};
const dpp = (...args: string[]): Promise<Ran> => command.dpp(...args);

/** On the laboratory's machine. */
async function lab(...args: string[]): Promise<Ran> {
  let out = "";
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: () => undefined,
  };
  const status = await runCommand([...args, "--json", "--home", labHome], streams, {});
  return { status, out, err: "", json: JSON.parse(out || "{}") };
}

/** What a person reads, without `--json`. */
async function say(...args: string[]): Promise<string> {
  let out = "";
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: () => undefined,
  };
  await runCommand([...args, "--home", command.home], streams, {});
  return out;
}

const accredit = async (key: string, role: string, operator: string, ...options: string[]): Promise<void> => {
  await command.key(key);
  const issued = await ok(
    dpp("role", "issue", "--role", role, "--key", key, "--operator", operator, "--events", ...options),
  );
  names[key] = json(issued).name ?? json(issued).names?.[0];
};

beforeAll(async () => {
  command = await testCommand();
  await command.found();
  await accredit("village", "SUPERVISOR", "gln:9506000140506");
  await accredit("tester", "LAB", "gln:9506000140513", "--event-form", "p256");
  await accredit(
    "buyer",
    "MANUFACTURER",
    "gln:9506000140506",
    ...["--event-key", toHex(tablet.point)],
    ...["--webauthn-rp", RELYING_PARTY.rpId, "--webauthn-origin", RELYING_PARTY.origin],
  );
  await command.key("relayer");
  thread = json(await ok(dpp("joint", "open", "--as", "village"))).thread;
  // The laboratory's machine knows the same ledger, and has its own key alone.
  labHome = join(command.directory, "lab");
  await mkdir(labHome);
  await cp(command.home, labHome, { recursive: true });
  for (const key of ["village", "buyer", "relayer"]) await rm(join(labHome, "keys", `${key}.json`));
  await rm(join(command.home, "keys", "tester.json"));
}, 240_000);
afterAll(() => command.remove());

const GRADE = { type: "grade", elements: [{ id: "event.grade.to", value: "A" }] };
const path = (name: string): string => join(command.directory, name);

/** As a browser answers, in a file. */
async function answerTo(digest: string): Promise<string> {
  const { authenticatorData, clientDataJSON, signature } = tablet.assert(fromHex(digest));
  const der = p256.Signature.fromBytes(signature, "compact").toBytes("der");
  const response = { authenticatorData, clientDataJSON, signature: der };
  return command.file({
    id: "AAAA",
    rawId: "AAAA",
    type: "public-key",
    clientExtensionResults: {},
    response: Object.fromEntries(Object.entries(response).map(([key, bytes]) => [key, toBase64url(bytes)])),
  });
}

describe("dpp joint", { timeout: 300_000 }, () => {
  it("lists the thread that was opened", async () => {
    expect(json(await ok(dpp("joint", "threads")))).toMatchObject([{ thread, next: 0, total: 0 }]);
    expect(await say("event", "threads")).toContain(thread);
  });

  it("lets three sign one file on two machines and a tablet, and anchors it", async () => {
    const file = path("grade.dppp");
    const others = [names.tester, names.buyer].join(",");
    const input = await command.file([GRADE, { ...GRADE, elements: [{ id: "event.grade.to", value: "B" }] }]);
    const making = ["joint", "pack", input, "--thread", thread, "--with", others, "-o", file];
    const made = json(await ok(dpp(...making, "--as", "village")));
    expect(made).toMatchObject({ lo: 0, hi: 2, complete: false });
    expect(made.parties.map(({ signed }: { signed: boolean }) => signed)).toEqual([false, false, false]);
    expect(codeOf(await dpp("event", "import", file))).toBe("pack/unsigned");

    const shown = await say("joint", "show", file);
    expect(shown).toMatch(/Graded, written by SUPERVISOR/);
    expect(shown).toMatch(/grade.to +"A"/);
    expect(shown).toMatch(/LAB +gln:9506000140513 +P-256.* +no/);
    expect(shown).toMatch(/NOTE: MANUFACTURER .* is not independent: the same operator as SUPERVISOR/);

    const atLab = path("at-lab.dppp");
    await cp(file, atLab);
    expect(codeOf(await lab("joint", "sign", atLab, "--as", "freeze-1"))).toBe("joint/not-a-party");
    const signed = json(await ok(lab("joint", "sign", atLab, "--as", "tester")));
    expect([signed.added, signed.complete]).toEqual([true, false]);
    expect(json(await ok(lab("joint", "sign", atLab, "--as", "tester"))).added).toBe(false);
    await cp(atLab, file);

    await ok(dpp("joint", "sign", file, "--as", "village"));
    expect(codeOf(await dpp("event", "anchor", file, "--as", "relayer"))).toBe("pack/unsigned");
    expect(codeOf(await dpp("joint", "sign", file, "--as", "buyer"))).toBe("event/no-key");
    const { digest, challenge } = json(await ok(dpp("joint", "digest", file)));
    expect([digest, challenge]).toEqual([made.digest, toBase64url(fromHex(made.digest))]);
    const party = ["joint", "sign", file, "--party", names.buyer ?? "", "--signature"];
    expect(codeOf(await dpp(...party, await answerTo("ab".repeat(32))))).toBe("webauthn/challenge");
    const last = json(await ok(dpp(...party, await answerTo(digest))));
    expect([last.added, last.complete]).toEqual([true, true]);

    const anchored = json(await ok(dpp("event", "anchor", file, "--as", "relayer")));
    expect([anchored.held, anchored.anchored.length]).toEqual([[], 1]);
    const id = made.events[1].id as string;
    const verified = json(await ok(dpp("event", "verify", id)));
    expect(verified.checks.filter((check: { ok: boolean }) => check.ok === false)).toEqual([]);
    const event = json(await ok(dpp("event", "show", id)));
    expect(event).toMatchObject({ leaf: { tier: "MULTI_PARTY_SIGNED", role: "SUPERVISOR" } });
    expect(event.parties.map(({ form }: { form: string }) => form).toSorted()).toEqual([
      "Ed25519",
      "P-256",
      "WebAuthn",
    ]);
    expect(await say("event", "show", id)).toMatch(/party +LAB gln:9506000140513, Active/);
    expect(json(await ok(dpp("event", "thread", thread))).entries).toMatchObject([
      { kind: "co-append", lo: 0, hi: 2 },
    ]);
    expect(json(await ok(dpp("event", "list", "--source", thread))).events).toHaveLength(2);
    expect(codeOf(await dpp("joint", "sign", file, "--as", "village"))).toBe("pack/overlap");
  });

  it("names what is wrong before anything is written", async () => {
    const input = await command.file(GRADE);
    const out = path("bad.dppp");
    const pack = (...args: string[]) => dpp("joint", "pack", input, "--as", "village", "-o", out, ...args);
    expect(codeOf(await pack("--thread", thread, "--with", names.village ?? ""))).toBe("pack/parties");
    expect(codeOf(await pack("--thread", names.village ?? "", "--with", names.tester ?? ""))).toBe(
      "joint/not-a-thread",
    );
    const nowhere = thread.slice(0, -2) + (thread.endsWith("00") ? "01" : "00");
    expect(codeOf(await pack("--thread", nowhere, "--with", names.tester ?? ""))).toBe("thread/none");
    expect(codeOf(await dpp("joint", "show", input))).toMatch(/^cbor\//);
    await ok(pack("--thread", thread, "--with", names.tester ?? ""));
    expect(codeOf(await dpp("joint", "sign", out, "--as", "buyer"))).toBe("joint/not-a-party");
    expect(codeOf(await dpp("joint", "sign", out))).toBe("usage/arguments");
  });
});
