/** The typed action of a proposal, from JSON. Spec: docs/spec/proposal.md "Actions". */
import { MAX_RECORD_BYTES } from "../domain/action.js";
import { SOURCE_KINDS } from "../domain/attestation.js";
import { fromHex } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import { MAX_PROPOSED_ROLES, type QuorumAct, type QuorumAction } from "../domain/proposal.js";
import { ROLES } from "../domain/role.js";
import { decodeActionRecord } from "./action-record.js";
import { parseAddress, toBech32Address } from "./address.js";
import { jsonShape, type Read } from "./json-shape.js";

export const shape = jsonShape("proposal/malformed", "proposal");
const { object, list, hex, int, text, oneOf, orNull, where } = shape;

export const time = int(0);
export const keyHash = hex(28);
const attestation = hex(12, 28);

const distinct = <T>(read: Read<readonly T[]>): Read<readonly T[]> =>
  where(read, (values) => new Set(values).size === values.length, "no repetition");

const outRef: Read<string> = where(
  text(66, 70),
  (value) => /^[0-9a-f]{64}#(0|[1-9]\d{0,4})$/.test(value) && Number(value.slice(65)) <= 0xffff,
  "{transaction hash}#{index}",
);

/** Bech32 in its one form. */
const address: Read<string> = where(text(1, 128), (value) => isBech32(value), "a Shelley address in bech32");

function isBech32(value: string): boolean {
  try {
    const { address: parsed, bytes } = parseAddress(value);
    return parsed.kind !== "reward" && toBech32Address(bytes) === value;
  } catch {
    return false;
  }
}

const keys = { alg: int(0, 15), pk: hex(0, 160), encPk: hex(32) };

const role = object({
  role: oneOf(ROLES),
  kind: oneOf(SOURCE_KINDS),
  holder: keyHash,
  ...keys,
  operator: where(text(1, 64), (value) => /^[!-~]+$/.test(value), "printable ASCII"),
  place: hex(0, 16),
  validFrom: time,
  validTo: time,
  maxDelay: int(0),
  title: text(1, 64),
  image: text(1, 96),
  badgeTo: address,
});

const consortium = {
  members: distinct(list(keyHash, 1, 32)),
  threshold: int(1, 32),
  freezeKeys: distinct(list(keyHash, 1, 32)),
};

const owner = object({ key: keyHash, output: outRef });

/** Deterministic CBOR, so one record has one form. */
const record: Read<string> = where(
  hex(1, MAX_RECORD_BYTES),
  (value) => isLoggable(value),
  "an action record in an actor's name, no transfer",
);

function isLoggable(bytes: string): boolean {
  try {
    const { actor, type } = decodeActionRecord(fromHex(bytes));
    return actor !== null && type !== "transfer";
  } catch (error) {
    if (isDppError(error)) return false;
    throw error;
  }
}

const retirement = object({
  act: oneOf(["retire"]),
  passport: hex(28),
  recycler: attestation,
  recyclerHolder: keyHash,
  authority: orNull(attestation),
  authorityHolder: orNull(keyHash),
  owner: orNull(owner),
});

const readRetirement: Read<Extract<QuorumAction, { act: "retire" }>> = (value, path) => {
  const { authority, authorityHolder, owner: agreeing, ...retired } = retirement(value, path);
  if (agreeing !== null && authority === null && authorityHolder === null)
    return { ...retired, authority, authorityHolder, owner: agreeing };
  if (agreeing === null && authority !== null && authorityHolder !== null)
    return { ...retired, authority, authorityHolder, owner: agreeing };
  throw shape.refuse(path, "either an owner, or an authority and its holder");
};

const ACTIONS: { readonly [A in QuorumAct]: Read<QuorumAction> } = {
  issue: object({ act: oneOf(["issue"]), seed: outRef, roles: list(role, 1, MAX_PROPOSED_ROLES) }),
  renew: object({ act: oneOf(["renew"]), attestation, validFrom: time, validTo: time }),
  revoke: object({ act: oneOf(["revoke"]), attestation, reason: int(0, 255) }),
  recover: object({
    act: oneOf(["recover"]),
    attestation,
    holder: keyHash,
    ...keys,
    keyEpoch: int(1),
    badgeTo: orNull(address),
  }),
  rotate: object({ act: oneOf(["rotate"]), ...consortium, successor: orNull(hex(28)) }),
  reassign: object({
    act: oneOf(["reassign"]),
    passport: hex(28),
    issuer: attestation,
    issuerHolder: keyHash,
    authority: attestation,
    authorityHolder: keyHash,
  }),
  log: object({ act: oneOf(["log"]), record, actorHolder: keyHash, owner }),
  retire: readRetirement,
  amend: object({
    act: oneOf(["amend"]),
    passport: hex(28),
    issuer: attestation,
    issuerHolder: keyHash,
    authority: attestation,
    authorityHolder: keyHash,
    idCommit: hex(32),
    idMethod: int(0, 15),
  }),
  reclaim: object({ act: oneOf(["reclaim"]), output: outRef }),
  found: object({ act: oneOf(["found"]), seed: outRef, ...consortium }),
};

const named: Read<{ readonly act: QuorumAct }> = (value, path) => {
  const { act } = (value ?? {}) as { act?: unknown };
  return { act: oneOf(Object.keys(ACTIONS) as QuorumAct[])(act, `${path}/act`) };
};

/** @throws DppError `proposal/malformed`. */
export const readAction: Read<QuorumAction> = (value, path) => ACTIONS[named(value, path).act](value, path);
