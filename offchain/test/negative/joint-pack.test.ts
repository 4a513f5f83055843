/** Attacks on what a joint pack says of itself: counters, times and root, the mark that it was late, the entry and the history that it is added to. Rules: docs/spec/anchor.md "CoAppend", "History". */
import { beforeAll } from "vitest";
import { fromHex } from "../../src/domain/bytes.js";
import { eventSigner } from "../../src/testing/event-world.js";
import type { World } from "../../src/testing/world.js";
import { peakForgeries } from "./anchor-peaks.js";
import { type Attack, attacks, worldOf } from "./attack.js";
import { bytes } from "./attestation-datum.js";
import { type JointChange, jointAttack, jointAttempt, jointGrown, PAIR } from "./joint-attempts.js";
import { type WrittenParty, writtenOf } from "./joint-claim.js";
import { jointly, NINE, type PartyName, SHORTER_DELAY } from "./joint-parties.js";
import {
  countOneMore,
  firstPackForgeries,
  heldBack,
  LARGEST,
  nextPackForgeries,
  SECOND,
  sayLate,
  sayOnTime,
  since,
} from "./pack-forgeries.js";
import { withRedeemer } from "./redeemers.js";

const refuser = { script: "joint", purpose: "spend" } as const;
const ofPair = jointAttack(PAIR);
const DELAY = BigInt(SHORTER_DELAY);

beforeAll(async () => {
  await jointly(await worldOf("deployed"), NINE);
});

const entry = (name: string, change: JointChange): Attack => ofPair(name, "is_delta_allowed", change);

const writing = (
  name: string,
  change: (written: readonly WrittenParty[]) => readonly WrittenParty[],
): Attack => entry(name, ({ parties }) => ({ written: change(parties.map(writtenOf)) }));

const OTHER: WrittenParty = { name: bytes(21), pk: fromHex(eventSigner("gateway").publicKey) };

attacks("appending a first joint pack", refuser, (world) => jointAttempt(world), [
  ...firstPackForgeries(ofPair),
  entry("write it as a source's into the history", () => ({ sort: 0 })),
  entry("write it as a gap into the history", () => ({ sort: 1 })),
  ...[0, 1, 2, 4].map((tier) => entry(`write tier ${tier} into the history`, () => ({ tier }))),
  entry("write it as late into the history", () => ({ entry: { late: true } })),
  entry("write another first counter into the history", () => ({ entry: { lo: 1n } })),
  entry("write another last counter into the history", ({ hi }) => ({ entry: { hi: hi + 1n } })),
  entry("write another root into the history", () => ({ entry: { root: bytes(32) } })),
  entry("write an earlier time into the history", ({ cmin }) => ({ entry: { cmin: cmin - 1n } })),
  entry("write a later time into the history", ({ cmax }) => ({ entry: { cmax: cmax + 1n } })),
  entry("write another moment of writing into the history", ({ until }) => ({
    entry: { until: until - 1n },
  })),
  writing("write no party into the history", () => []),
  writing("write the first party alone into the history", (all) => all.slice(0, 1)),
  writing("write the second party alone into the history", (all) => all.slice(1)),
  writing("write the parties in another order into the history", (all) => all.toReversed()),
  writing("write a third party into the history", (all) => [...all, OTHER]),
  writing("write a party twice into the history", (all) => [...all, ...all.slice(1)]),
  writing("write another name into the history", ([first, ...rest]) => [
    { ...OTHER, pk: first?.pk ?? bytes(0) },
    ...rest,
  ]),
  writing("write another key into the history", ([first, ...rest]) => [
    { ...OTHER, name: first?.name ?? bytes(0) },
    ...rest,
  ]),
  writing("write the keys under each other's names into the history", ([one, two]) =>
    one === undefined || two === undefined
      ? []
      : [
          { ...one, pk: two.pk },
          { ...two, pk: one.pk },
        ],
  ),
]);

const LARGEST_OF_NINE = { change: LARGEST };

attacks(
  "appending a joint pack at every bound",
  refuser,
  (world) => jointAttempt(world, NINE, LARGEST_OF_NINE),
  [countOneMore(jointAttack(NINE))],
);

/** Whoever of two may hold back for less, the first or the second by name. */
const UNEQUAL: readonly (readonly [PartyName, PartyName])[] = [
  ["repairer", "station"],
  ["inspector", "repairer"],
];
const TOO_LONG = heldBack(DELAY, SECOND);

for (const parties of UNEQUAL) {
  const of = jointAttack(parties);
  attacks(
    `appending what ${parties.join(" and ")} held back as long as the stricter may`,
    refuser,
    (world) => jointAttempt(world, parties, { change: heldBack(DELAY) }),
    [sayLate(of, heldBack(DELAY))],
  );
  attacks(
    `appending what ${parties.join(" and ")} held back longer than the stricter may, and not than the other`,
    refuser,
    (world) => jointAttempt(world, parties, { change: TOO_LONG }),
    [sayOnTime(of, TOO_LONG)],
  );
}

const afterOne = (change: JointChange) => async (world: World) => {
  await jointly(world, PAIR);
  await jointGrown(world, 1);
  return jointAttempt(world, PAIR, { change });
};

attacks("appending a joint pack that begins when the one before ended", refuser, afterOne(since(0n)), [
  sayLate(ofPair, since(0n)),
]);

attacks(
  "appending a joint pack that begins a millisecond before the one before ended",
  refuser,
  afterOne(since(-1n)),
  [sayOnTime(ofPair, since(-1n))],
);

attacks(
  "appending the next joint pack",
  refuser,
  async (world) => {
    await jointly(world, PAIR);
    await jointGrown(world);
    return jointAttempt(world);
  },
  [
    {
      name: "append the pack before a second time",
      rule: "is_next",
      change: (plan, { history, contracts }) => {
        const before = history.findLast(
          (done) => done.plan.inputs[0]?.utxo.address === contracts.joint.address,
        );
        return withRedeemer(plan, before?.plan.inputs[0]?.redeemer ?? "");
      },
    },
    ...nextPackForgeries(ofPair),
    ...peakForgeries((name, rule, change) => ofPair(name, rule, ({ peaks }) => ({ peaks: change(peaks) }))),
  ],
);
