// What packs that several sign together cost: opening a joint thread, appending to it, and how many parties the ledger takes.
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import { eventSigner } from "@cardano-dpp/offchain/testing/event-world";
import { accreditParties, elementSigner, tabletSigner } from "@cardano-dpp/offchain/testing/joint-world";
import { planOpenJoint } from "@cardano-dpp/offchain/tx/joint";
import { LIMITS, rowOf } from "./signatures-row.mjs";
import { EVENTS, lockedIn } from "./signatures-sources.mjs";
import { attestationOf, planNext } from "./signatures-threads.mjs";

const SIGNERS = { Ed25519: eventSigner, "P-256": elementSigner, WebAuthn: tabletSigner };
/** Roles, holders and keys of the parties differ. */
const WHO = [
  ["maker", "MANUFACTURER"],
  ["repairer", "LAB"],
  ["authority", "AUTHORITY"],
  ["recycler", "RECYCLER"],
  ["maker2", "REPAIRER"],
  ["owner", "INTERMEDIARY"],
  ["supervisor", "SUPERVISOR"],
  ["station", "STATION"],
  ["gateway", "GATEWAY"],
];
/** Accredited at once: more do not fit a transaction. */
const AT_ONCE = 3;

async function partiesOf(world, forms) {
  const wanted = forms.map((form, at) => ({
    ...{ holder: WHO[at][0], role: WHO[at][1], operator: `gln:950600014000${at}` },
    signer: SIGNERS[form](`party ${at}`),
  }));
  const parties = [];
  for (let at = 0; at < wanted.length; at += AT_ONCE)
    parties.push(...(await accreditParties(world, wanted.slice(at, at + AT_ONCE))));
  return parties;
}

async function opening(world, { name }) {
  const { contracts, actors } = world;
  const { plan, name: thread } = planOpenJoint(
    contracts,
    await world.deployment(),
    await world.coin("maker"),
    await attestationOf(world, name),
    world.validity(),
  );
  const accepted = await world.accept(plan, actors.maker);
  const { threads: locked } = lockedIn(contracts, [], accepted);
  return { thread, row: { ...rowOf("open a joint thread", accepted), locked } };
}

const coAppend = async (world, operation, thread, signers) =>
  rowOf(
    operation,
    await world.accept(await planNext(world, [{ thread, signers }], EVENTS), world.actors.stranger),
  );

/** `forms`: of the parties. */
export async function joint(world, forms) {
  const fork = world.fork();
  const parties = await partiesOf(fork, forms);
  const { thread, row: opened } = await opening(fork, parties[0]);
  return { opened, row: await coAppend(fork, `co-append, ${forms.join(" + ")}`, thread, parties) };
}

/** Two parties of one form, three… until the ledger refuses, or the contract's nine. */
export async function parties(world, form) {
  const fork = world.fork();
  const all = await partiesOf(fork, Array(WHO.length).fill(form));
  const { thread } = await opening(fork, all[0]);
  const rows = [];
  for (let count = 2; count <= all.length; count++) {
    try {
      rows.push(await coAppend(fork.fork(), `${count} parties, ${form}`, thread, all.slice(0, count)));
    } catch (error) {
      if (!LIMITS.some((code) => isDppError(error, code))) throw error;
      return { form, rows, ended: `${count} parties: ${error.code}: ${error.message}` };
    }
  }
  return { form, rows, ended: null };
}
