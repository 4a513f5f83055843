/** What `dpp action log` is told: a payload file, short options for the common cases, who speaks and whose product it is. */

import type { Command } from "commander";
import type { OpenKey } from "../../src/adapters/keystore.js";
import { parseAddress } from "../../src/codec/address.js";
import { ownerKey } from "../../src/crypto/owner-key.js";
import { ACTION_TYPES, type ActionType, isActionType } from "../../src/domain/action.js";
import { type ActionPayload, MAX_PAYLOAD_BYTES, readActionPayload } from "../../src/domain/action-payload.js";
import { fromHex } from "../../src/domain/bytes.js";
import { isRecord } from "../../src/domain/element.js";
import { DppError, isDppError } from "../../src/domain/errors.js";
import { parseJson } from "../../src/domain/json.js";
import type { Policy } from "../../src/domain/policy.js";
import { parseReason } from "../../src/domain/reason.js";
import { userUnit } from "../../src/domain/tokens.js";
import { knownPolicy, policyOfPassport } from "../../src/usecases/actions/readers.js";
import { requirePassport } from "../../src/usecases/passports.js";
import type { AttestationView } from "../../src/usecases/resolve.js";
import { findAttestation, type Home, keyHolding } from "../home.js";
import { readInput } from "../input.js";
import { hexOf } from "../options.js";

/** What was done; who sees what of it is in the file. */
export interface PayloadOptions {
  readonly type: string;
  readonly ownerKey?: string;
  readonly file?: string;
  readonly text?: string;
  readonly soh?: string;
  readonly done?: string;
  readonly result?: string;
  readonly reason?: string;
  readonly notice?: string;
}

export interface LogOptions extends PayloadOptions {
  readonly as: string;
  readonly actor?: string;
  readonly owner?: string;
  readonly at?: number;
}

export const payloadOptions = (command: Command): Command =>
  command
    .requiredOption(
      "--type <type>",
      "repair, service, inspection, return, soh, theft, loss, found, recall, note",
    )
    .option(
      "--owner-key <hex>",
      "the owner's key for this passport, so that he reads what is sealed",
      hexOf(32),
    )
    .option("--file <file>", "JSON: elements (public) and sealed (by group, or owner)")
    .option("--text <text>", "public text; it cannot be taken back")
    .option("--soh <percent>", "state of health, public")
    .option("--done <text>", "what was repaired or serviced, public")
    .option("--result <result>", "of an inspection, public: pass, conditional or fail")
    .option("--reason <reason>", "of a return (text) or a recall (e.g. unsafe-product), public")
    .option("--notice <uri>", "where a recall notice stands, public");

/** @throws DppError `action/type`; `usage/arguments` for a transfer, which has a verb of its own. */
export function typeOf(text: string): ActionType {
  if (!isActionType(text))
    throw new DppError(
      "action/type",
      `there is no type of action ${text}: one of ${ACTION_TYPES.join(", ")}`,
    );
  if (text === "transfer")
    throw new DppError("usage/arguments", "a transfer moves the ownership token: `dpp passport transfer`");
  return text;
}

/** Public elements from the short options, in a file's form. */
function shortElements(type: ActionType, options: PayloadOptions): readonly Record<string, unknown>[] {
  const { text, soh, done, result, reason, notice } = options;
  const stated = (id: string, value: unknown) => (value === undefined ? [] : [{ id, value }]);
  return [
    ...stated("action.text", text),
    ...stated("soh.value", soh),
    ...stated(type === "service" ? "service.done" : "repair.done", done),
    ...stated("inspection.result", result),
    ...(type === "recall" ? stated("recall.reason", reasonOf(reason)) : stated("return.reason", reason)),
    ...stated("recall.notice", notice),
  ];
}

function reasonOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const reason = parseReason(text);
  if (reason === null)
    throw new DppError(
      "usage/arguments",
      `--reason of a recall is a name like unsafe-product, or a number: not ${text}`,
    );
  return reason;
}

/** @throws DppError `input/*`, and those of `parseActionPayload`. */
export async function payloadOf(
  type: ActionType,
  options: PayloadOptions,
  policy: Policy | null,
): Promise<ActionPayload> {
  const file =
    options.file === undefined ? {} : parseJson(await readInput(options.file), "action", MAX_PAYLOAD_BYTES);
  const short = shortElements(type, options);
  if (short.length === 0 || !isRecord(file)) return readActionPayload(file, policy);
  const listed = file.elements ?? [];
  return readActionPayload(
    { ...file, elements: Array.isArray(listed) ? [...listed, ...short] : listed },
    policy,
  );
}

/** The passport's policy, when its document is to be had and the policy is known here; an action without sealed groups needs neither. */
export async function policyAtHand(
  { context }: Home,
  passport: string,
  policies: readonly Policy[],
): Promise<Policy | null> {
  const state = await requirePassport(context, passport);
  try {
    return knownPolicy(await policyOfPassport(context, state), policies);
  } catch (error) {
    if (isDppError(error)) return null;
    throw error;
  }
}

export interface Speakers {
  /** The first one pays. */
  readonly keys: readonly [OpenKey, ...OpenKey[]];
  /** Null: the owner speaks. */
  readonly actor: AttestationView | null;
  /** X25519 public key. */
  readonly ownerKey: Uint8Array | null;
}

/**
 * Who speaks: the attestation that `--actor` names; else the owner, when the key holds the ownership token; else the role that the key holds. An owner does not
 * speak in a recall: a manufacturer who still owns his product recalls it as its manufacturer.
 * @throws DppError `keystore/*`, `role/unknown`, `role/ambiguous`, `passport/not-owner`, `action/not-entitled`, `action/key-elsewhere`.
 */
export async function speakersOf(home: Home, passport: string, options: LogOptions): Promise<Speakers> {
  const { keys, context } = home;
  const paying = await keys.load(options.as);
  const named = options.owner === undefined ? [] : [await keys.load(options.owner)];
  const holder = await ownerHash(home, passport);
  const owner = [paying, ...named].find(({ signer }) => signer.keyHash === holder);
  const actor =
    options.actor !== undefined
      ? await findAttestation(context, keys, options.actor)
      : owner === paying && options.type !== "recall"
        ? null
        : await roleOf(home, options);
  const acting = actor === null ? [] : [await actingKey(home, actor)];
  const config = context.contracts.config.hash;
  const derived =
    owner === undefined ? null : ownerKey(owner.reading.secret(), { config, passport }).publicKey;
  return {
    keys: [paying, ...named, ...acting],
    actor,
    ownerKey: options.ownerKey === undefined ? derived : fromHex(options.ownerKey),
  };
}

/** Payment key hash of the wallet with the (222); null: a script's, or nobody's. */
export async function ownerHash({ context }: Home, passport: string): Promise<string | null> {
  const utxo = await context.ledger.utxoByUnit(userUnit(context.contracts.passport.hash, passport));
  const payment = utxo === null ? null : parseAddress(utxo.address).address.payment;
  return payment?.kind === "key" ? payment.hash : null;
}

/** A key that neither owns the product nor holds a role says nothing about it. */
async function roleOf({ context, keys }: Home, { as: key, type }: LogOptions): Promise<AttestationView> {
  try {
    return await findAttestation(context, keys, key);
  } catch (cause) {
    if (!isDppError(cause, "role/unknown")) throw cause;
    if (type === "recall") {
      throw new DppError(
        "action/not-entitled",
        `the key ${key} holds no role: a recall comes from the passport's manufacturer or from an authority`,
        { cause },
      );
    }
    throw new DppError(
      "passport/not-owner",
      `the key ${key} neither holds the ownership token of this passport nor a role: only its owner, or an actor, logs an action`,
      { cause },
    );
  }
}

async function actingKey({ keys }: Home, actor: AttestationView): Promise<OpenKey> {
  try {
    return await keyHolding(keys, actor.holder);
  } catch (cause) {
    if (!isDppError(cause, "keystore/not-found")) throw cause;
    throw new DppError(
      "action/key-elsewhere",
      `${actor.role} ${actor.operator} must sign, and his key (${actor.holder}) is not in this home: actor and owner sign one transaction, so propose the action, and he signs it on his machine (dpp quorum propose log), or log it as the owner alone`,
      { cause, details: { attestation: actor.name, holder: actor.holder } },
    );
  }
}
