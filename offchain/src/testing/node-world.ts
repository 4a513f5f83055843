/** The test world on a node: every step a transaction in a block of a devnet. A node's state cannot be copied, so a world of one's own is deployed anew. */
import { randomBytes } from "node:crypto";
import { type Blueprint, makeContracts } from "../adapters/contracts.js";
import { systemClock } from "../adapters/system.js";
import type { Clock } from "../ports/clock.js";
import type { Ledger } from "../ports/ledger.js";
import type { Contracts } from "../tx/contracts.js";
import { fund } from "./devnet.js";
import { type Actors, actorsOf, OUTPUTS_EACH, populate, World } from "./world.js";

const LOVELACE_EACH = 1_000_000_000n;

export type Kind = "empty" | "deployed";

export class NodeWorld extends World {
  override readonly clock: Clock = systemClock;
  override readonly ledger: Ledger;
  private readonly blueprint: Blueprint;
  private readonly kind: Kind;

  constructor(ledger: Ledger, blueprint: Blueprint, kind: Kind, contracts: Contracts, actors: Actors) {
    super(contracts, actors);
    this.ledger = ledger;
    this.blueprint = blueprint;
    this.kind = kind;
  }

  /** What the ledger refuses leaves no trace. */
  override fork(): NodeWorld {
    return this;
  }

  override anew(): Promise<NodeWorld> {
    return nodeWorld(this.ledger, this.blueprint, this.kind);
  }
}

/** Fresh keys with coins, and contracts bound to one of these; `deployed`: with roles and passports. */
export async function nodeWorld(ledger: Ledger, blueprint: Blueprint, kind: Kind): Promise<NodeWorld> {
  const actors = actorsOf(ledger.network, `${randomBytes(8).toString("hex")} `);
  const addresses = Object.values(actors).map(({ address }) => address);
  await fund(ledger, addresses, OUTPUTS_EACH, LOVELACE_EACH);
  const [seed] = await ledger.utxosAt(actors.member1.address);
  if (seed === undefined) throw new Error("the first member has no coin");
  const contracts = makeContracts(blueprint, ledger.network, seed);
  const world = new NodeWorld(ledger, blueprint, kind, contracts, actors);
  if (kind === "deployed") await populate(world);
  return world;
}
