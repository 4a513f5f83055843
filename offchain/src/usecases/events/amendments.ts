/**
 * What an event of the store counts for: its amendments, read off the store and held against the ledger. Reads only. Spec: docs/spec/event.md "Amendments"; the
 * rules: `domain/amendment.ts`.
 */
import { hexToUuid, uuidToHex } from "../../codec/event.js";
import {
  AMENDMENT_WORDS,
  type AmendmentFault,
  type Identity,
  judgeAmendments,
  type TierChange,
} from "../../domain/amendment.js";
import { DppError } from "../../domain/errors.js";
import { type Tier, tierNumber } from "../../domain/event.js";
import { formOfLength, type SignatureForm } from "../../domain/event-key.js";
import { isJointThread } from "../../domain/joint.js";
import type { Role } from "../../domain/role.js";
import { roleOfName } from "../../domain/tokens.js";
import type { EventCursor, EventStore, ListedEvent } from "../../ports/event-store.js";
import type { Reading } from "../context.js";
import { readRoleHistory } from "../history/roles.js";
import { readAttestation } from "../resolve.js";
import { changeIn } from "./amendment-payload.js";
import { type Placement, placeOf, type ReadThread, readPastOf, type WrittenPlace } from "./placement.js";

export interface AmendmentParty {
  /** Attestation name, hex. */
  readonly name: string;
  /** As the name says. */
  readonly role: Role | null;
  /** As its attestation says today; `null`: this ledger has none. */
  readonly operator: string | null;
  readonly form: SignatureForm | null;
}

export interface AmendmentView extends Partial<TierChange> {
  readonly id: string;
  /** Name of its thread, hex. */
  readonly thread: string;
  readonly counter: number;
  readonly reason: string | null;
  readonly parties: readonly AmendmentParty[];
  /** The transaction that wrote it, and the time of its block, POSIX ms; `null`: the ledger does not hold it. */
  readonly txHash: string | null;
  readonly time: number | null;
  readonly applied: boolean;
  /** Why it does not apply. */
  readonly fault: { readonly code: AmendmentFault; readonly words: string } | null;
}

/** What an event was, and what it counts for. */
export interface EventTier {
  /** As the ledger wrote it; `null`: it is not on the ledger. */
  readonly tier: Tier | null;
  readonly counts: Tier | null;
  /** In the order of the ledger; those that it does not hold come last. */
  readonly amendments: readonly AmendmentView[];
  /** Amendments of single sources, which never apply, that are not listed. */
  readonly omitted: number;
}

export interface AmendmentReading extends Reading {
  readonly store: EventStore;
}

const PAGE = 1_000;
const MAX_PAGES = 1_000;
/** Of one event. Only those who sign together can make one of these. */
const MAX_JOINT = 1_000;
/** Anybody with a thread can write these: they are shown, and are no reason to refuse. */
const MAX_SINGLE = 50;

/** Amendments in the store, newest received first, a page at a time. @throws DppError `event-store/*`. */
async function* pagesOf(
  store: EventStore,
  only: { readonly subject?: string },
): AsyncGenerator<readonly ListedEvent[]> {
  let after: EventCursor | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const found = await store.list({ type: "tier-amendment", limit: PAGE, ...only, ...(after && { after }) });
    yield found;
    after = found.at(-1)?.event;
    if (found.length < PAGE) return;
  }
}

/** Ids of the events that a joint thread amends. @throws DppError `event-store/*`. */
export async function amendedIds(store: EventStore): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const page of pagesOf(store, {}))
    for (const { event } of page)
      if (isJointThread(event.source) && event.subject.length === 32) ids.add(hexToUuid(event.subject));
  return ids;
}

interface Found {
  readonly joint: readonly ListedEvent[];
  readonly single: readonly ListedEvent[];
  readonly omitted: number;
}

/** Of one event. @throws DppError `event-store/*`, `amendment/too-many`. */
async function findAmendments(store: EventStore, id: string): Promise<Found> {
  const joint: ListedEvent[] = [];
  const single: ListedEvent[] = [];
  let omitted = 0;
  for await (const page of pagesOf(store, { subject: uuidToHex(id) })) {
    for (const listed of page)
      if (isJointThread(listed.event.source)) joint.push(listed);
      else if (single.length < MAX_SINGLE) single.push(listed);
      else omitted++;
    if (joint.length > MAX_JOINT)
      throw new DppError("amendment/too-many", `more than ${MAX_JOINT} amendments of the event ${id}`);
  }
  return { joint, single, omitted };
}

/** Remembers what it read, so one is made for each question. */
export class AmendmentReader {
  private readonly reading: AmendmentReading;
  private readonly read: ReadThread;
  private readonly tiers = new Map<string, Promise<EventTier>>();
  private readonly identities = new Map<string, Promise<Identity>>();
  private readonly parties = new Map<string, Promise<AmendmentParty>>();

  /** `read`: default from the ledger, each thread once. */
  constructor(reading: AmendmentReading, read: ReadThread = readPastOf(reading)) {
    this.reading = reading;
    this.read = read;
  }

  /** @throws DppError `amendment/too-many`, `event-store/*`, `ledger/*`. */
  of(listed: ListedEvent): Promise<EventTier> {
    return remembered(this.tiers, listed.event.id, () => this.tierOf(listed));
  }

  private async tierOf(listed: ListedEvent): Promise<EventTier> {
    const { id } = listed.event;
    const { joint, single, omitted } = await findAmendments(this.reading.store, id);
    const { place, leaf } = await placeOf(this.reading, listed, this.read);
    const tier = place?.entry.tier ?? null;
    const amendments = await Promise.all([...joint, ...single].map((it) => this.candidate(it)));
    amendments.sort(inLedgerOrder);
    const raises = amendments.some(({ change }) => change !== null && isRaise(change));
    const signers = raises ? await this.signersOf(leaf.source, place) : [];
    const { counts, amendments: judged } = judgeAmendments({ type: leaf.type, tier, signers }, amendments);
    const views = await Promise.all(judged.map(({ amendment, fault }) => this.view(amendment, fault)));
    return { tier, counts, amendments: views, omitted };
  }

  private async candidate(listed: ListedEvent): Promise<Candidate> {
    const thread = listed.event.source;
    const { place, leaf } = await placeOf(this.reading, listed, this.read);
    const told = changeIn(listed.event.payload, leaf, this.reading.contracts.config.hash);
    const change = told?.change ?? null;
    const names = place?.entry.kind === "co-append" ? place.entry.parties.map(({ name }) => name) : [];
    const parties =
      change !== null && isRaise(change)
        ? await Promise.all(names.map((name) => this.identity(name)))
        : names.map((name) => ({ name, holders: [] }));
    return { listed, thread, place, anchored: place !== null, parties, change, reason: told?.reason ?? null };
  }

  private signersOf(source: string, place: WrittenPlace | null): Promise<readonly Identity[]> {
    const names = place?.entry.kind === "co-append" ? place.entry.parties.map(({ name }) => name) : [source];
    return Promise.all(names.map((name) => this.identity(name)));
  }

  private identity(name: string): Promise<Identity> {
    return remembered(this.identities, name, async () => {
      const past = await readRoleHistory(this.reading, name);
      return { name, holders: [...new Set(past.flatMap(({ attestation }) => attestation?.holder ?? []))] };
    });
  }

  private async view(candidate: Candidate, fault: AmendmentFault | null): Promise<AmendmentView> {
    const { listed, thread, place, change, reason } = candidate;
    const signed = place?.entry.kind === "co-append" ? place.entry.parties : [];
    return {
      id: listed.event.id,
      thread,
      counter: listed.event.counter,
      ...change,
      reason,
      parties: await Promise.all(signed.map(({ name, pk }) => this.party(name, pk))),
      txHash: place?.tx.hash ?? null,
      time: place?.tx.time ?? null,
      applied: fault === null,
      fault: fault && { code: fault, words: AMENDMENT_WORDS[fault] },
    };
  }

  private party(name: string, pk: string): Promise<AmendmentParty> {
    return remembered(this.parties, `${name} ${pk}`, async () => ({
      name,
      role: roleOfName(name),
      operator: (await readAttestation(this.reading, name))?.operator ?? null,
      form: formOfLength(pk.length / 2),
    }));
  }
}

interface Candidate extends Placement {
  readonly listed: ListedEvent;
  readonly thread: string;
  readonly anchored: boolean;
  readonly parties: readonly Identity[];
  readonly change: TierChange | null;
  readonly reason: string | null;
}

const isRaise = ({ from, to }: TierChange): boolean => tierNumber(to) > tierNumber(from);

function remembered<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const there = known.get(key) ?? make();
  known.set(key, there);
  return there;
}

/** Blocks first. The ledger's answers do not tell the order of transactions within one: there it is by thread and counter. */
function inLedgerOrder(one: Candidate, other: Candidate): number {
  const [a, b] = [one.place?.tx, other.place?.tx];
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (a.height !== b.height) return a.height - b.height;
  if (one.thread !== other.thread) return one.thread < other.thread ? -1 : 1;
  return one.listed.event.counter - other.listed.event.counter;
}

/** `id`: UUID text. @throws DppError `event/unknown`, and as `AmendmentReader.of`. */
export async function amendmentsOf(reading: AmendmentReading, id: string): Promise<EventTier> {
  const listed = await reading.store.event(id);
  if (listed === null) throw new DppError("event/unknown", `there is no event ${id} here`);
  return new AmendmentReader(reading).of(listed);
}
