// Sources of three kinds with keys of three forms, and the deployment that they are accredited in: for the benchmarks of the signature forms. Keys are software; signatures are real.
import { createHash } from "node:crypto";
import { blueprint } from "@cardano-dpp/offchain/adapters/blueprint.gen";
import { makeContracts } from "@cardano-dpp/offchain/adapters/contracts";
import { nodeEventSigner } from "@cardano-dpp/offchain/adapters/ed25519-node";
import { memoryJournal } from "@cardano-dpp/offchain/adapters/embedded-ledger/journal";
import { ledgerOn, newGenesis } from "@cardano-dpp/offchain/adapters/embedded-ledger/ledger";
import { readTransaction } from "@cardano-dpp/offchain/adapters/ledger-cbor/transaction";
import { nodeP256Signer } from "@cardano-dpp/offchain/adapters/p256-node";
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import { testClock } from "@cardano-dpp/offchain/testing/actors";
import { eventSecret, MAX_DELAY } from "@cardano-dpp/offchain/testing/event-world";
import { tabletSigner } from "@cardano-dpp/offchain/testing/joint-world";
import { actorsOf, EmbeddedWorld, found } from "@cardano-dpp/offchain/testing/world";
import { planIssueRoles } from "@cardano-dpp/offchain/tx/roles";

const elementSigner = (name) => nodeP256Signer(createHash("sha256").update(`element of ${name}`).digest());
const gatewaySigner = (name) => nodeEventSigner(eventSecret(name));

/**
 * A week of five days. `of`: how many of a thousand sources; `daily`: events of one; `packs`: how often a week it seals. 800 · 300 + 180 · 2,000 + 20 · 20,000 = a million events.
 * A pack of a P-256 key costs four times one of Ed25519 where several go together, so those who have such keys write once a week, and gateways daily.
 */
export const KINDS = {
  tablet: {
    ...{ form: "WebAuthn", role: "SUPERVISOR", kind: "Individual", holder: "supervisor" },
    ...{ of: 800, daily: 60, packs: 1, signerOf: tabletSigner },
  },
  station: {
    ...{ form: "P-256", role: "STATION", kind: "Device", holder: "station" },
    ...{ of: 180, daily: 400, packs: 1, signerOf: elementSigner },
  },
  gateway: {
    ...{ form: "Ed25519", role: "GATEWAY", kind: "Gateway", holder: "gateway" },
    ...{ of: 20, daily: 4000, packs: 5, signerOf: gatewaySigner },
  },
};
export const DAYS = 5;
/** In a pack, where one pack is looked at. */
export const EVENTS = 100;

/** A founded deployment whose actors can pay for any number of sources. */
export async function richWorld() {
  const clock = testClock();
  const actors = actorsOf("embedded");
  const funds = Object.values(actors).flatMap(({ address }) =>
    Array.from({ length: 8 }, () => ({ address, lovelace: 1_000_000_000_000n })),
  );
  const journal = memoryJournal(newGenesis({ funds }, clock));
  const [seed] = await ledgerOn(journal, clock).utxosAt(actors.member1.address);
  const world = new EmbeddedWorld(clock, makeContracts(blueprint, "embedded", seed), journal);
  await found(world);
  return world;
}

/** The plan that accredits these `{ name, sort }`, sorts as in `KINDS`. Answers the attestations' names too. */
export async function planAccredit(world, sources) {
  return planIssueRoles(
    world.contracts,
    await world.deployment(),
    await world.coin("member1"),
    sources.map(({ sort, signer }) => {
      const { role, kind, holder } = KINDS[sort];
      const entry = world.newAttestation(holder, role);
      const key = { kind, alg: signer.alg, pk: signer.publicKey, maxDelay: MAX_DELAY };
      return { ...entry, attestation: { ...entry.attestation, ...key } };
    }),
    world.quorum,
  );
}

export const newSource = (sort, at) => ({ sort, signer: KINDS[sort].signerOf(`${sort} ${at}`) });

/** Lovelace in the outputs that a plan made, by what they are: attestations, threads, reference scripts with the config, tables of keys, wallets. */
export function lockedIn(contracts, wallets, { cbor, plan }) {
  const places = new Map([
    [contracts.roles.address, "attestations"],
    [contracts.anchor.address, "threads"],
    [contracts.joint.address, "threads"],
    [contracts.config.address, "config"],
    ...wallets.map((address) => [address, "badges"]),
  ]);
  const locked = { attestations: 0, threads: 0, config: 0, tables: 0, badges: 0 };
  for (const { utxo } of readTransaction(cbor).outputs.slice(0, plan.outputs.length))
    locked[places.get(utxo.address) ?? "tables"] += Number(utxo.assets.lovelace);
  return locked;
}

const FULL = ["tx/too-large", "tx/script-refused", "ledger/refused"];

/** All of one sort, as many in a transaction as fit. Each becomes `{ name, … }`. */
export async function accreditAll(world, sources, { most = 16 } = {}) {
  const wallets = Object.values(world.actors).map(({ address }) => address);
  const totals = { transactions: 0, fees: 0, locked: {}, together: most };
  for (let at = 0; at < sources.length; ) {
    const part = sources.slice(at, at + totals.together);
    try {
      const { plan, names } = await planAccredit(world, part);
      const accepted = await world.accept(plan, world.actors.member1);
      for (const [place, name] of names.entries()) part[place].name = name;
      totals.transactions += 1;
      totals.fees += Number(accepted.built.fee);
      for (const [what, lovelace] of Object.entries(lockedIn(world.contracts, wallets, accepted)))
        totals.locked[what] = (totals.locked[what] ?? 0) + lovelace;
      at += part.length;
    } catch (error) {
      if (part.length === 1 || !FULL.some((code) => isDppError(error, code))) throw error;
      totals.together = part.length - 1;
    }
  }
  return totals;
}
