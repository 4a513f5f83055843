/** Sources with P-256 keys for test worlds: a station whose secure element signs digests, and a supervisor's tablet whose authenticator signs assertions. */
import type { SourceKind } from "../domain/attestation.js";
import type { Role } from "../domain/role.js";
import type { EventSigner } from "../ports/event-signer.js";
import { planIssueRoles } from "../tx/roles.js";
import { MAX_DELAY } from "./event-world.js";
import { authenticator, p256Signer } from "./key-signers.js";
import type { Accepted, ActorName, World } from "./world.js";

const SOURCES = {
  meter: { role: "STATION", kind: "Device" },
  tablet: { role: "SUPERVISOR", kind: "Individual" },
} as const satisfies Record<string, { readonly role: Role; readonly kind: SourceKind }>;
export type P256Source = keyof typeof SOURCES;

/** Forms 2 and 3, the same for the same name. */
export function keySigner(name: P256Source): EventSigner {
  const { key, sign } = name === "meter" ? p256Signer(name) : authenticator(name);
  return { alg: name === "meter" ? 2 : 3, publicKey: key.pk, sign: async (message) => sign(message) };
}

/** Accredits one of them under the key of `holder`. Answers its attestation name. */
export async function accreditP256(
  world: World,
  name: P256Source,
  holder: ActorName,
): Promise<{ readonly name: string; readonly accepted: Accepted }> {
  const { role, kind } = SOURCES[name];
  const entry = world.newAttestation(holder, role);
  const { alg, publicKey: pk } = keySigner(name);
  const { plan, names } = planIssueRoles(
    world.contracts,
    await world.deployment(),
    await world.coin("member1"),
    [{ ...entry, attestation: { ...entry.attestation, kind, alg, pk, maxDelay: MAX_DELAY } }],
    world.quorum,
  );
  const accepted = await world.accept(plan, world.actors.member1);
  return { name: names[0] ?? "", accepted };
}
