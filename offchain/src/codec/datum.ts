/**
 * The datums of docs/spec/datum.md as typed values and as CBOR hex. The only place where their field order stands;
 * `datum.test.ts` holds it against the compiled contracts' blueprint.
 */
import { ATTESTATION_STATUS, type Attestation, SOURCE_KINDS } from "../domain/attestation.js";
import { fromHex, toHex, utf8 } from "../domain/bytes.js";
import type { Config } from "../domain/config.js";
import type { Thread } from "../domain/pack.js";
import { type Cip68, PASSPORT_STATUS, type Passport, type TokenMetadata } from "../domain/passport.js";
import { ROLES } from "../domain/role.js";
import type * as compiled from "./blueprint.gen.js";
import { decodePlutusData, encodePlutusData, type PlutusData } from "./plutus-data.js";
import {
  boolean,
  type Codec,
  enumeration,
  hexBytes,
  int,
  list,
  misfit,
  option,
  record,
  text,
  textMap,
} from "./shape.js";

/** A codec for every field that the compiled contracts name, and for no other. */
type FieldsOf<T> = { readonly [K in keyof T]: unknown };

const keyHash = hexBytes(28);

export const configCodec: Codec<Config> = record({
  members: list(keyHash, 32),
  threshold: int(1, 32),
  freezeKeys: list(keyHash, 32),
  scripts: textMap(hexBytes(28), 16),
  successor: option(hexBytes(28)),
} satisfies FieldsOf<compiled.Config>);

export const attestationCodec: Codec<Attestation> = record({
  role: enumeration(ROLES),
  kind: enumeration(SOURCE_KINDS),
  holder: keyHash,
  alg: int(0, 15),
  pk: hexBytes(0, 160),
  encPk: hexBytes(32),
  operator: text(1, 64),
  place: hexBytes(0, 16),
  status: enumeration(ATTESTATION_STATUS),
  validFrom: int(),
  validTo: int(),
  maxDelay: int(),
  keyring: hexBytes(0, 64),
  keyEpoch: int(),
} satisfies FieldsOf<compiled.Attest>);

export const passportCodec: Codec<Passport> = record({
  schema: int(),
  revision: int(),
  status: enumeration(PASSPORT_STATUS),
  issuer: hexBytes(12, 28),
  dataRoot: hexBytes(32),
  content: hexBytes(4, 64),
  actionHead: hexBytes(0, 32),
  idCommit: hexBytes(32),
  idMethod: int(0, 15),
  batch: option(hexBytes(28)),
  predecessor: option(hexBytes(28)),
} satisfies FieldsOf<compiled.Passport>);

/** Of the threads that we read and write. */
const THREAD_SCHEMA = 1;

const threadRecord = record({
  schema: int(THREAD_SCHEMA, THREAD_SCHEMA),
  source: hexBytes(12, 28),
  seq: int(),
  next: int(),
  history: hexBytes(32),
  lastCmax: int(),
  total: int(),
  closed: boolean,
} satisfies FieldsOf<compiled.Thread>);

export const threadCodec: Codec<Thread> = {
  schema: threadRecord.schema,
  encode: (thread) => threadRecord.encode({ ...thread, schema: THREAD_SCHEMA }),
  decode(data, path) {
    const { schema: _, ...thread } = threadRecord.decode(data, path) as Thread & { schema: number };
    return thread;
  },
};

/** CIP-68 version of every datum that we write. */
const CIP68_VERSION = 1;

const nameText = text(1, 64);
/** Long enough for an IPFS CID and a file name. */
const imageText = text(1, 96);

/** Exactly `name` and `image`, in this order: what the contracts admit. */
const metadataCodec: Codec<TokenMetadata> = {
  schema: { dataType: "map", keys: { dataType: "bytes" }, values: { dataType: "bytes" } },
  encode: ({ name, image }) => ({
    entries: [
      [utf8("name"), nameText.encode(name)],
      [utf8("image"), imageText.encode(image)],
    ],
  }),
  decode(data, path) {
    const entries =
      typeof data === "object" && "entries" in data && !Array.isArray(data)
        ? (data as { entries: readonly (readonly [PlutusData, PlutusData])[] }).entries
        : [];
    const keys = entries.map(([key]) => (key instanceof Uint8Array ? toHex(key) : ""));
    const [name, image] = entries;
    if (
      keys.join() !== `${toHex(utf8("name"))},${toHex(utf8("image"))}` ||
      name === undefined ||
      image === undefined
    ) {
      throw misfit(path, "exactly the keys name and image");
    }
    return {
      name: nameText.decode(name[1], `${path}.name`),
      image: imageText.decode(image[1], `${path}.image`),
    };
  },
};

const cip68 = <T>(extra: Codec<T>): Codec<Cip68<T>> => {
  const wrapper = record({ metadata: metadataCodec, version: int(CIP68_VERSION, CIP68_VERSION), extra });
  return {
    schema: wrapper.schema,
    encode: (value) => wrapper.encode({ ...value, version: CIP68_VERSION }),
    decode(data, path) {
      const { metadata, extra: state } = wrapper.decode(data, path) as { metadata: TokenMetadata; extra: T };
      return { metadata, extra: state };
    },
  };
};

export const attestationDatumCodec = cip68(attestationCodec);
export const passportDatumCodec = cip68(passportCodec);

const encodeWith =
  <T>(codec: Codec<T>) =>
  (value: T): string =>
    toHex(encodePlutusData(codec.encode(value)));
/** @throws DppError `plutus-data/malformed`, `datum/shape`. */
const decodeWith =
  <T>(codec: Codec<T>, path: string) =>
  (cbor: string): T =>
    codec.decode(decodePlutusData(fromHex(cbor)), path);

export const encodeConfigDatum = encodeWith(configCodec);
export const decodeConfigDatum = decodeWith(configCodec, "config");
export const encodeAttestationDatum = encodeWith(attestationDatumCodec);
export const decodeAttestationDatum = decodeWith(attestationDatumCodec, "attestation");
export const encodePassportDatum = encodeWith(passportDatumCodec);
export const decodePassportDatum = decodeWith(passportDatumCodec, "passport");
export const encodeThreadDatum = encodeWith(threadCodec);
export const decodeThreadDatum = decodeWith(threadCodec, "thread");
