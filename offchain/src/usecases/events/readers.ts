/** Who may read what an event seals: reading keys of today's live attestations. Spec: docs/spec/event.md "Payload", groups. */
import { isPublicKey } from "../../crypto/x25519.js";
import { fromHex } from "../../domain/bytes.js";
import { SEALED_GROUPS, SEALED_READERS, type SealedEventGroup } from "../../domain/event-fields.js";
import type { Role } from "../../domain/role.js";
import type { Reading } from "../context.js";
import { type AttestationView, listAttestations } from "../resolve.js";
import type { ReadersByGroup } from "./payload.js";

export interface EventReaders {
  readonly keys: ReadersByGroup;
  /** Live attestations (names, hex) that can read nothing: their reading key is a point of small order. */
  readonly unusable: readonly string[];
}

type Reader = Pick<AttestationView, "name" | "role" | "live" | "encPk">;

/** `attestations`: all of the deployment; who is not live gets nothing, not even as the source. `source`: attestation name, hex. */
export function eventReaders(attestations: readonly Reader[], source: string): EventReaders {
  const live = attestations.filter((view) => view.live);
  const unusable = live.filter(({ encPk }) => !isPublicKey(fromHex(encPk)));
  const usable = live.filter((view) => !unusable.includes(view));
  const keysOf = (group: SealedEventGroup): readonly Uint8Array[] => {
    const roles: readonly Role[] = SEALED_READERS[group];
    return usable
      .filter(({ role, name }) => roles.includes(role) || name === source)
      .map(({ encPk }) => fromHex(encPk));
  };
  const keys = Object.fromEntries(SEALED_GROUPS.map((group) => [group, keysOf(group)])) as ReadersByGroup;
  const entitled = ({ role, name }: Reader): boolean =>
    name === source ||
    SEALED_GROUPS.some((group) => (SEALED_READERS[group] as readonly Role[]).includes(role));
  return { keys, unusable: unusable.filter(entitled).map(({ name }) => name) };
}

/** As the ledger has them now. */
export const readersOfEvent = async (reading: Reading, source: string): Promise<EventReaders> =>
  eventReaders(await listAttestations(reading), source);
