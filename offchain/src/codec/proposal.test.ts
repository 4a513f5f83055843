import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import { needsQuorum, type Proposal, type QuorumAction } from "../domain/proposal.js";
import { hexOf } from "../testing/arbitraries.js";
import { encodeActionRecord } from "./action-record.js";
import { parseProposal, printProposal, proposalId } from "./proposal.js";

const hash = hexOf(28);
const time = fc.integer({ min: 0, max: 2 ** 50 });
const output = fc.tuple(hexOf(32), fc.integer({ min: 0, max: 0xffff })).map(([tx, at]) => `${tx}#${at}`);
const keys = fc.uniqueArray(hash, { minLength: 1, maxLength: 5 });
const consortium = { members: keys, threshold: fc.integer({ min: 1, max: 32 }), freezeKeys: keys };
const WALLET = "addr_test1vz2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzerspjrlsz";
const role = fc.record({
  role: fc.constant("RECYCLER" as const),
  kind: fc.constant("Individual" as const),
  holder: hash,
  alg: fc.integer({ min: 0, max: 15 }),
  pk: hexOf(32),
  encPk: hexOf(32),
  operator: fc.constant("gln:9506000134352"),
  place: hexOf(4),
  validFrom: time,
  validTo: time,
  maxDelay: time,
  title: fc.constantFrom("Beispiel-Verwerter Süd", "Example"),
  image: fc.constant("ipfs://bafkreiexample"),
  badgeTo: fc.constant(WALLET),
});
const one = <A extends string>(act: A) => fc.constant(act);
const owner = fc.record({ key: hash, output });
const record = fc
  .tuple(hash, hash, time, fc.string({ minLength: 1, maxLength: 40 }))
  .map(([passport, actor, at, text]) =>
    toHex(
      encodeActionRecord({
        config: "44".repeat(28),
        passport,
        previous: "",
        type: "note",
        at,
        actor,
        elements: [{ id: "action.text", type: "string", value: text, unit: null }],
        sealed: [],
        handOver: null,
      }),
    ),
  );
const action: fc.Arbitrary<QuorumAction> = fc.oneof(
  fc.record({ act: one("issue"), seed: output, roles: fc.array(role, { minLength: 1, maxLength: 3 }) }),
  fc.record({ act: one("renew"), attestation: hash, validFrom: time, validTo: time }),
  fc.record({ act: one("revoke"), attestation: hash, reason: fc.integer({ min: 0, max: 255 }) }),
  fc.record({
    act: one("recover"),
    attestation: hash,
    holder: hash,
    alg: fc.constant(0),
    pk: fc.constant(""),
    encPk: hexOf(32),
    keyEpoch: fc.integer({ min: 1, max: 99 }),
    badgeTo: fc.option(fc.constant(WALLET)),
  }),
  fc.record({ act: one("rotate"), ...consortium, successor: fc.option(hash) }),
  fc.record({
    act: one("reassign"),
    passport: hash,
    issuer: hash,
    issuerHolder: hash,
    authority: hash,
    authorityHolder: hash,
  }),
  fc.record({ act: one("log"), record, actorHolder: hash, owner }),
  fc
    .tuple(fc.boolean(), owner, hash, hash, hash, hash)
    .map(([owned, agreeing, passport, recycler, recyclerHolder, authority]) => ({
      act: "retire" as const,
      passport,
      recycler,
      recyclerHolder,
      ...(owned
        ? { authority: null, authorityHolder: null, owner: agreeing }
        : { authority, authorityHolder: recyclerHolder, owner: null }),
    })),
  fc.record({
    act: one("amend"),
    passport: hash,
    issuer: hash,
    issuerHolder: hash,
    authority: hash,
    authorityHolder: hash,
    idCommit: hexOf(32),
    idMethod: fc.integer({ min: 0, max: 15 }),
  }),
  fc.record({ act: one("reclaim"), output }),
  fc.record({ act: one("found"), seed: output, ...consortium }),
);

const proposal: fc.Arbitrary<Proposal> = fc
  .record({
    deployment: fc.record({
      network: fc.constantFrom("embedded" as const, "preprod" as const),
      configPolicy: hash,
    }),
    proposer: hash,
    action,
    signing: fc.uniqueArray(fc.record({ members: keys.map((all) => all.toSorted()), tx: hexOf(40) }), {
      minLength: 1,
      maxLength: 4,
      selector: ({ members }) => members.join(),
    }),
    window: fc.record({ from: fc.option(time), to: fc.option(time) }),
    expires: time,
    given: fc.uniqueArray(fc.tuple(hexOf(32), hexOf(64), fc.nat(3)), {
      maxLength: 5,
      selector: ([key, _, variant]) => `${variant} ${key}`,
    }),
  })
  .map(({ signing, ...content }) => ({
    ...content,
    variants: needsQuorum(content.action)
      ? signing
      : signing.slice(0, 1).map((variant) => ({ ...variant, members: [] })),
  }))
  .map(({ given, ...content }) => ({
    ...content,
    id: proposalId(content),
    signatures: given
      .filter(([_, __, variant]) => variant < content.variants.length)
      .map(([publicKey, signature, variant]) => ({ publicKey, signature, variant })),
  }));

const OWNER = { key: "66".repeat(28), output: `${"88".repeat(32)}#0` };
const RETIREMENT: QuorumAction = {
  act: "retire",
  passport: "77".repeat(28),
  recycler: "77".repeat(28),
  recyclerHolder: "66".repeat(28),
  authority: null,
  authorityHolder: null,
  owner: OWNER,
};

const recordBy = (actor: string | null, type: "note" | "transfer"): string =>
  toHex(
    encodeActionRecord({
      config: "44".repeat(28),
      passport: "77".repeat(28),
      previous: "",
      type,
      at: 0,
      actor,
      elements: [{ id: "action.text", type: "string", value: "Kept dry", unit: null }],
      sealed: [],
      handOver: null,
    }),
  );

/** As one who makes a file by hand. */
function fileOf(made: QuorumAction) {
  const content = {
    deployment: { network: "preprod", configPolicy: "44".repeat(28) },
    proposer: "66".repeat(28),
    action: made,
    variants: [{ members: [], tx: "00" }],
    window: { from: null, to: null },
    expires: 0,
  } as const;
  return { format: "cardano-dpp/proposal", version: 1, ...content, id: proposalId(content), signatures: [] };
}

describe("a proposal's file", () => {
  it("is read as it was written, and written as it was read", () => {
    fc.assert(
      fc.property(proposal, (made) => {
        const text = printProposal(made);
        const read = parseProposal(text);
        expect(printProposal(read)).toBe(text);
        expect({ ...read, signatures: [] }).toEqual({ ...made, signatures: [] });
        expect(read.signatures).toEqual(expect.arrayContaining([...made.signatures]));
      }),
    );
  });

  it("is refused or says the same, whatever happened to its bytes", () => {
    const damage = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      byte: fc.nat(255),
      cut: fc.nat(3),
    });
    fc.assert(
      fc.property(proposal, fc.array(damage, { minLength: 1, maxLength: 4 }), (made, damages) => {
        let bytes = new TextEncoder().encode(printProposal(made));
        for (const { at, byte, cut } of damages) {
          const position = Math.floor(at * bytes.length);
          bytes = Uint8Array.of(...bytes.slice(0, position), byte, ...bytes.slice(position + cut));
        }
        try {
          const { signatures, ...read } = parseProposal(bytes);
          // Signatures are verified one by one, against the body that they sign.
          const { signatures: before, ...content } = made;
          expect(read).toEqual(content);
          expect(signatures.length).toBeLessThanOrEqual(before.length);
        } catch (error) {
          expect(isDppError(error) && error.code.startsWith("proposal/"), String(error)).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("has another name with another content, and the same with other signatures", () => {
    fc.assert(
      fc.property(proposal, proposal, (a, b) => {
        expect(proposalId(a)).toBe(proposalId({ ...a, ...{ signatures: b.signatures } }));
        expect(proposalId({ ...a, action: b.action }) === a.id).toBe(
          JSON.stringify(a.action) === JSON.stringify(b.action),
        );
      }),
    );
  });

  it.each<[string, (file: Record<string, never>) => unknown, string]>([
    ["another format", (file) => ({ ...file, format: "cardano-dpp/other" }), "/format"],
    ["a later version", (file) => ({ ...file, version: 2 }), "/version"],
    ["a key of its own", (file) => ({ ...file, comment: "sign this" }), "/comment"],
    ["an unknown act", (file) => ({ ...file, action: { act: "erase" } }), "/action/act"],
    ["no transactions", (file) => ({ ...file, variants: [] }), "/variants"],
    ["a list", () => [], ""],
    ["nothing", () => null, ""],
  ])("with %s is malformed", (_, change, path) => {
    const [made] = fc.sample(proposal, { numRuns: 1, seed: 1 });
    if (made === undefined) throw new Error("no sample");
    const changed = change(JSON.parse(printProposal(made)));
    expect(() => parseProposal(JSON.stringify(changed))).toThrow(
      expect.objectContaining({ code: "proposal/malformed", details: { path } }),
    );
  });

  it.each<[string, (action: QuorumAction) => unknown, string]>([
    ["that nobody agrees to", (action) => ({ ...action, owner: null }), "/action"],
    ["with an owner and an authority", (action) => ({ ...action, authority: "55".repeat(28) }), "/action"],
  ])("of a retirement %s is malformed", (_, change, path) => {
    expect(() =>
      parseProposal(JSON.stringify({ ...fileOf(RETIREMENT), action: change(RETIREMENT) })),
    ).toThrow(expect.objectContaining({ code: "proposal/malformed", details: { path } }));
  });

  it("has members where a quorum signs, and none elsewhere", () => {
    const members = ["66".repeat(28)];
    const malformed = expect.objectContaining({ details: { path: "/variants" } });
    const strange = { ...fileOf(RETIREMENT), variants: [{ members, tx: "00" }] };
    expect(() => parseProposal(JSON.stringify(strange))).toThrow(malformed);
    const alone = fileOf({ act: "revoke", attestation: "77".repeat(28), reason: 0 });
    expect(() => parseProposal(JSON.stringify(alone))).toThrow(malformed);
  });

  it.each<[string, string]>([
    ["in the owner's name", recordBy(null, "note")],
    ["of a transfer", recordBy("77".repeat(28), "transfer")],
    ["that is none", "00"],
    ["with a byte more", `${recordBy("77".repeat(28), "note")}00`],
  ])("does not log a record %s", (_, bytes) => {
    const made = { act: "log", record: bytes, actorHolder: "66".repeat(28), owner: OWNER } as const;
    expect(() => parseProposal(JSON.stringify(fileOf(made)))).toThrow(
      expect.objectContaining({ code: "proposal/malformed", details: { path: "/action/record" } }),
    );
    const logged = { ...made, record: recordBy("77".repeat(28), "note") };
    expect(parseProposal(JSON.stringify(fileOf(logged))).action).toEqual(logged);
  });

  it("is bounded", () => {
    expect(() => parseProposal(" ".repeat(1024 * 1024 + 1))).toThrow(
      expect.objectContaining({ code: "proposal/too-large" }),
    );
  });
});
