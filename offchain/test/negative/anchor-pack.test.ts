/** Attacks on what a pack says of itself: its counters, times and root, the mark that it was late, the history that it is added to. Rules: docs/spec/anchor.md "Append". */
import { decodeAnchorSpend } from "../../src/codec/redeemer.js";
import { fromHex } from "../../src/domain/bytes.js";
import { MAX_DELAY } from "../../src/testing/event-world.js";
import type { World } from "../../src/testing/world.js";
import { appended, grown, type PackChange, packAttack, packAttempt, threadState } from "./anchor-attempts.js";
import { digestOf } from "./anchor-claim.js";
import { peakForgeries } from "./anchor-peaks.js";
import { type Attack, attacks } from "./attack.js";
import { bytes } from "./attestation-datum.js";
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
import { currencyForgeries, rangeForgeries } from "./standing.js";

const refuser = { script: "anchor", purpose: "spend" } as const;
const [ofSupervisor, ofStation, ofGateway] = [
  packAttack("supervisor"),
  packAttack("station"),
  packAttack("gateway"),
];
const DELAY = BigInt(MAX_DELAY);

attacks("appending a first pack", refuser, (world) => packAttempt(world, "supervisor"), [
  ...currencyForgeries("supervisor"),
  ...rangeForgeries,
  ...firstPackForgeries(ofSupervisor),
]);

attacks("appending a pack at every bound", refuser, (world) => packAttempt(world, "supervisor", LARGEST), [
  countOneMore(ofSupervisor),
]);

attacks(
  "appending a pack that was held back as long as it may",
  refuser,
  (world) => packAttempt(world, "gateway", heldBack(DELAY)),
  [sayLate(ofGateway, heldBack(DELAY))],
);

const TOO_LONG = heldBack(DELAY, SECOND);

attacks(
  "appending a pack that was held back a slot too long",
  refuser,
  (world) => packAttempt(world, "gateway", TOO_LONG),
  [
    sayOnTime(ofGateway, TOO_LONG),
    ofGateway("claim another capture time than was signed", "is_signed", (honest, thread) => ({
      ...heldBack(DELAY)(honest, thread),
      alter: () => honest.signer.sign(digestOf({ ...honest, ...TOO_LONG(honest, thread) })),
    })),
  ],
);

/** A pack of the station is on the ledger. */
const begun = async (world: World): Promise<void> => {
  if ((await threadState(world, "station")).seq === 0) await appended(world, "station");
};

attacks(
  "appending a pack that begins when the one before ended",
  refuser,
  async (world) => {
    await begun(world);
    return packAttempt(world, "station", since(0n));
  },
  [sayLate(ofStation, since(0n))],
);

attacks(
  "appending a pack that begins a millisecond before the one before ended",
  refuser,
  async (world) => {
    await begun(world);
    return packAttempt(world, "station", since(-1n));
  },
  [sayOnTime(ofStation, since(-1n))],
);

/** The station's pack before, with the signature that it has there; `change`: what is claimed otherwise. */
const again = (name: string, rule: string, change: PackChange = () => ({})): Attack => ({
  name,
  rule,
  change: async (_, world) => {
    const { contracts, history } = world;
    const before = history.findLast(({ plan }) => plan.inputs[0]?.utxo.address === contracts.anchor.address);
    const spend = decodeAnchorSpend(before?.plan.inputs[0]?.redeemer ?? "");
    if (spend.act !== "Append") throw new Error("the last act on a thread was another one");
    const { lo, hi, root, cmin, cmax, signature } = spend;
    const pack: PackChange = () => ({
      ...{ lo: BigInt(lo), hi: BigInt(hi), root: fromHex(root), cmin: BigInt(cmin), cmax: BigInt(cmax) },
    });
    return (
      await packAttempt(world, "station", (honest, thread) => {
        const replayed = { ...honest, ...pack(honest, thread) };
        const changed = change(replayed, thread);
        const isSame = Object.keys(changed).length === 0;
        return { ...replayed, ...changed, ...(isSame ? { alter: () => fromHex(signature) } : {}) };
      })
    ).plan;
  },
});

attacks(
  "appending the next pack of a station",
  refuser,
  async (world) => {
    await grown(world, "station");
    return packAttempt(world, "station");
  },
  [
    again("append the pack before a second time", "is_next"),
    again("append other events under the counters of the pack before", "is_next", () => ({
      root: bytes(32),
    })),
    ...nextPackForgeries(ofStation),
    ...peakForgeries((name, rule, change) =>
      ofStation(name, rule, ({ peaks }) => ({ peaks: change(peaks) })),
    ),
  ],
);
