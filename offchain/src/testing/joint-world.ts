/** Parties of joint packs for test worlds, with keys of all forms, and the packs that they sign. */
import { decodePack, encodePack } from "../codec/pack.js";
import type { EventInput } from "../domain/event-input.js";
import type { Role } from "../domain/role.js";
import type { EventSigner } from "../ports/event-signer.js";
import { planIssueRoles } from "../tx/roles.js";
import type { EventContext } from "../usecases/events/context.js";
import { makeJointPack } from "../usecases/events/joint-make.js";
import { openJoint } from "../usecases/events/joint-open.js";
import { signJointPack } from "../usecases/events/joint-sign.js";
import { EVIDENCE } from "./event-context.js";
import { eventSigner, MAX_DELAY } from "./event-world.js";
import { authenticator, p256Signer } from "./key-signers.js";
import type { ActorName, World } from "./world.js";

export interface Party {
  /** Attestation name. */
  readonly name: string;
  readonly signer: EventSigner;
}

export interface NewParty {
  readonly holder: ActorName;
  readonly role: Role;
  readonly signer: EventSigner;
  readonly operator?: string;
  readonly validTo?: number;
}

/** Forms 2 and 3, the same for the same name. */
export function elementSigner(name: string): EventSigner {
  const { key, sign } = p256Signer(name);
  return { alg: 2, publicKey: key.pk, sign: async (message) => sign(message) };
}
export function tabletSigner(name: string): EventSigner {
  const { key, sign } = authenticator(name);
  return { alg: 3, publicKey: key.pk, sign: async (message) => sign(message) };
}

/** In one transaction; each gets a thread of its own, too. */
export async function accreditParties(world: World, parties: readonly NewParty[]): Promise<readonly Party[]> {
  const { plan, names } = planIssueRoles(
    world.contracts,
    await world.deployment(),
    await world.coin("member1"),
    parties.map(({ holder, role, signer, operator, validTo }) => {
      const entry = world.newAttestation(holder, role);
      const { attestation } = entry;
      return {
        ...entry,
        attestation: {
          ...attestation,
          alg: signer.alg,
          pk: signer.publicKey,
          maxDelay: MAX_DELAY,
          operator: operator ?? attestation.operator,
          validTo: validTo ?? attestation.validTo,
        },
      };
    }),
    world.quorum,
  );
  await world.accept(plan, world.actors.member1);
  return parties.map(({ signer }, at) => ({ name: names[at] ?? "", signer }));
}

export interface JointGroup {
  readonly thread: string;
  /** LAB, under an Ed25519 key. */
  readonly lab: Party;
  /** MANUFACTURER, whose secure element signs digests. */
  readonly maker: Party;
  /** The world's supervisor, Ed25519. */
  readonly supervisor: Party;
}

/** A joint thread, and three who may sign on it. */
export async function jointGroup(world: World, context: EventContext): Promise<JointGroup> {
  const [lab, maker] = await accreditParties(world, [
    { holder: "repairer", role: "LAB", signer: eventSigner("lab"), operator: "gln:9506000140001" },
    { holder: "maker2", role: "MANUFACTURER", signer: elementSigner("maker"), operator: "gln:9506000140002" },
  ]);
  const supervisor = { name: world.roles.get("supervisor") ?? "", signer: eventSigner("supervisor") };
  if (lab === undefined || maker === undefined) throw new Error("the test world lacks parties");
  const opened = await openJoint(context, [world.actors.supervisor], supervisor.name);
  return { thread: opened.name, lab, maker, supervisor };
}

export const gradeInput = (grade = "A"): EventInput => ({
  type: "grade",
  subject: "",
  captured: null,
  elements: [{ id: "event.grade.to", type: "string", value: grade, unit: null }],
});

/** A file that nobody has signed. The first of `parties` writes the events. */
export async function draftOf(
  context: EventContext,
  thread: string,
  [author, ...others]: readonly Party[],
  inputs: readonly EventInput[] = [gradeInput()],
): Promise<Uint8Array> {
  const making = {
    thread,
    author: author?.name ?? "",
    others: others.map(({ name }) => name),
    evidence: () => EVIDENCE,
  };
  return encodePack(await makeJointPack(context, making, inputs));
}

/** The file with the signatures of these. */
export async function signedBy(
  context: EventContext,
  file: Uint8Array,
  parties: readonly Party[],
): Promise<Uint8Array> {
  let signed = file;
  for (const { name, signer } of parties) signed = (await signJointPack(context, signed, name, signer)).file;
  return signed;
}

/** Made and signed by all. */
export const jointFile = async (
  context: EventContext,
  thread: string,
  parties: readonly Party[],
  inputs?: readonly EventInput[],
): Promise<Uint8Array> => signedBy(context, await draftOf(context, thread, parties, inputs), parties);

/** The same file, but for what is given. */
export const alteredFile = (file: Uint8Array, changes: object): Uint8Array =>
  encodePack({ ...decodePack(file), ...changes });
