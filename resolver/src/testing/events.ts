/** Sources of events for a test world: a supervisor, a station and a gateway, and what they say. Every pack is on the ledger as everybody else's would be. */
import { openPgliteStore } from "@cardano-dpp/offchain/adapters/event-store/embedded";
import { lucidBuilder } from "@cardano-dpp/offchain/adapters/lucid/builder";
import { verifyKey } from "@cardano-dpp/offchain/crypto/event-signature";
import type { SourceKind } from "@cardano-dpp/offchain/domain/attestation";
import { toHex } from "@cardano-dpp/offchain/domain/bytes";
import { eventInputOf } from "@cardano-dpp/offchain/domain/event-input";
import { GAP_REASONS } from "@cardano-dpp/offchain/domain/pack";
import type { Role } from "@cardano-dpp/offchain/domain/role";
import type { EventSigner } from "@cardano-dpp/offchain/ports/event-signer";
import type { EventStore, StoredEvent } from "@cardano-dpp/offchain/ports/event-store";
import { EVIDENCE } from "@cardano-dpp/offchain/testing/event-context";
import { eventSigner } from "@cardano-dpp/offchain/testing/event-world";
import { keySigner } from "@cardano-dpp/offchain/testing/p256-world";
import type { EventContext } from "@cardano-dpp/offchain/usecases/events/context";
import { readersOfEvent } from "@cardano-dpp/offchain/usecases/events/readers";
import { recordEvents } from "@cardano-dpp/offchain/usecases/events/record";
import { relay } from "@cardano-dpp/offchain/usecases/events/relay";
import { sealPacks } from "@cardano-dpp/offchain/usecases/events/seal";
import { giveUp } from "@cardano-dpp/offchain/usecases/events/wardens";
import { type AttestationView, readAttestation } from "@cardano-dpp/offchain/usecases/resolve";
import { issueRoles } from "@cardano-dpp/offchain/usecases/roles";
import type { EventAccess } from "../ports/event-access.js";
import type { TestWorld } from "./world.js";

const KINDS = {
  supervisor: ["SUPERVISOR", "Individual"],
  station: ["STATION", "Device"],
  gateway: ["GATEWAY", "Gateway"],
} as const satisfies Readonly<Record<string, readonly [Role, SourceKind]>>;
export type EventSourceName = keyof typeof KINDS;
const NAMES = Object.keys(KINDS) as EventSourceName[];

/** The station signs as a secure element does (form 2), the others with Ed25519. */
const signerOf = (name: EventSourceName): EventSigner =>
  name === "station" ? keySigner("meter") : eventSigner(name);

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface Said {
  readonly type: string;
  /** Hex. */
  readonly subject?: string;
  /** POSIX ms; default: now. */
  readonly captured?: number;
  readonly elements?: readonly { readonly id: string; readonly value: unknown; readonly unit?: string }[];
}

export interface TestEvents {
  readonly store: EventStore;
  readonly context: EventContext;
  /** What `buildApp` takes as `events`. */
  readonly access: EventAccess;
  /** Attestation name, hex. */
  source(name: EventSourceName): string;
  /** Signs and stores; nothing more. */
  record(name: EventSourceName, ...said: readonly Said[]): Promise<readonly StoredEvent[]>;
  seal(name: EventSourceName): Promise<void>;
  /** Brings every pack that waits on the ledger. */
  anchor(): Promise<void>;
  /** All three. */
  say(name: EventSourceName, ...said: readonly Said[]): Promise<readonly StoredEvent[]>;
  /** Counters up to `through` will have no event. */
  lose(name: EventSourceName, through: number): Promise<void>;
}

/** The member's key holds the three attestations: of a source its event key matters alone. */
export async function addEvents(world: TestWorld): Promise<TestEvents> {
  const { actors, clock } = world;
  const store = await openPgliteStore("memory");
  const context: EventContext = {
    ...world.context,
    store,
    verify: verifyKey,
    builderOn: (ledger) => lucidBuilder(ledger),
  };
  const consortium = [actors.member1, actors.member2] as const;
  const { names } = await issueRoles(
    context,
    consortium,
    NAMES.map((name) => {
      const [role, kind] = KINDS[name];
      return {
        metadata: { name: `Example ${name}`, image: "ipfs://bafkreiexample" },
        attestation: {
          role,
          kind,
          holder: actors.stranger.keyHash,
          alg: signerOf(name).alg,
          pk: signerOf(name).publicKey,
          encPk: toHex(world.readingKeys.stranger.publicKey),
          operator: "gln:9506000140506",
          place: "",
          validFrom: clock.now() - DAY,
          validTo: clock.now() + 365 * DAY,
          maxDelay: 200 * HOUR,
        },
        badgeAddress: actors.stranger.address,
      };
    }),
  );
  const source = (name: EventSourceName): string => names[NAMES.indexOf(name)] ?? "";
  const view = async (name: EventSourceName): Promise<AttestationView> => {
    const found = await readAttestation(context, source(name));
    if (found === null) throw new Error(`${name} is not accredited`);
    return found;
  };
  const record = async (name: EventSourceName, ...said: readonly Said[]) => {
    const { keys: readers } = await readersOfEvent(context, source(name));
    const recording = {
      source: await view(name),
      signer: signerOf(name),
      readers,
      evidence: () => EVIDENCE,
    };
    const inputs = said.map(({ captured, elements = [], ...rest }) =>
      eventInputOf(
        JSON.stringify({
          ...rest,
          elements,
          ...(captured !== undefined && { captured: new Date(captured).toISOString() }),
        }),
      ),
    );
    return recordEvents(context, recording, inputs);
  };
  const seal = async (name: EventSourceName): Promise<void> => {
    await sealPacks(context, await view(name), signerOf(name));
  };
  const anchor = async (): Promise<void> => {
    const { held } = await relay(context, actors.stranger, { worker: "test" });
    const [first] = held;
    if (first !== undefined) throw new Error(`a pack was not anchored: ${first.reason}`);
  };
  return {
    store,
    context,
    access: { store: async () => store, close: async () => undefined },
    source,
    record,
    seal,
    anchor,
    async say(name, ...said) {
      const events = await record(name, ...said);
      await seal(name);
      await anchor();
      return events;
    },
    async lose(name, through) {
      const reason = GAP_REASONS.indexOf("device lost or broken");
      await giveUp(context, consortium, source(name), { through, reason, as: "quorum" });
    },
  };
}

export const TRANSPORT: Said = {
  type: "transport",
  elements: [{ id: "event.transport.mode", value: "road" }],
};
