/** Who may sign joint packs in a test world: its own sources, and guests with keys of all forms; and the joint threads that they sign on. */
import { decodeAttestationDatum, decodeThreadDatum } from "../../src/codec/datum.js";
import { fromHex } from "../../src/domain/bytes.js";
import type { Thread } from "../../src/domain/pack.js";
import type { Role } from "../../src/domain/role.js";
import { referenceUnit } from "../../src/domain/tokens.js";
import type { EventSigner } from "../../src/ports/event-signer.js";
import type { Utxo } from "../../src/ports/ledger.js";
import { eventSigner, MAX_DELAY, SOURCES, type SourceName } from "../../src/testing/event-world.js";
import { elementSigner, tabletSigner } from "../../src/testing/joint-world.js";
import { authenticator, RELYING_PARTY } from "../../src/testing/key-signers.js";
import { jointOpening } from "../../src/testing/keyed-packs.js";
import { type ActorName, HOUR, type World } from "../../src/testing/world.js";
import type { Presented } from "../../src/tx/presented.js";
import { planIssueRoles } from "../../src/tx/roles.js";
import { threadUnit } from "../../src/tx/threads.js";
import type { ClaimedParty } from "./joint-claim.js";
import { only } from "./p256-attempts.js";

interface Guest {
  readonly role: Role;
  readonly holder: ActorName;
  readonly signer: EventSigner;
  /** ms. */
  readonly maxDelay?: number;
}

/** How long the repairer may hold events back: less than the others. */
export const SHORTER_DELAY = 10 * HOUR;

const otherPage = authenticator("lab", { ...RELYING_PARTY, origin: "https://other.example.org" });

const GUESTS = {
  lab: { role: "LAB", holder: "owner", signer: elementSigner("lab") },
  broker: { role: "INTERMEDIARY", holder: "member3", signer: tabletSigner("broker") },
  producer: { role: "MANUFACTURER", holder: "maker", signer: eventSigner("producer") },
  recycler: { role: "RECYCLER", holder: "recycler", signer: eventSigner("recycler") },
  repairer: {
    ...{ role: "REPAIRER", holder: "repairer", signer: eventSigner("repairer") },
    maxDelay: SHORTER_DELAY,
  },
  inspector: { role: "AUTHORITY", holder: "authority", signer: eventSigner("inspector") },
  "other station": { role: "STATION", holder: "freezer", signer: eventSigner("other station") },
  "lab of the station's holder": { role: "LAB", holder: "station", signer: eventSigner("second key") },
  "lab with the station's key": { role: "LAB", holder: "freezer", signer: eventSigner("station") },
  "broker with the lab's point": { role: "INTERMEDIARY", holder: "freezer", signer: tabletSigner("lab") },
  "recycler with the lab's point, for another page": {
    role: "RECYCLER",
    holder: "member2",
    signer: {
      ...{ alg: 3, publicKey: otherPage.key.pk },
      sign: async (message: Uint8Array) => otherPage.sign(message),
    },
  },
} as const satisfies Record<string, Guest>;
type GuestName = keyof typeof GUESTS;
export type PartyName = SourceName | GuestName;

/** One of each role, with keys of all forms. */
export const NINE: readonly PartyName[] = [
  ...SOURCES,
  ...(["lab", "broker", "producer", "recycler", "repairer", "inspector"] as const),
];

/** Guests under actors who hold nothing else: attacks on their standing find them by the actor. */
const FOUND_BY_HOLDER: readonly GuestName[] = ["lab", "broker"];
const EACH_TIME = 3;
export const THREADS = 2;

/** What was made for the contracts of a world: forks share these, and its ledger's state. */
interface Made {
  readonly guests: Map<GuestName, string>;
  readonly threads: string[];
}
const all = new WeakMap<object, Made>();

function madeIn({ contracts }: World): Made {
  const made = all.get(contracts) ?? { guests: new Map(), threads: [] };
  all.set(contracts, made);
  return made;
}

const isGuest = (name: PartyName): name is GuestName => name in GUESTS;

/** Accredits those who are not yet, and opens both threads. Before forks are made: what is made in one is not in the others. */
export async function jointly(
  world: World,
  parties: readonly PartyName[] = Object.keys(GUESTS) as GuestName[],
): Promise<void> {
  const { guests, threads } = madeIn(world);
  const wanted = parties.filter(isGuest).filter((name) => !guests.has(name));
  for (let at = 0; at < wanted.length; at += EACH_TIME)
    await accredit(world, wanted.slice(at, at + EACH_TIME), guests);
  while (threads.length < THREADS) {
    const { plan, name } = await jointOpening(world);
    await world.accept(plan, world.actors.supervisor);
    threads.push(name);
  }
}

async function accredit(world: World, names: readonly GuestName[], guests: Made["guests"]): Promise<void> {
  const issued = planIssueRoles(
    world.contracts,
    await world.deployment(),
    await world.coin("member1"),
    names.map((name) => {
      const { role, holder, signer, maxDelay = MAX_DELAY }: Guest = GUESTS[name];
      const entry = world.newAttestation(holder, role);
      const { alg, publicKey: pk } = signer;
      return { ...entry, attestation: { ...entry.attestation, alg, pk, maxDelay } };
    }),
    world.quorum,
  );
  await world.accept(issued.plan, world.actors.member1);
  for (const [at, name] of names.entries()) {
    const attestation = issued.names[at] ?? "";
    guests.set(name, attestation);
    if (FOUND_BY_HOLDER.includes(name)) world.roles.set(GUESTS[name].holder, attestation);
  }
}

export async function presentedAs(world: World, name: PartyName): Promise<Presented> {
  if (!isGuest(name)) return world.attestation(name);
  const attestation = madeIn(world).guests.get(name);
  if (attestation === undefined) throw new Error(`nobody accredited the ${name}`);
  return {
    name: attestation,
    utxo: await only(world, referenceUnit(world.contracts.roles.hash, attestation)),
  };
}

/** As the ledger knows it now, with the key that it began with. */
export async function partyOf(
  world: World,
  name: PartyName,
): Promise<ClaimedParty & { readonly presented: Presented }> {
  const presented = await presentedAs(world, name);
  const { alg, pk, maxDelay } = decodeAttestationDatum(presented.utxo.datum ?? "").extra;
  const signer = isGuest(name) ? GUESTS[name].signer : eventSigner(name);
  return { name: fromHex(presented.name), alg, pk, maxDelay, signer, presented };
}

export const threadName = (world: World, at = 0): string => {
  const name = madeIn(world).threads[at];
  if (name === undefined) throw new Error("no joint thread");
  return name;
};

export const jointThread = (world: World, at = 0): Promise<Utxo> =>
  only(world, threadUnit(world.contracts, threadName(world, at)));

export const jointState = async (world: World, at = 0): Promise<Thread> =>
  decodeThreadDatum((await jointThread(world, at)).datum ?? "");
