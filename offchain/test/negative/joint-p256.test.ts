/** Attacks on joint packs that keys of P-256 signed, too: on what is stated, and on who holds one key in several forms. Rules: docs/spec/anchor.md "CoAppend", docs/spec/signature-forms.md. */
import { beforeAll } from "vitest";
import { encodeAssertion } from "../../src/codec/webauthn.js";
import { fromHex } from "../../src/domain/bytes.js";
import { forged } from "../../src/testing/forge.js";
import { elementSigner } from "../../src/testing/joint-world.js";
import { type AssertionChanges, authenticator } from "../../src/testing/key-signers.js";
import type { World } from "../../src/testing/world.js";
import type { KeySignature } from "../../src/tx/proofs.js";
import { suspend } from "./acts.js";
import { rotated } from "./anchor-attempts.js";
import { type Attack, attacks, worldOf } from "./attack.js";
import { bytes } from "./attestation-datum.js";
import {
  type JointChange,
  jointAmong,
  jointAttack,
  jointAttempt,
  jointParts,
  KEY,
  MIXED,
  proven,
} from "./joint-attempts.js";
import type { JointClaim } from "./joint-claim.js";
import { jointly, type PartyName, partyOf } from "./joint-parties.js";
import { withProving } from "./p256-attempts.js";
import { AFTERWARDS } from "./pack-forgeries.js";
import { BUILTIN_HALTS, NO_PROOFS } from "./standing.js";
import { together } from "./together.js";

const refuser = { script: "joint", purpose: "spend" } as const;
const byProof = { script: "p256", purpose: "withdraw" } as const;
const ofMixed = jointAttack(MIXED);
/** Positions by name. */
const [BROKER, LAB, SUPERVISOR] = [0, 1, 2] as const;
const IN_TWO_FORMS = ["lab", "broker with the lab's point"] as const satisfies readonly PartyName[];
const FOR_TWO_PAGES = [
  "broker with the lab's point",
  "recycler with the lab's point, for another page",
] as const satisfies readonly PartyName[];

beforeAll(async () => {
  await jointly(await worldOf("deployed"), [...MIXED, ...IN_TWO_FORMS, ...FOR_TWO_PAGES]);
});

/** Another signature of one party. */
const by =
  (party: number, sign: (digest: Uint8Array) => Uint8Array | Promise<Uint8Array>): JointChange =>
  () => ({ alter: (signature, digest, at) => (at === party ? sign(digest) : signature) });

const proof = (name: string, rule: string, change: JointChange): Attack => ({
  ...ofMixed(name, rule, change),
  by: byProof,
});

const asserting = (name: string, rule: string, changes: AssertionChanges): Attack =>
  proof(
    name,
    rule,
    by(BROKER, (digest) => encodeAssertion(authenticator("broker").assert(digest, changes))),
  );

/** Some of what was signed is not proven. */
const proving = (
  name: string,
  change: (all: readonly KeySignature[]) => readonly KeySignature[],
): Attack => ({
  name,
  rule: "is_stated",
  change: async (_, world) => {
    const { plan, signatures } = await jointParts(world, MIXED);
    return proven(world, { plan, signatures: change(signatures) });
  },
});

const signed = (name: string, change: (honest: JointClaim) => JointClaim["signed"]): Attack =>
  ofMixed(name, "is_stated", (honest) => {
    const otherwise = change(honest);
    return otherwise === undefined ? {} : { signed: otherwise };
  });

const namesOf = ({ parties }: JointClaim): readonly Uint8Array[] => parties.map(({ name }) => name);

const flipped = (data: Uint8Array, at: number): Uint8Array =>
  data.map((byte, index) => (index === at ? byte ^ 1 : byte));

/** In a statement: form, digest, point, hash of the table. */
const STATED = [
  ["form", 0],
  ["digest", 1],
  ["point", 38],
  ["table", 66],
] as const;

const nextKey = elementSigner("lab's next");
const rotatedLab = rotated("owner", nextKey.alg, nextKey.publicKey);

attacks("appending what keys of all forms signed", refuser, (world) => jointAttempt(world, MIXED), [
  proof(
    "sign with another secure element",
    "is_x_r",
    by(LAB, (digest) => elementSigner("another").sign(digest)),
  ),
  proof(
    "sign with another authenticator",
    "is_x_r",
    by(BROKER, (digest) => authenticator("another").sign(digest)),
  ),
  asserting("assert over another challenge", "begins_as_it_must", { challenge: "A".repeat(43) }),
  asserting("assert on a page of another origin", "begins_as_it_must", {
    origin: "https://evil.example.org",
  }),
  asserting("assert with a user who was not verified", "is_user_verified", { flags: 0x01 }),
  ofMixed(
    "leave the Ed25519 signature out",
    BUILTIN_HALTS,
    by(SUPERVISOR, () => bytes(0)),
  ),
  { name: "run no script", rule: NO_PROOFS, change: ({ withdrawals: _, ...plan }) => plan },
  proving("prove nothing of the authenticator", (all) => all.filter((_, at) => at !== BROKER)),
  proving("prove nothing of the secure element", (all) => all.filter((_, at) => at !== LAB)),
  proving("prove one of the two twice", (all) => [LAB, LAB].flatMap((at) => all[at] ?? [])),
  ...STATED.map(
    ([what, at]): Attack => ({
      name: `state another ${what}`,
      rule: "is_stated",
      change: (plan) =>
        withProving(plan, [0], ({ statements }) => statements.map((hex) => flipped(fromHex(hex), at))),
    }),
  ),
  ...AFTERWARDS.map((change) =>
    ofMixed(`change ${Object.keys(change)[0]} after all have signed`, "is_stated", (honest) => {
      const { lo, hi, root, cmin, cmax } = honest;
      return { ...(change as Partial<JointClaim>), signed: { lo, hi, root, cmin, cmax } };
    }),
  ),
  signed("sign for another deployment or network", () => ({ config: bytes(28) })),
  signed("sign for another thread", () => ({ thread: bytes(21) })),
  signed("sign with two of the three names", (honest) => ({ named: namesOf(honest).slice(0, 2) })),
  signed("sign with the names in another order", (honest) => ({ named: namesOf(honest).toReversed() })),
  ...[BROKER, LAB].map(
    (party): Attack => ({
      name: `leave bytes where signature ${party + 1} would be`,
      rule: "is_signature_elsewhere",
      change: (plan) => ({
        ...plan,
        // The seventh field of CoAppend, the party, its second field.
        inputs: plan.inputs.map((input) => ({
          ...input,
          redeemer: forged(input.redeemer ?? "", [6, party, 1], bytes(64)),
        })),
      }),
    }),
  ),
  jointAmong("sign with one P-256 key in two forms", KEY, IN_TWO_FORMS),
  jointAmong("sign with one P-256 key for two pages", KEY, FOR_TWO_PAGES),
  jointAmong("sign with a third, and with one P-256 key in two forms", KEY, [...IN_TWO_FORMS, "supervisor"]),
  {
    name: "act while the laboratory is suspended",
    rule: "is_attestation_active",
    before: async (world) => {
      await jointly(world, MIXED);
      await suspend(world, "owner");
    },
    change: (plan) => plan,
  },
]);

const WITH_LAB = ["lab", "supervisor"] as const satisfies readonly PartyName[];

/** One pack each on two threads; `prove`: which signatures the script is asked about. */
async function two(
  world: World,
  prove: (one: readonly KeySignature[], two: readonly KeySignature[]) => readonly KeySignature[],
) {
  const one = await jointParts(world, WITH_LAB);
  const { from = 0, to = 0 } = one.plan.validity ?? {};
  const range = { from: BigInt(from), until: BigInt(to) };
  const other = await jointParts(world, WITH_LAB, { at: 1, change: () => range });
  const plan = together(one.plan, other.plan);
  return proven(world, { plan, signatures: prove(one.signatures, other.signatures) });
}

attacks(
  "appending to two joint threads what one P-256 key signed",
  refuser,
  async (world) => ({ plan: await two(world, (a, b) => [...a, ...b]), payer: "stranger" }),
  [
    {
      name: "prove the first alone",
      rule: "is_stated",
      change: (_, world) => two(world, (a) => a),
    },
    {
      name: "prove the second alone",
      rule: "is_stated",
      change: (_, world) => two(world, (_a, b) => b),
    },
    {
      name: "prove the first twice",
      rule: "is_stated",
      change: (_, world) => two(world, (a) => [...a, ...a]),
    },
  ],
);

attacks(
  "appending under the laboratory's rotated key",
  refuser,
  async (world) => {
    await jointly(world, MIXED);
    // The last group: on a node, attempts share one world.
    if ((await partyOf(world, "lab")).pk !== nextKey.publicKey) await rotatedLab(world);
    return jointAttempt(world, MIXED, { change: under(nextKey) });
  },
  [
    {
      name: "sign with the key that was replaced",
      rule: "is_x_r",
      by: byProof,
      change: async (_, world) => (await jointAttempt(world, MIXED)).plan,
    },
    {
      name: "state the key that was replaced",
      rule: "is_stated",
      change: async (_, world) => {
        const { publicKey: pk } = elementSigner("lab");
        const change: JointChange = ({ parties }) => ({
          parties: parties.map((party, at) => (at === LAB ? { ...party, pk } : party)),
        });
        return (await jointAttempt(world, MIXED, { change })).plan;
      },
    },
  ],
);

function under(signer: ReturnType<typeof elementSigner>): JointChange {
  return ({ parties }) => ({
    parties: parties.map((party, at) => (at === LAB ? { ...party, signer } : party)),
  });
}
