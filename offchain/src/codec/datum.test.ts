import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { schemas } from "../adapters/blueprint.gen.js";
import { ATTESTATION_STATUS, type Attestation, SOURCE_KINDS } from "../domain/attestation.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import type { Thread } from "../domain/pack.js";
import { PASSPORT_STATUS, type Passport } from "../domain/passport.js";
import { ROLES } from "../domain/role.js";
import {
  attestationDatumCodec,
  configCodec,
  decodeAttestationDatum,
  decodeConfigDatum,
  decodePassportDatum,
  decodeThreadDatum,
  encodeAttestationDatum,
  encodeConfigDatum,
  encodePassportDatum,
  encodeThreadDatum,
  passportDatumCodec,
  threadCodec,
} from "./datum.js";
import { type Constr, decodePlutusData, encodePlutusData } from "./plutus-data.js";

const hex = (min: number, max = min) => fc.uint8Array({ minLength: min, maxLength: max }).map(toHex);
const text = fc
  .string({ minLength: 1, maxLength: 16, unit: "grapheme" })
  .filter((value) => new TextEncoder().encode(value).length <= 64);
const metadata = fc.record({ name: text, image: text });
const time = fc.nat(Number.MAX_SAFE_INTEGER);
const attestation: fc.Arbitrary<Attestation> = fc.record({
  role: fc.constantFrom(...ROLES),
  kind: fc.constantFrom(...SOURCE_KINDS),
  holder: hex(28),
  alg: fc.nat(15),
  pk: hex(0, 160),
  encPk: hex(32),
  operator: text,
  place: hex(0, 16),
  status: fc.constantFrom(...ATTESTATION_STATUS),
  validFrom: time,
  validTo: time,
  maxDelay: time,
  keyring: hex(0, 64),
  keyEpoch: time,
});
const passport: fc.Arbitrary<Passport> = fc.record({
  schema: fc.nat(10),
  revision: fc.nat(),
  status: fc.constantFrom(...PASSPORT_STATUS),
  issuer: hex(12, 28),
  dataRoot: hex(32),
  content: hex(4, 64),
  actionHead: fc.oneof(fc.constant(""), hex(32)),
  idCommit: hex(32),
  idMethod: fc.nat(15),
  batch: fc.option(hex(28)),
  predecessor: fc.option(hex(28)),
});
const config = fc.record({
  members: fc.array(hex(28), { minLength: 1, maxLength: 32 }),
  threshold: fc.integer({ min: 1, max: 32 }),
  freezeKeys: fc.array(hex(28), { maxLength: 32 }),
  scripts: fc.record({ anchor: hex(28), passport: hex(28), roles: hex(28) }),
  successor: fc.option(hex(28)),
});

const thread: fc.Arbitrary<Thread> = fc.record({
  source: hex(12, 28),
  seq: time,
  next: time,
  history: hex(32),
  lastCmax: time,
  total: time,
  closed: fc.boolean(),
});

describe("datums", () => {
  it("have the shape that the compiled contracts declare", () => {
    expect(configCodec.schema).toEqual(schemas.config);
    expect(attestationDatumCodec.schema).toEqual(schemas.attestation);
    expect(passportDatumCodec.schema).toEqual(schemas.passport);
    expect(threadCodec.schema).toEqual(schemas.thread);
  });

  it("name roles, kinds and states in the order of the compiled contracts' constructors", () => {
    const { definitions } = JSON.parse(
      readFileSync(new URL("../../../plutus.json", import.meta.url), "utf8"),
    );
    const titles = (key: string): string[] =>
      definitions[key].anyOf.map(({ title }: { title: string }) => title);
    expect(titles("dpp/attestation/Role").map((title) => title.toUpperCase())).toEqual([...ROLES]);
    expect(titles("dpp/attestation/Kind").map((title) => title.replace("Source", ""))).toEqual([
      ...SOURCE_KINDS,
    ]);
    expect(titles("dpp/attestation/Standing")).toEqual([...ATTESTATION_STATUS]);
    expect(titles("dpp/passport/PassportStatus")).toEqual([...PASSPORT_STATUS]);
  });

  it("come back as they went", () => {
    fc.assert(
      fc.property(
        metadata,
        attestation,
        passport,
        config,
        thread,
        (shown, actor, product, consortium, state) => {
          const attested = { metadata: shown, extra: actor };
          const issued = { metadata: shown, extra: product };
          expect(decodeAttestationDatum(encodeAttestationDatum(attested))).toEqual(attested);
          expect(decodePassportDatum(encodePassportDatum(issued))).toEqual(issued);
          expect(decodeConfigDatum(encodeConfigDatum(consortium))).toEqual(consortium);
          expect(decodeThreadDatum(encodeThreadDatum(state))).toEqual(state);
        },
      ),
    );
  });

  it("answer any flipped byte with another value or a named error", () => {
    fc.assert(
      fc.property(
        metadata,
        passport,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (shown, extra, at, mask) => {
          const original = { metadata: shown, extra };
          const bytes = fromHex(encodePassportDatum(original));
          const position = at % bytes.length;
          bytes[position] = (bytes[position] ?? 0) ^ mask;
          try {
            expect(decodePassportDatum(toHex(bytes))).not.toEqual(original);
          } catch (error) {
            if (!isDppError(error)) throw error;
            expect(["datum/shape", "plutus-data/malformed"]).toContain(error.code);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

const sample = {
  metadata: { name: "Battery", image: "ipfs://x" },
  extra: fc.sample(passport, { seed: 1, numRuns: 1 })[0] as Passport,
};

describe("a passport datum is refused", () => {
  const mutate = (change: (datum: Constr) => Constr): string =>
    toHex(encodePlutusData(change(decodePlutusData(fromHex(encodePassportDatum(sample))) as Constr)));
  const extra = (change: (fields: Constr["fields"]) => Constr["fields"]) => (datum: Constr) => {
    const [shown, version, state] = datum.fields;
    return {
      ...datum,
      fields: [shown, version, { ...(state as Constr), fields: change((state as Constr).fields) }],
    } as Constr;
  };

  it.each<[string, (datum: Constr) => Constr]>([
    ["with a field more", (datum) => ({ ...datum, fields: [...datum.fields, 0n] })],
    ["with a field less", extra((fields) => fields.slice(1))],
    [
      "with another CIP-68 version",
      (datum) => ({ ...datum, fields: datum.fields.map((f, i) => (i === 1 ? 2n : f)) }),
    ],
    [
      "with an unknown status",
      extra((fields) => fields.map((f, i) => (i === 2 ? { index: 4, fields: [] } : f))),
    ],
    ["with a short root", extra((fields) => fields.map((f, i) => (i === 4 ? new Uint8Array(31) : f)))],
    [
      "with text where a number stands",
      extra((fields) => fields.map((f, i) => (i === 1 ? new Uint8Array(1) : f))),
    ],
    ["with a negative revision", extra((fields) => fields.map((f, i) => (i === 1 ? -1n : f)))],
    [
      "with a revision that no number holds",
      extra((fields) => fields.map((f, i) => (i === 1 ? 1n << 64n : f))),
    ],
    [
      "with a third metadata key",
      (datum) => ({
        ...datum,
        fields: datum.fields.map((f, i) =>
          i === 0
            ? { entries: [...(f as { entries: [] }).entries, [new Uint8Array(1), new Uint8Array(1)]] }
            : f,
        ) as Constr["fields"],
      }),
    ],
  ])("%s", (_, change) => {
    expect(() => decodePassportDatum(mutate(change))).toThrow(
      expect.objectContaining({ code: "datum/shape" }),
    );
  });
});
