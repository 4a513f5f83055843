/** The key that signs a source's events, as people hand it in: in hexadecimal, as a file of a device or a tool, or derived here. docs/device-keys.md. */
import { stat } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import type { DerivedForm, Keystore } from "../src/adapters/keystore.js";
import { readPublicKey } from "../src/adapters/p256-node.js";
import type { KeyFields } from "../src/codec/event-key.js";
import { keyFromPoint, type RelyingParty } from "../src/crypto/event-key-form.js";
import { fromHex } from "../src/domain/bytes.js";
import { DppError } from "../src/domain/errors.js";
import { formOf } from "../src/domain/event-key.js";
import { formWords } from "../src/domain/event-key-words.js";
import { loadDeployment } from "../src/usecases/deployment.js";
import { requireChecked } from "../src/usecases/events/key-standing.js";
import type { AttestationView } from "../src/usecases/resolve.js";
import { type Home, keyHolding } from "./home.js";
import { readInput } from "./input.js";

export interface EventKeyOptions {
  /** Hexadecimal digits or a file. */
  readonly eventKey?: string;
  readonly webauthnRp?: string;
  readonly webauthnOrigin?: string;
  readonly eventForm?: DerivedForm;
  readonly unchecked?: boolean;
}

export interface ChosenKey extends KeyFields {
  /** Derived from a key file here: it lies in software, whatever its form. */
  readonly derived: boolean;
}

/** `what`: what stands at the beginning of the help of `--event-key`. */
export const eventKeyOptions = (command: Command, what: string): Command =>
  command
    .option(
      "--event-key <key>",
      `${what}: Ed25519 (64 hexadecimal digits), a point of P-256 (66 or 130), or a file with the public key (PEM, DER, JWK)`,
    )
    .option(
      "--webauthn-rp <id>",
      "the P-256 key is an authenticator's (passkey) of this relying party: a domain",
    )
    .option(
      "--webauthn-origin <origin>",
      "and signs on pages of this origin, e.g. https://capture.example.org",
    )
    .option("--event-form <form>", "form of a key that is derived here: ed25519 or p256, in software", form)
    .option("--unchecked", "also a key whose signatures the ledger of this deployment does not check");

function form(text: string): DerivedForm {
  const name = text.toLowerCase().replace("-", "");
  if (name === "p256") return "P-256";
  if (name === "ed25519") return "Ed25519";
  throw new InvalidArgumentError("One of ed25519, p256.");
}

const ED25519_DIGITS = 64;
const POINT_DIGITS = [66, 130];
const MAX_KEY_FILE = 16 * 1024;

/**
 * What `--event-key` says; `undefined`: nothing.
 * @throws DppError `usage/arguments`, `key/*`, `input/*`.
 */
export async function givenKey(options: EventKeyOptions): Promise<ChosenKey | undefined> {
  const { eventKey, webauthnRp: rpId, webauthnOrigin: origin, eventForm } = options;
  if ((rpId === undefined) !== (origin === undefined))
    throw new DppError("usage/arguments", "--webauthn-rp and --webauthn-origin go together");
  const party = rpId === undefined || origin === undefined ? undefined : { rpId, origin };
  if (eventKey === undefined) {
    if (party !== undefined)
      throw new DppError(
        "usage/arguments",
        "an authenticator's key is made in the authenticator: give its public key with --event-key",
      );
    return undefined;
  }
  if (eventForm !== undefined)
    throw new DppError(
      "usage/arguments",
      "--event-form is for a key that is derived here, not for --event-key",
    );
  return { ...(await keyOf(eventKey, party)), derived: false };
}

async function keyOf(text: string, party: RelyingParty | undefined): Promise<KeyFields> {
  if (/^[0-9a-fA-F]+$/.test(text) && (isKeyLength(text) || !(await exists(text)))) {
    const hex = text.toLowerCase();
    if (hex.length === ED25519_DIGITS) return ed25519(hex, party);
    if (POINT_DIGITS.includes(hex.length)) return keyFromPoint(fromHex(hex), party);
    throw new DppError(
      "key/length",
      `an event key of ${hex.length} hexadecimal digits is none: 64 for Ed25519, 66 or 130 for a point of P-256`,
    );
  }
  const found = readPublicKey(await readInput(text, MAX_KEY_FILE));
  return found.kind === "Ed25519" ? ed25519(found.key, party) : keyFromPoint(found.point, party);
}

const isKeyLength = ({ length }: string): boolean => [ED25519_DIGITS, ...POINT_DIGITS].includes(length);

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

function ed25519(pk: string, party: RelyingParty | undefined): KeyFields {
  if (party !== undefined)
    throw new DppError(
      "key/form",
      "WebAuthn is checked with keys of P-256 alone, and this one is of Ed25519",
    );
  return { alg: 1, pk };
}

/** A key that is derived from a key file here. `generation`: the key epoch in which it begins. @throws DppError `keystore/*`. */
export async function derivedKey(
  keys: Keystore,
  name: string,
  config: string,
  generation: number,
  form: DerivedForm = "Ed25519",
): Promise<ChosenKey> {
  const { alg, publicKey: pk } = (await keys.load(name)).events(config, generation, form);
  return { alg, pk, derived: true };
}

/** Refuses what nobody could ever append. @throws DppError `role/form-unchecked`, `deployment/not-found`. */
export async function requireCheckedKey(
  { context }: Pick<Home, "context">,
  key: KeyFields,
  { unchecked }: EventKeyOptions,
): Promise<void> {
  if (unchecked !== true) requireChecked(key, (await loadDeployment(context)).state);
}

/** Which key signs the events, in words; none for a role that captures nothing. */
export function keyLines({ alg, pk, derived }: ChosenKey): readonly string[] {
  const found = formOf(alg, pk);
  if (found === "none") return [];
  return [`events are signed with ${formWords(found)}${derived ? ", a key in software" : ""}`];
}

export interface NextKeyOptions extends EventKeyOptions {
  readonly newEventKey?: boolean;
}

export const nextKeyOptions = (command: Command): Command =>
  eventKeyOptions(command, "another public key that signs its events (without: it stays)").option(
    "--new-event-key",
    "the same, derived anew from the key here that acts from now on",
  );

/**
 * The event key from now on; `null`: it stays. The generation of a derived key is the key epoch in which it begins.
 * @throws DppError `thread/none`, and as `givenKey`, `requireCheckedKey`.
 */
export async function nextEventKey(
  { context, keys }: Pick<Home, "context" | "keys">,
  view: AttestationView,
  options: NextKeyOptions,
  acting: string | undefined,
): Promise<ChosenKey | null> {
  const given = await givenKey(options);
  if (given !== undefined && options.newEventKey === true)
    throw new DppError("usage/arguments", "give --event-key or --new-event-key, not both");
  if (given === undefined && options.newEventKey !== true) return null;
  if (view.pk === "")
    throw new DppError(
      "thread/none",
      "it was accredited without an event key, so it has no thread: accredit it anew with one",
    );
  const form = options.eventForm ?? (view.alg === 2 ? "P-256" : "Ed25519");
  const name = acting ?? (await keyHolding(keys, view.holder)).name;
  const { hash } = context.contracts.config;
  const next = given ?? (await derivedKey(keys, name, hash, view.keyEpoch + 1, form));
  await requireCheckedKey({ context }, next, options);
  return next;
}
