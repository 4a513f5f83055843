/** Attacks on what the parties of a joint pack signed: all of it, under all their names, for this thread and deployment. Rules: docs/spec/anchor.md "CoAppend", "joint digest". */
import { beforeAll } from "vitest";
import { packDigest } from "../../src/codec/pack.js";
import { concat, fromHex, toHex } from "../../src/domain/bytes.js";
import type { Tier } from "../../src/domain/event.js";
import type { EventSigner } from "../../src/ports/event-signer.js";
import { eventSigner, type SourceName } from "../../src/testing/event-world.js";
import type { World } from "../../src/testing/world.js";
import { rotated } from "./anchor-attempts.js";
import { type Attack, attacks, worldOf } from "./attack.js";
import { bytes } from "./attestation-datum.js";
import { signatureForgeries } from "./event-signatures.js";
import { ARE_SIGNED, inOrder, type JointChange, jointAttack, jointAttempt, PAIR } from "./joint-attempts.js";
import { type JointClaim, jointDigestOf, writtenOf } from "./joint-claim.js";
import { jointly, partyOf, threadName } from "./joint-parties.js";
import { AFTERWARDS } from "./pack-forgeries.js";
import { BUILTIN_HALTS } from "./standing.js";

const refuser = { script: "joint", purpose: "spend" } as const;
const ofPair = jointAttack(PAIR);
const TRIO = ["gateway", "station", "supervisor"] as const;
const ofTrio = jointAttack(TRIO);

beforeAll(async () => {
  await jointly(await worldOf("deployed"), []);
});

interface Signing {
  readonly honest: JointClaim;
  readonly signature: Uint8Array;
  readonly digest: Uint8Array;
}

/** Another signature of one party; the others' stay. */
const by =
  (party: number, sign: (signing: Signing) => Uint8Array | Promise<Uint8Array>): JointChange =>
  (honest) => ({
    alter: (signature, digest, at) => (at === party ? sign({ honest, signature, digest }) : signature),
  });

const signerAt = ({ parties }: JointClaim, at: number): EventSigner => {
  const signer = parties[at]?.signer;
  if (signer === undefined) throw new Error("no such party");
  return signer;
};

/** What a source signs of a pack of its own. */
const asSource = (claim: JointClaim, tier: Tier, source = claim.thread): Uint8Array =>
  packDigest({
    ...{ config: toHex(claim.config), source: toHex(source), tier },
    ...{ lo: Number(claim.lo), hi: Number(claim.hi), root: toHex(claim.root) },
    ...{ cmin: Number(claim.cmin), cmax: Number(claim.cmax) },
  });

const EACH = [
  [0, "first"],
  [1, "second"],
] as const;

const signed = (name: string, change: JointClaim["signed"]): Attack =>
  ofPair(name, ARE_SIGNED, () => ({ ...(change === undefined ? {} : { signed: change }) }));

/** What was signed before somebody changed the claim. */
const asItWas = ({ lo, hi, root, cmin, cmax }: JointClaim): JointClaim["signed"] => ({
  lo,
  hi,
  root,
  cmin,
  cmax,
});

/** All signed that these are the parties. */
const naming = (name: string, named: (honest: JointClaim) => readonly Uint8Array[]): Attack =>
  ofPair(name, ARE_SIGNED, (honest) => ({ signed: { named: named(honest) } }));

const namesOf = ({ parties }: JointClaim): readonly Uint8Array[] => parties.map(({ name }) => name);

attacks("appending what both signed", refuser, (world) => jointAttempt(world), [
  ...EACH.flatMap(([party, name]) => [
    ofPair(
      `leave the signature of the ${name} out`,
      BUILTIN_HALTS,
      by(party, () => bytes(0)),
    ),
    ofPair(
      `let a stranger sign for the ${name}`,
      ARE_SIGNED,
      by(party, ({ digest }) => eventSigner("stranger").sign(digest)),
    ),
    ofPair(
      `let the other sign for the ${name}`,
      ARE_SIGNED,
      by(party, ({ honest, digest }) => signerAt(honest, 1 - party).sign(digest)),
    ),
    ofPair(
      `let the ${name} sign for other events`,
      ARE_SIGNED,
      by(party, ({ honest }) => signerAt(honest, party).sign(jointDigestOf({ ...honest, root: bytes(32) }))),
    ),
    ofPair(
      `let the ${name} sign a pack of a source`,
      ARE_SIGNED,
      by(party, ({ honest }) => signerAt(honest, party).sign(asSource(honest, "MULTI_PARTY_SIGNED"))),
    ),
  ]),
  ofPair("swap the two signatures", ARE_SIGNED, (honest) => ({
    alter: (_, digest, at) => signerAt(honest, 1 - at).sign(digest),
  })),
  ofPair("let each sign for itself alone", ARE_SIGNED, (honest) => ({
    alter: (_signature, _digest, at) =>
      signerAt(honest, at).sign(
        jointDigestOf({ ...honest, signed: { named: namesOf(honest).slice(at, at + 1) } }),
      ),
  })),
  ofPair("append the packs that each signed for its own thread", ARE_SIGNED, (honest) => ({
    alter: (_signature, _digest, at) =>
      signerAt(honest, at).sign(
        asSource(honest, at === 0 ? "DEVICE_SIGNED" : "INDIVIDUAL_SIGNED", namesOf(honest)[at]),
      ),
  })),
  // The parties ascend, so the supervisor is the last: his key is the one that these are made with.
  ...signatureForgeries.map(({ name, rule, alter }) =>
    ofPair(
      `${name} (second)`,
      rule === "is_signed" ? ARE_SIGNED : rule,
      by(1, ({ signature, digest }) => alter(signature, digest)),
    ),
  ),
  naming("sign with one name alone", (honest) => namesOf(honest).slice(0, 1)),
  naming("sign with no names", () => []),
  naming("sign with the names in another order", (honest) => namesOf(honest).toReversed()),
  naming("sign with a name twice", (honest) => [...namesOf(honest), ...namesOf(honest).slice(1)]),
  naming("sign with the names as one", (honest) => [concat(...namesOf(honest))]),
  naming("sign with a byte of one name given to the other", (honest) => {
    const joined = concat(...namesOf(honest));
    const cut = (namesOf(honest)[0]?.length ?? 0) + 1;
    return [joined.subarray(0, cut), joined.subarray(cut)];
  }),
  {
    name: "swap a party for one who was not named",
    rule: ARE_SIGNED,
    change: async (_, world) => {
      const named = await namesIn(world, PAIR);
      return (await jointAttempt(world, ["gateway", "supervisor"], { change: () => ({ signed: { named } }) }))
        .plan;
    },
  },
  {
    name: "add a party who signed the same",
    rule: ARE_SIGNED,
    change: async (_, world) => {
      const named = await namesIn(world, PAIR);
      return (await jointAttempt(world, TRIO, { change: () => ({ signed: { named } }) })).plan;
    },
  },
  signed("sign for another deployment or network", { config: bytes(28) }),
  {
    name: "sign for the other thread",
    rule: ARE_SIGNED,
    change: async (_, world) => {
      const thread = fromHex(threadName(world, 1));
      return (await jointAttempt(world, PAIR, { change: () => ({ signed: { thread } }) })).plan;
    },
  },
  ...AFTERWARDS.map((change) =>
    ofPair(`change ${Object.keys(change)[0]} after both have signed`, ARE_SIGNED, (honest) => ({
      ...(change as Partial<JointClaim>),
      signed: { ...asItWas(honest) },
    })),
  ),
]);

async function namesIn(world: World, parties: readonly SourceName[]): Promise<readonly Uint8Array[]> {
  const presented = await Promise.all(parties.map((name) => world.attestation(name)));
  return presented.map(({ name }) => fromHex(name));
}

attacks("appending what three signed", refuser, (world) => jointAttempt(world, TRIO), [
  ...[0, 1, 2].map((left) =>
    ofTrio(`leave party ${left + 1} of 3 out of what all signed`, ARE_SIGNED, (honest, thread) => ({
      ...inOrder(...[0, 1, 2].filter((at) => at !== left))(honest, thread),
      signed: { named: namesOf(honest) },
    })),
  ),
]);

const newKey = eventSigner("supervisor's next");

attacks(
  "appending under a party's rotated key",
  refuser,
  async (world) => {
    const { pk } = await partyOf(world, "supervisor");
    if (pk !== newKey.publicKey) await rotated("supervisor", 1, newKey.publicKey)(world);
    return jointAttempt(world, PAIR, { change: under(newKey) });
  },
  [
    ofPair("sign with the key that was replaced", ARE_SIGNED, () => ({})),
    ofPair("write the replaced key into the history", "is_delta_allowed", (honest, thread) => ({
      ...under(newKey)(honest, thread),
      written: honest.parties.map((party, at) =>
        writtenOf(at === 1 ? { ...party, pk: eventSigner("supervisor").publicKey } : party),
      ),
    })),
  ],
);

function under(signer: EventSigner): JointChange {
  return ({ parties }) => ({
    parties: parties.map((party, at) => (at === 1 ? { ...party, signer } : party)),
  });
}
