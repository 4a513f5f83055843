import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromHex, toHex } from "../src/domain/bytes.js";
import { authenticator, p256Signer } from "../src/testing/key-signers.js";
import { runCommand } from "./program.js";
import { jsonOf as json, onNode, type Ran, type TestCommand, testCommand } from "./testing/command.js";

/** A secure element as its library shows it: the public key as a file, signatures in DER over what it hashes itself. */
const element = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const tablet = authenticator("tablet");

let command: TestCommand;
beforeAll(async () => {
  command = await testCommand();
  await command.found();
  await command.key("relayer");
}, 240_000);
afterAll(() => command.remove());

const dpp = (...args: string[]): Promise<Ran> => command.dpp(...args);
const ok = async (...args: string[]) => {
  const ran = await dpp(...args);
  expect([ran.status, ran.out]).toEqual([0, expect.anything()]);
  return json(ran);
};
const codeOf = (ran: Ran): string | undefined => ran.json.error?.code;
const path = (name: string): string => join(command.directory, name);
const file = async (name: string, content: Uint8Array | string): Promise<string> => {
  await writeFile(path(name), content);
  return path(name);
};

/** Another key holds each role, so that a name says which. */
async function issue(key: string, role: string, ...options: string[]): Promise<Ran> {
  if (json(await dpp("key", "list")).every(({ name }: { name: string }) => name !== key))
    await dpp("key", "new", key);
  return dpp("role", "issue", "--role", role, "--key", key, "--operator", "gln:9506000134307", ...options);
}

const recordOne = (source: string) =>
  ok("event", "record", "--type", "transport", "--field", "event.transport.mode=road", "--as", source);

async function toSign(
  source: string,
  name: string,
): Promise<{ file: string; digest: Uint8Array; challenge: string }> {
  const { pack } = await ok("event", "pack", "--as", source, "--unsigned", path(name));
  expect(JSON.parse(await readFile(path(name), "utf8"))).toMatchObject({
    kind: "dpp/pack-to-sign/1",
    digest: pack.digest,
  });
  return { file: path(name), digest: fromHex(pack.digest), challenge: pack.challenge };
}

const assertionJson = (digest: Uint8Array, changes = {}): string => {
  const { authenticatorData, clientDataJSON, signature } = tablet.assert(digest, changes);
  const integer = (bytes: Uint8Array): Buffer => {
    const digits = Buffer.from(bytes);
    let at = 0;
    while (at < 31 && digits[at] === 0) at++;
    const short = digits.subarray(at);
    const value = (short[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), short]) : short;
    return Buffer.concat([Buffer.of(2, value.length), value]);
  };
  const both = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))]);
  const part = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
  return JSON.stringify({
    id: "AA",
    type: "public-key",
    response: {
      authenticatorData: part(authenticatorData),
      clientDataJSON: part(clientDataJSON),
      signature: part(Buffer.concat([Buffer.of(0x30, both.length), both])),
    },
  });
};

describe("a source whose key lies in a secure element", { timeout: 300_000 }, () => {
  let source: string;
  it("is accredited by its public key as PEM, DER, JWK or a point", async () => {
    const { publicKey } = element;
    const jwk = publicKey.export({ format: "jwk" });
    const point = `04${[jwk.x, jwk.y].map((part) => Buffer.from(part ?? "", "base64url").toString("hex")).join("")}`;
    const keys = [
      await file("element.pem", publicKey.export({ format: "pem", type: "spki" }) as string),
      await file("element.der", publicKey.export({ format: "der", type: "spki" })),
      await file("element.jwk", JSON.stringify(jwk)),
      point,
    ];
    const made = [];
    for (const [at, key] of keys.entries())
      made.push(json(await issue(`scale-${at}`, "STATION", "--event-key", key)));
    expect(new Set(made.map(({ eventKey }) => eventKey?.pk)).size).toBe(1);
    expect(made[0].eventKey).toMatchObject({ alg: 2, derived: false });
    source = made[0].attestation;
    expect(await ok("role", "show", source)).toMatchObject({
      eventKey: { form: "P-256", checkedByLedger: true, flaw: null },
    });
  });

  it("has its pack signed there, by openssl or node, and the ledger takes it", async () => {
    await recordOne(source);
    const { file: of, digest } = await toSign(source, "station.json");
    const key = await file("key.pem", element.privateKey.export({ format: "pem", type: "pkcs8" }) as string);
    const message = await file("digest.bin", digest);
    const other = sign("sha256", digest, generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey);
    const pack = (signature: string) =>
      dpp("event", "pack", "--as", source, "--signature", signature, "--of", of);
    expect(codeOf(await pack(await file("other.der", other)))).toBe("pack/signature");
    const wrong = sign("sha256", Buffer.concat([digest, Buffer.of(0)]), element.privateKey);
    expect(codeOf(await pack(await file("wrong.der", wrong)))).toBe("pack/signature");
    expect(codeOf(await pack(await file("cut.der", wrong.subarray(0, 60))))).toBe("p256/der");
    const der = execFileSync("openssl", ["dgst", "-sha256", "-sign", key, message]);
    expect((await pack(await file("good.der", der))).json).toMatchObject({ packs: [{ lo: 0, hi: 1 }] });
    const anchored = await ok("event", "anchor", "--as", "relayer", "--source", source);
    expect(anchored).toMatchObject({ anchored: [{ seq: 0 }], held: [] });

    await recordOne(source);
    const second = await toSign(source, "station-2.json");
    const raw = sign("sha256", second.digest, { key: element.privateKey, dsaEncoding: "ieee-p1363" });
    const hex = await file("good.hex", `${toHex(raw)}\n`);
    await ok("event", "pack", "--as", source, "--signature", hex, "--of", second.file);
    expect(await ok("event", "anchor", "--as", "relayer", "--source", source)).toMatchObject({
      anchored: [{ seq: 1 }],
    });
    const threads = await ok("event", "threads");
    expect(threads.find((thread: { source: string }) => thread.source === source)).toMatchObject({
      total: 2,
      eventKey: { form: "P-256", checkedByLedger: true },
    });
  });

  it("keeps what was signed: an event more does not spoil it, another file of another pack does", async () => {
    await recordOne(source);
    const { file: of, digest } = await toSign(source, "station-3.json");
    await recordOne(source);
    const good = await file("three.der", sign("sha256", digest, element.privateKey));
    const altered = JSON.parse(await readFile(of, "utf8"));
    const forged = await file("forged.json", JSON.stringify({ ...altered, cmax: altered.cmax + 1 }));
    expect(codeOf(await dpp("event", "pack", "--as", source, "--signature", good, "--of", forged))).toBe(
      "pack/to-sign",
    );
    const packed = await ok("event", "pack", "--as", source, "--signature", good, "--of", of);
    expect(packed.packs).toMatchObject([{ lo: 2, hi: 3 }]);
  });
});

describe("a source whose key lies in an authenticator", { timeout: 300_000 }, () => {
  it("signs its pack by a browser's answer, and every other answer is refused by name", async () => {
    const point = toHex(tablet.point);
    const party = [
      "--webauthn-rp",
      "capture.example.org",
      "--webauthn-origin",
      "https://capture.example.org",
    ];
    const made = json(await issue("village", "SUPERVISOR", "--event-key", point, ...party));
    expect(made.eventKey).toEqual({ ...tablet.key, derived: false });
    const source = made.attestation;
    await recordOne("village");
    const { file: of, digest, challenge } = await toSign("village", "tablet.json");
    expect(challenge).toBe(Buffer.from(digest).toString("base64url"));
    const outcome = async (name: string, content: string) =>
      codeOf(
        await dpp("event", "pack", "--as", "village", "--signature", await file(name, content), "--of", of),
      );
    const refused: [string, object, string][] = [
      ["origin", { origin: "https://example.com" }, "webauthn/origin"],
      ["party", { rpId: "example.com" }, "webauthn/rp-id"],
      ["unverified", { flags: 1 }, "webauthn/not-verified"],
      ["absent", { flags: 4 }, "webauthn/not-present"],
      ["challenge", { challenge: Buffer.alloc(32).toString("base64url") }, "webauthn/challenge"],
      ["type", { type: "webauthn.create" }, "webauthn/client-data"],
    ];
    for (const [name, changes, code] of refused)
      expect([name, await outcome(`${name}.json`, assertionJson(digest, changes))]).toEqual([name, code]);
    expect(await outcome("raw.bin", "ab".repeat(64))).toBe("signature/form");
    expect(await outcome("good.json", assertionJson(digest))).toBeUndefined();
    const anchored = await ok("event", "anchor", "--as", "relayer", "--source", source);
    expect(anchored).toMatchObject({ anchored: [{ seq: 0 }], held: [] });
    const { events } = await ok("event", "list");
    const [listed] = events.filter((event: { source: string }) => event.source === source);
    expect((await ok("event", "verify", listed.id)).ok).toBe(true);
  });
});

describe("a proposal to accredit such a source", { timeout: 300_000 }, () => {
  const propose = (out: string, ...more: string[]) =>
    dpp(
      ...[
        "quorum",
        "propose",
        "issue",
        "--as",
        "member-1",
        "--role",
        "STATION",
        "--key",
        "mill",
        "--out",
        out,
      ],
      ...["--operator", "gln:9506000134307", "--event-key", path("element.pem"), ...more],
    );
  const said = async (...args: string[]): Promise<string> => {
    let out = "";
    const collect = (text: string): void => {
      out += text;
    };
    await runCommand([...args, "--home", command.home], { out: collect, err: collect }, {});
    return out;
  };

  it("shows each signer the form of the key, and stands when two have signed", async () => {
    await dpp("key", "new", "mill");
    const out = path("proposal.json");
    expect((await propose(out)).status).toBe(0);
    expect(await said("quorum", "show", out)).toContain("2: P-256 (form of secure elements)");
    await ok("quorum", "sign", out, "--as", "member-2");
    await ok("quorum", "submit", out);
    expect(await ok("role", "show", "mill")).toMatchObject({ eventKey: { form: "P-256", flaw: null } });
  });

  it("is signed by nobody when it was altered to another table", async () => {
    const out = path("altered.json");
    expect((await propose(out)).status).toBe(0);
    const proposal = JSON.parse(await readFile(out, "utf8"));
    const [role] = proposal.action.roles;
    role.pk = role.pk.slice(0, 66) + p256Signer("another").key.pk.slice(66);
    await writeFile(out, JSON.stringify(proposal));
    const ran = await dpp("quorum", "sign", out, "--as", "member-2");
    expect([ran.status, codeOf(ran)]).toEqual([1, expect.stringMatching(/^proposal\//)]);
  });
});

describe("keys as they are handed in", { timeout: 300_000 }, () => {
  it("derives one of P-256 here, in software, which signs events and packs", async () => {
    await command.key("gate");
    const made = json(await issue("gate", "STATION", "--event-form", "p256"));
    expect(made.eventKey).toMatchObject({ alg: 2, derived: true });
    await recordOne("gate");
    await ok("event", "pack", "--as", "gate");
    expect(await ok("event", "anchor", "--as", "relayer", "--source", made.attestation)).toMatchObject({
      anchored: [{ seq: 0 }],
    });
    const changed = await ok("role", "keys", made.attestation, "--new-event-key");
    expect(changed.keyEpoch).toBe(1);
    const shown = await ok("role", "show", made.attestation);
    expect([shown.alg, shown.pk === made.eventKey.pk]).toEqual([2, false]);
    await recordOne("gate");
    expect((await ok("event", "pack", "--as", "gate")).packs).toMatchObject([{ lo: 1, hi: 2 }]);
  });

  it("lets a source move to another form, and what its old key signed stays good", async () => {
    await command.key("lorry");
    const source = json(await issue("lorry", "STATION")).attestation;
    const { recorded } = await recordOne("lorry");
    await ok("event", "pack", "--as", "lorry");
    await ok("event", "anchor", "--as", "relayer", "--source", source);
    await ok("role", "keys", source, "--new-event-key", "--event-form", "p256");
    expect(await ok("role", "show", source)).toMatchObject({ alg: 2, eventKey: { form: "P-256" } });
    expect((await ok("event", "verify", recorded[0].id)).ok).toBe(true);
    await recordOne("lorry");
    await ok("event", "pack", "--as", "lorry");
    const anchored = await ok("event", "anchor", "--as", "relayer", "--source", source);
    expect(anchored).toMatchObject({ anchored: [{ seq: 1 }], held: [] });
    expect((await ok("event", "verify", recorded[0].id)).ok).toBe(true);
  });

  it("are counted by the doctor, by their forms", async () => {
    const { checks } = json(await dpp("doctor"));
    const found = checks.find(({ name }: { name: string }) => name === "event keys");
    expect(found.state).toBe("ok");
    for (const form of ["P-256 (form of secure elements)", "WebAuthn (user verified)"])
      expect(found.found).toContain(form);
  });

  it("refuses what is no key, by name", async () => {
    const secret = element.privateKey.export({ format: "pem", type: "pkcs8" }) as string;
    const sec1 = createPrivateKey(secret).export({ format: "der", type: "sec1" });
    const p384 = generateKeyPairSync("ec", { namedCurve: "secp384r1" }).publicKey;
    const party = ["--webauthn-rp", "Example.Org", "--webauthn-origin", "https://example.org"];
    const { key } = p256Signer("meter");
    const point = key.pk.slice(0, 66);
    const cases: [string, string[], string][] = [
      ["a secret key", [await file("secret.pem", secret)], "key/private"],
      ["a secret key in DER", [await file("secret.der", sec1)], "key/file"],
      [
        "another curve",
        [await file("p384.pem", p384.export({ format: "pem", type: "spki" }) as string)],
        "key/file",
      ],
      ["no key", [await file("no.pem", "hello")], "key/file"],
      ["no point", [`02${"00".repeat(31)}01`], "key/point"],
      ["another length", ["ab".repeat(31)], "key/length"],
      ["no domain", [point, ...party], "key/rp-id"],
      ["no origin", [point, "--webauthn-rp", "example.org", "--webauthn-origin", 'a"b'], "key/origin"],
      [
        "an Ed25519 key with a relying party",
        ["ab".repeat(32), ...party.map((it) => it.toLowerCase())],
        "key/form",
      ],
      ["one without the other", [point, "--webauthn-rp", "example.org"], "usage/arguments"],
    ];
    for (const [name, [given, ...more], code] of cases) {
      const ran = await issue("nobody", "STATION", "--event-key", given ?? "", ...more);
      expect([name, codeOf(ran), ran.status]).toEqual([name, code, 2]);
    }
    expect(createPublicKey(secret).asymmetricKeyType).toBe("ec");
  });
});

describe.skipIf(onNode)("a deployment without the script p256", { timeout: 300_000 }, () => {
  it("says so before anybody pays", async () => {
    const plain = await testCommand();
    try {
      expect((await plain.dpp("consortium", "init", "--without", "p256,joint")).status).toBe(0);
      await plain.key("scale");
      const { key } = p256Signer("meter");
      const issued = [
        "role",
        "issue",
        "--role",
        "STATION",
        "--key",
        "scale",
        "--operator",
        "gln:9506000134307",
      ];
      const given = [...issued, "--event-key", key.pk.slice(0, 66)];
      expect(codeOf(await plain.dpp(...given))).toBe("role/form-unchecked");
      expect(codeOf(await plain.dpp(...issued, "--event-form", "p256"))).toBe("role/form-unchecked");
      const made = json(await plain.dpp(...issued, "--event-form", "p256", "--unchecked"));
      const shown = json(await plain.dpp("role", "show", made.attestation));
      expect(shown.eventKey).toMatchObject({ form: "P-256", checkedByLedger: false });
      expect(shown.eventKey.words).toContain("not checked by the ledger of this deployment");
      const field = ["--field", "event.transport.mode=road"];
      await plain.dpp("event", "record", "--type", "transport", ...field, "--as", "scale");
      expect((await plain.dpp("event", "pack", "--as", "scale")).status).toBe(0);
      await plain.key("relayer");
      const anchored = await plain.dpp("event", "anchor", "--as", "relayer");
      expect(anchored.status).toBe(1);
      expect(json(anchored)).toMatchObject({
        transactions: [],
        held: [{ code: "role/form-unchecked", final: false }],
      });
      expect(json(anchored).held[0].reason).toContain("was founded without the script p256");
      const { checks } = json(await plain.dpp("doctor"));
      expect(checks.find(({ name }: { name: string }) => name === "event keys")).toMatchObject({
        state: "warning",
        found: expect.stringContaining(`not checked by the ledger of this deployment, founded without`),
      });
      expect((await plain.dpp("consortium", "init", "--without", "roles")).status).toBe(2);
    } finally {
      await plain.remove();
    }
  });
});
