/** Members of a consortium on machines of their own: one ledger, and for each a context, a key, and nothing of the others. */
import { blueprint } from "../adapters/blueprint.gen.js";
import { contentMemory } from "../adapters/content-memory.js";
import { lucidBuilder } from "../adapters/lucid/builder.js";
import { parseProposal, printProposal } from "../codec/proposal.js";
import type { Proposal } from "../domain/proposal.js";
import type { Ledger } from "../ports/ledger.js";
import type { Context } from "../usecases/context.js";
import type { Place } from "../usecases/quorum/inspect.js";
import { type ProposeOptions, propose } from "../usecases/quorum/propose.js";
import { reservedBy, reservingLedger } from "../usecases/quorum/reserve.js";
import { signProposal } from "../usecases/quorum/sign.js";
import { submitProposal } from "../usecases/quorum/submit.js";
import { seededRandom } from "./seeded-random.js";
import { type ActorName, type EmbeddedWorld, makeWorld } from "./world.js";

export const DAY = 86_400_000;

export const makeQuorumWorld = (): Promise<EmbeddedWorld> => makeWorld(blueprint);

/** What a machine works with; `ledger`: one that answers otherwise. */
export const contextOf = (world: EmbeddedWorld, ledger: Ledger = world.ledger): Context => ({
  ledger,
  clock: world.clock,
  random: seededRandom("quorum"),
  content: contentMemory(),
  builder: lucidBuilder(ledger),
  contracts: world.contracts,
});

export const placeOf = (world: EmbeddedWorld): Place => ({
  contracts: world.contracts,
  slots: world.ledger.slotConfig,
  reading: contextOf(world),
});

/** As it goes from machine to machine: through its file. */
export const sent = (proposal: Proposal): Proposal => parseProposal(printProposal(proposal));

export async function proposed(
  world: EmbeddedWorld,
  by: ActorName,
  options: ProposeOptions,
): Promise<Proposal> {
  return sent(await propose(contextOf(world), world.actors[by], options));
}

export async function signed(world: EmbeddedWorld, proposal: Proposal, by: ActorName): Promise<Proposal> {
  const done = await signProposal(placeOf(world), world.clock, proposal, world.actors[by]);
  return sent(done.proposal);
}

export const submitted = (world: EmbeddedWorld, proposal: Proposal) =>
  submitProposal(contextOf(world), proposal);

/** The proposer's machine, which leaves the coins of this proposal alone. */
export const reservingContext = (world: EmbeddedWorld, proposal: Proposal): Context =>
  contextOf(
    world,
    reservingLedger(world.ledger, async () => reservedBy(proposal)),
  );
