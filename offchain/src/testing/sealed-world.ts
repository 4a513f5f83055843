/** One manufacturer, its readers and its keyring: the ground on which sealing is tested, without a ledger. */
import { createKeyring, openKeyring } from "../crypto/keyring.js";
import type { Issuer, Recipient } from "../crypto/keyring-recipients.js";
import { generateKeyPair, type ReadingKeyPair } from "../crypto/x25519.js";
import { toHex, utf8 } from "../domain/bytes.js";
import type { Header } from "../domain/document.js";
import type { Element } from "../domain/element.js";
import { parseIdentifier } from "../domain/identifier.js";
import type { Keyring } from "../domain/keyring.js";
import type { Policy } from "../domain/policy.js";
import type { Role } from "../domain/role.js";
import type { Random } from "../ports/clock.js";
import { type SealedPassport, sealPassport } from "../usecases/seal.js";
import type { Expected } from "../usecases/seal-open.js";
import { seededRandom } from "./seeded-random.js";

export interface Actor extends ReadingKeyPair {
  /** Attestation name, hex. */
  readonly name: string;
  readonly role: Role;
}

export const CONFIG = "c0".repeat(28);

export function actor(role: Role, random: Random): Actor {
  const serial = toHex(random.bytes(12));
  return { ...generateKeyPair(random), role, name: toHex(utf8(`DPP_${role}`)) + serial };
}

export const asIssuer = ({ name, publicKey }: Actor, keyEpoch = 0): Issuer => ({ name, keyEpoch, publicKey });

export const asRecipient = ({ role, name, publicKey }: Actor, keyEpoch = 0): Recipient => ({
  kind: "role",
  role,
  name,
  keyEpoch,
  publicKey,
});

export interface SealedWorld {
  readonly random: Random;
  readonly manufacturer: Actor;
  readonly repairer: Actor;
  readonly recycler: Actor;
  readonly authority: Actor;
  readonly resolver: ReadingKeyPair;
  readonly recipients: readonly Recipient[];
  readonly keyring: Keyring;
}

export async function sealedWorld(seed: string | number, policies: readonly Policy[]): Promise<SealedWorld> {
  const random = seededRandom(seed);
  const manufacturer = actor("MANUFACTURER", random);
  const [repairer, recycler, authority] = [
    actor("REPAIRER", random),
    actor("RECYCLER", random),
    actor("AUTHORITY", random),
  ] as const;
  const resolver = generateKeyPair(random);
  const recipients: readonly Recipient[] = [
    ...[repairer, recycler, authority].map((it) => asRecipient(it)),
    { kind: "resolver", publicKey: resolver.publicKey },
  ];
  const issuer = asIssuer(manufacturer);
  const keyring = await createKeyring({ config: CONFIG, issuer, policies, recipients, random });
  return { random, manufacturer, repairer, recycler, authority, resolver, recipients, keyring };
}

export const headerOf = (
  { manufacturer }: Pick<SealedWorld, "manufacturer">,
  category: string,
): Omit<Header, "policy" | "granularity" | "sealedGroups"> => ({
  identifier: parseIdentifier("9506000140100", "EXB90-2026-000042"),
  category,
  issuer: { attestation: manufacturer.name, operator: "gln:9506000134352" },
  name: "EX-B90 traction battery",
  image: "https://cells.example/ex-b90.png",
  language: "en",
  revision: 0,
  previous: null,
  issuedAt: 1_790_000_000_000,
});

/** Seals as the manufacturer, with the newest keys. */
export async function sealIn(
  world: SealedWorld,
  policy: Policy,
  elements: readonly Element[],
  options: { readonly category?: string; readonly keyring?: Keyring } = {},
): Promise<SealedPassport & { readonly expected: Expected }> {
  const { manufacturer, random } = world;
  const keys = await openKeyring(options.keyring ?? world.keyring, manufacturer);
  const category = options.category ?? Object.keys(policy.categories)[0] ?? "";
  const sealed = sealPassport({
    config: CONFIG,
    policy,
    header: headerOf(world, category),
    elements,
    keys,
    random,
  });
  return { ...sealed, expected: { config: CONFIG, issuer: manufacturer.name, dataRoot: sealed.root } };
}
