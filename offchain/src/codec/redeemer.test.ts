import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { schemas } from "../adapters/blueprint.gen.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import { hexOf } from "../testing/arbitraries.js";
import type { Credential } from "./address.js";
import { decodePlutusData, encodePlutusData, type PlutusData } from "./plutus-data.js";
import {
  type AnchorMint,
  type AnchorSpend,
  anchorMintCodec,
  anchorSpendCodec,
  CONFIG_FOUND,
  type ConfigSpend,
  configSpendCodec,
  decodeAnchorMint,
  decodeAnchorSpend,
  decodeConfigSpend,
  decodeJointMint,
  decodeJointSpend,
  decodeP256Proofs,
  decodePassportMint,
  decodePassportSpend,
  decodeRolesMint,
  decodeRolesSpend,
  encodeAnchorMint,
  encodeAnchorSpend,
  encodeConfigSpend,
  encodeJointMint,
  encodeJointSpend,
  encodeP256Proofs,
  encodePassportMint,
  encodePassportSpend,
  encodeRolesMint,
  encodeRolesSpend,
  type JointMint,
  type JointSpend,
  jointMintCodec,
  jointSpendCodec,
  type P256Proofs,
  type PassportMint,
  type PassportSpend,
  p256ProofsCodec,
  passportMintCodec,
  passportSpendCodec,
  type RolesMint,
  type RolesSpend,
  rolesMintCodec,
  rolesSpendCodec,
  statementOf,
} from "./redeemer.js";

const bytes = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max }).map(toHex);
const name = bytes(12, 28);
const id = hexOf(28);
const record = bytes(4, 64);
const reason = fc.nat(255);
const credential: fc.Arbitrary<Credential> = fc.record({ kind: fc.constantFrom("key", "script"), hash: id });
const seed = fc.record({ txHash: hexOf(32), outputIndex: fc.nat(0xffff_ffff) });
const index = fc.nat(0xffff);
const issue = { seed, indices: fc.array(index, { maxLength: 40 }), first: fc.nat() };
const act = <A extends string>(value: A): fc.Arbitrary<A> => fc.constant(value);

const configSpend: fc.Arbitrary<ConfigSpend> = fc.oneof(
  fc.record({ act: act("Reclaim") }),
  fc.record({ act: act("Rotate") }),
);
const rolesMint: fc.Arbitrary<RolesMint> = fc.oneof(
  fc.record({ act: act("Issue"), ...issue }),
  fc.record({ act: act("Burn") }),
  fc.record({ act: act("Replace"), name }),
);
const rolesSpend: fc.Arbitrary<RolesSpend> = fc.oneof(
  fc.record({ act: act("Renew") }),
  fc.record({ act: act("RotateKeys") }),
  fc.record({ act: act("Publish") }),
  fc.record({ act: act("Suspend"), reason }),
  fc.record({ act: act("Revoke"), reason }),
  fc.record({ act: act("Recover") }),
);
const passportMint: fc.Arbitrary<PassportMint> = fc.oneof(
  fc.record({ act: act("Issue"), ...issue }),
  fc.record({ act: act("Burn") }),
  fc.record({ act: act("IssueSuccessor"), seed, index, first: fc.nat(), predecessor: id }),
);
const to = fc.record({ payment: credential, stake: fc.option(credential) });
const passportSpend: fc.Arbitrary<PassportSpend> = fc.oneof(
  fc.record({ act: act("Update") }),
  fc.record({ act: act("Revoke"), authority: name, reason }),
  fc.record({ act: act("Transfer"), to, record }),
  fc.record({ act: act("Log"), actor: fc.option(name), record }),
  fc.record({ act: act("Amend"), authority: name }),
  fc.record({ act: act("Retire"), recycler: name, authority: fc.option(name) }),
  fc.record({ act: act("Succeed"), actor: name, successor: id }),
  fc.record({ act: act("Reassign"), authority: name }),
  fc.record({ act: act("Erase"), authority: name }),
);

const peaks = fc.array(hexOf(32), { maxLength: 53 });
const n = fc.nat(Number.MAX_SAFE_INTEGER);
const anchorMint: fc.Arbitrary<AnchorMint> = fc.record({ act: act("Open"), first: n });
const anchorSpend: fc.Arbitrary<AnchorSpend> = fc.oneof(
  fc.record({
    act: act("Append"),
    lo: n,
    hi: n,
    root: hexOf(32),
    cmin: n,
    cmax: n,
    late: fc.boolean(),
    signature: bytes(0, 512),
    peaks,
  }),
  fc.record({ act: act("Gap"), lo: n, hi: n, reason, peaks }),
  fc.record({ act: act("Close") }),
);
const jointMint: fc.Arbitrary<JointMint> = fc.record({ act: act("Open"), seed, first: n, opener: name });
const jointSpend: fc.Arbitrary<JointSpend> = fc.record({
  act: act("CoAppend"),
  lo: n,
  hi: n,
  root: hexOf(32),
  cmin: n,
  cmax: n,
  late: fc.boolean(),
  parties: fc.array(fc.record({ name, signature: bytes(0, 512) }), { maxLength: 9 }),
  peaks,
});

type AnyAct = { readonly act: string };
/** One kind of redeemer; `type`: its name in the blueprint's definitions. */
interface Kind {
  readonly type: string;
  readonly schemas: readonly [unknown, unknown];
  readonly values: fc.Arbitrary<AnyAct>;
  readonly encode: (value: never) => string;
  readonly decode: (cbor: string) => AnyAct;
}

const KINDS: readonly Kind[] = [
  {
    type: "dpp/thread/AnchorMint",
    schemas: [anchorMintCodec.schema, schemas.anchorMint],
    values: anchorMint,
    encode: encodeAnchorMint,
    decode: decodeAnchorMint,
  },
  {
    type: "dpp/thread/AnchorSpend",
    schemas: [anchorSpendCodec.schema, schemas.anchorSpend],
    values: anchorSpend,
    encode: encodeAnchorSpend,
    decode: decodeAnchorSpend,
  },
  {
    type: "dpp/joint/JointMint",
    schemas: [jointMintCodec.schema, schemas.jointMint],
    values: jointMint,
    encode: encodeJointMint,
    decode: decodeJointMint,
  },
  {
    type: "dpp/joint/JointSpend",
    schemas: [jointSpendCodec.schema, schemas.jointSpend],
    values: jointSpend,
    encode: encodeJointSpend,
    decode: decodeJointSpend,
  },
  {
    type: "dpp/config/ConfigSpend",
    schemas: [configSpendCodec.schema, schemas.configSpend],
    values: configSpend,
    encode: encodeConfigSpend,
    decode: decodeConfigSpend,
  },
  {
    type: "dpp/attestation/RolesMint",
    schemas: [rolesMintCodec.schema, schemas.rolesMint],
    values: rolesMint,
    encode: encodeRolesMint,
    decode: decodeRolesMint,
  },
  {
    type: "dpp/attestation/RolesSpend",
    schemas: [rolesSpendCodec.schema, schemas.rolesSpend],
    values: rolesSpend,
    encode: encodeRolesSpend,
    decode: decodeRolesSpend,
  },
  {
    type: "dpp/passport/PassportMint",
    schemas: [passportMintCodec.schema, schemas.passportMint],
    values: passportMint,
    encode: encodePassportMint,
    decode: decodePassportMint,
  },
  {
    type: "dpp/passport/PassportSpend",
    schemas: [passportSpendCodec.schema, schemas.passportSpend],
    values: passportSpend,
    encode: encodePassportSpend,
    decode: decodePassportSpend,
  },
];

interface Titled {
  readonly title: string;
  readonly fields: readonly { readonly title?: string }[];
}
const { definitions } = JSON.parse(
  readFileSync(new URL("../../../plutus.json", import.meta.url), "utf8"),
) as { definitions: Record<string, { anyOf: readonly Titled[] }> };

/** `txHash` is what Aiken calls `transaction_id`; only the acts' own fields are compared. */
const snake = (field: string): string => field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe.each(KINDS)("redeemers of $type", ({ type, schemas: [own, compiled], values, encode, decode }) => {
  it("have the shape that the compiled contracts declare", () => {
    expect(own).toEqual(compiled);
  });

  it("name acts and fields as the compiled contracts do, in their order", () => {
    const declared = definitions[type]?.anyOf ?? [];
    const seen = new Set<string>();
    fc.assert(
      fc.property(values, (value) => {
        const cbor = encode(value as never);
        const { index } = decodePlutusData(fromHex(cbor)) as { index: number };
        const [, ...fields] = Object.keys(decode(cbor));
        expect(declared[index]?.title).toBe(value.act);
        // A swap of two fields of one type is not in the schema: their names are.
        expect(declared[index]?.fields.map(({ title }) => title)).toEqual(fields.map(snake));
        seen.add(value.act);
      }),
      { numRuns: 300 },
    );
    expect([...seen].sort()).toEqual(declared.map(({ title }) => title).sort());
  });

  it("come back as they went", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(decode(encode(value as never))).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  it("answer any flipped byte with another value or a named error", () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, mask) => {
        const cbor = fromHex(encode(value as never));
        const position = at % cbor.length;
        cbor[position] = (cbor[position] ?? 0) ^ mask;
        try {
          expect(decode(toHex(cbor))).not.toEqual(value);
        } catch (error) {
          if (!isDppError(error)) throw error;
          expect(["datum/shape", "plutus-data/malformed"]).toContain(error.code);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("are refused with a constructor that does not exist, a field more or a field less", () => {
    const cbor = (data: PlutusData): string => toHex(encodePlutusData(data));
    const count = definitions[type]?.anyOf.length ?? 0;
    const shape = expect.objectContaining({ code: "datum/shape" });
    expect(() => decode(cbor({ index: count, fields: [] }))).toThrow(shape);
    fc.assert(
      fc.property(values, (value) => {
        const { index, fields } = decodePlutusData(fromHex(encode(value as never))) as {
          index: number;
          fields: readonly PlutusData[];
        };
        expect(() => decode(cbor({ index, fields: [...fields, 0n] }))).toThrow(shape);
        if (fields.length > 0) expect(() => decode(cbor({ index, fields: fields.slice(1) }))).toThrow(shape);
      }),
    );
    for (const other of [0n, new Uint8Array(4), [], { entries: [] }])
      expect(() => decode(cbor(other as PlutusData))).toThrow(shape);
  });
});

describe("a redeemer is refused", () => {
  const cases: readonly (readonly [string, () => unknown])[] = [
    ["for a reason below 0", () => encodeRolesSpend({ act: "Suspend", reason: -1 })],
    ["for a reason above 255", () => encodeRolesSpend({ act: "Revoke", reason: 256 })],
    ["for half a reason", () => encodeRolesSpend({ act: "Revoke", reason: 0.5 })],
    ["with a record of 3 bytes", () => encodePassportSpend({ act: "Log", actor: null, record: "aabbcc" })],
    [
      "with a record of 65 bytes",
      () => encodePassportSpend({ act: "Log", actor: null, record: "aa".repeat(65) }),
    ],
    ["with a name of 11 bytes", () => encodePassportSpend({ act: "Amend", authority: "aa".repeat(11) })],
    ["with a name of 29 bytes", () => encodePassportSpend({ act: "Amend", authority: "aa".repeat(29) })],
    [
      "with an id of 27 bytes",
      () => encodePassportSpend({ act: "Succeed", actor: "aa".repeat(28), successor: "bb".repeat(27) }),
    ],
    [
      "for a receiver without a payment part",
      () =>
        encodePassportSpend({
          act: "Transfer",
          to: { payment: null, stake: { kind: "key", hash: "aa".repeat(28) } },
          record: "aabbccdd",
        }),
    ],
    [
      "for a name that is not from 0 to 65535",
      () =>
        encodeRolesMint({
          act: "Issue",
          seed: { txHash: "aa".repeat(32), outputIndex: 0 },
          indices: [0x1_0000],
          first: 0,
        }),
    ],
    [
      "for an act that this version does not know",
      () => encodePassportSpend({ act: "Vanish" } as unknown as PassportSpend),
    ],
  ];

  it.each(cases)("%s", (_, encode) => {
    expect(encode).toThrow(expect.objectContaining({ code: "datum/shape" }));
  });

  it("for a receiver whose stake is a pointer", () => {
    const key: PlutusData = { index: 0, fields: [new Uint8Array(28)] };
    const pointer: PlutusData = { index: 0, fields: [{ index: 1, fields: [1n, 2n, 3n] }] };
    const transfer: PlutusData = {
      index: 2,
      fields: [{ index: 0, fields: [key, pointer] }, new Uint8Array(36)],
    };
    expect(() => decodePassportSpend(toHex(encodePlutusData(transfer)))).toThrow(
      expect.objectContaining({ code: "datum/shape" }),
    );
  });

  it("when it is cut short", () => {
    const cbor = encodePassportSpend({ act: "Amend", authority: "aa".repeat(28) });
    expect(() => decodePassportSpend(cbor.slice(0, -2))).toThrow(
      expect.objectContaining({ code: "plutus-data/malformed" }),
    );
  });
});

describe("the redeemer of the script p256", () => {
  const scalar = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
  const assertion = fc.record({ authenticatorData: bytes(37, 200), clientDataJSON: bytes(1, 300) });
  const proof = fc.record({ table: n, r: scalar, w: scalar, assertion: fc.option(assertion) });
  const values: fc.Arbitrary<P256Proofs> = fc.record({
    statements: fc.array(bytes(94, 193), { maxLength: 10 }),
    base: n,
    proofs: fc.array(proof, { maxLength: 10 }),
  });

  it("has the shape and the names that the compiled contract declares", () => {
    expect(p256ProofsCodec.schema).toEqual(schemas.proofs);
    const fieldsOf = (type: string) => definitions[type]?.anyOf[0]?.fields.map(({ title }) => title);
    expect(fieldsOf("dpp/signature/Proofs")).toEqual(["statements", "base", "proofs"]);
    expect(fieldsOf("dpp/signature/Proof")).toEqual(["table", "r", "w", "assertion"]);
    expect(fieldsOf("dpp/signature/Assertion")).toEqual(["authenticator_data", "client_data"]);
  });

  it("comes back as it went", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(decodeP256Proofs(encodeP256Proofs(value))).toEqual(value);
      }),
    );
  });

  it("answers any flipped byte with another value or a named error", () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, mask) => {
        const cbor = fromHex(encodeP256Proofs(value));
        const position = at % cbor.length;
        cbor[position] = (cbor[position] ?? 0) ^ mask;
        try {
          expect(decodeP256Proofs(toHex(cbor))).not.toEqual(value);
        } catch (error) {
          if (!isDppError(error)) throw error;
          expect(["datum/shape", "plutus-data/malformed"]).toContain(error.code);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, Partial<P256Proofs>]>([
    ["a statement too short for a key", { statements: ["02".repeat(93)] }],
    ["a negative position", { base: -1 }],
    ["a negative r", { proofs: [{ table: 0, r: -1n, w: 1n, assertion: null }] }],
    ["a w of 33 bytes", { proofs: [{ table: 0, r: 1n, w: 2n ** 256n, assertion: null }] }],
    [
      "authenticator data without flags",
      {
        proofs: [
          { table: 0, r: 1n, w: 1n, assertion: { authenticatorData: "00".repeat(36), clientDataJSON: "00" } },
        ],
      },
    ],
  ])("is not written with %s", (_, change) => {
    const good: P256Proofs = { statements: [], base: 0, proofs: [] };
    expect(() => encodeP256Proofs(good)).not.toThrow();
    expect(() => encodeP256Proofs({ ...good, ...change })).toThrow(
      expect.objectContaining({ code: "datum/shape" }),
    );
  });

  it("states form, digest and key", () => {
    const pk = "ab".repeat(61);
    expect(statementOf(2, new Uint8Array(32).fill(7), pk)).toBe(`02${"07".repeat(32)}${pk}`);
  });
});

it("founds with the bytes of the one constructor that the config's mint has", () => {
  expect(definitions["dpp/config/ConfigMint"]?.anyOf.map(({ title }) => title)).toEqual(["Found"]);
  expect(CONFIG_FOUND).toBe("d87980");
});
