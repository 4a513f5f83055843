/** Attacks on what a pack says of itself: its counters, times and root, the mark that it was late, the history that it is added to. Rules: docs/spec/anchor.md "Append". */
import { decodeAnchorSpend } from "../../src/codec/redeemer.js";
import { fromHex } from "../../src/domain/bytes.js";
import { MAX_DELAY } from "../../src/testing/event-world.js";
import { HOUR, type World } from "../../src/testing/world.js";
import { appended, grown, type PackChange, packAttack, packAttempt, threadState } from "./anchor-attempts.js";
import { digestOf } from "./anchor-claim.js";
import { peakForgeries } from "./anchor-peaks.js";
import { type Attack, attacks } from "./attack.js";
import { bytes } from "./attestation-datum.js";
import { BUILTIN_HALTS, currencyForgeries, rangeForgeries } from "./standing.js";

const refuser = { script: "anchor", purpose: "spend" } as const;
const [ofSupervisor, ofStation, ofGateway] = [
  packAttack("supervisor"),
  packAttack("station"),
  packAttack("gateway"),
];
const LIMIT = 2n ** 53n;
const SECOND = 1000n;
const DELAY = BigInt(MAX_DELAY);

attacks("appending a first pack", refuser, (world) => packAttempt(world, "supervisor"), [
  ...currencyForgeries("supervisor"),
  ...rangeForgeries,
  ofSupervisor("leave the first event out", "is_next", ({ hi }) => ({ lo: 1n, hi: hi + 1n })),
  ofSupervisor("begin before the first event", BUILTIN_HALTS, () => ({ lo: -1n })),
  ofSupervisor("give a root of 31 bytes", "is_root", ({ root }) => ({ root: root.subarray(1) })),
  ofSupervisor("give a root of 33 bytes", "is_root", () => ({ root: bytes(33) })),
  ofSupervisor("give no root", "is_root", () => ({ root: bytes(0) })),
  ofSupervisor("capture the first event after the last one", "are_times_ordered", ({ cmax }) => ({
    cmin: cmax + 1n,
  })),
  ofSupervisor("capture an event before 1970", BUILTIN_HALTS, () => ({ cmin: -1n })),
  ofSupervisor("capture an event after the transaction", "is_not_ahead", ({ until }) => ({
    cmax: until + 1n,
  })),
  ofSupervisor("capture an event in a far future", "is_not_ahead", () => ({ cmax: LIMIT })),
  ofSupervisor("count up to 2^53", "is_bounded", () => ({ hi: LIMIT })),
  ofSupervisor("count beyond eight bytes", BUILTIN_HALTS, () => ({ hi: 2n ** 64n })),
  ofSupervisor("say that it was late", "is_late_marked", () => ({ late: true })),
  ofSupervisor("act in a range of an hour and a slot", "is_range_short", ({ from }) => ({
    until: from + BigInt(HOUR) + SECOND,
  })),
]);

const LARGEST: PackChange = ({ from, until }) => ({
  hi: LIMIT - 1n,
  cmin: until,
  cmax: until,
  until: from + BigInt(HOUR),
});

attacks("appending a pack at every bound", refuser, (world) => packAttempt(world, "supervisor", LARGEST), [
  ofSupervisor("count one more", "is_bounded", (honest, thread) => ({
    ...LARGEST(honest, thread),
    hi: LIMIT,
  })),
]);

const heldBack =
  (more: bigint): PackChange =>
  ({ until }) => ({ cmin: until - DELAY - more, cmax: until - DELAY - more + 2n });

attacks(
  "appending a pack that was held back as long as it may",
  refuser,
  (world) => packAttempt(world, "gateway", heldBack(0n)),
  [
    ofGateway("say that it was late", "is_late_marked", (honest, thread) => ({
      ...heldBack(0n)(honest, thread),
      late: true,
    })),
  ],
);

attacks(
  "appending a pack that was held back a slot too long",
  refuser,
  (world) => packAttempt(world, "gateway", heldBack(SECOND)),
  [
    ofGateway("say that it was on time", "is_late_marked", (honest, thread) => ({
      ...heldBack(SECOND)(honest, thread),
      late: false,
    })),
    ofGateway("claim another capture time than was signed", "is_signed", (honest, thread) => ({
      ...heldBack(0n)(honest, thread),
      alter: () => honest.signer.sign(digestOf({ ...honest, ...heldBack(SECOND)(honest, thread) })),
    })),
  ],
);

/** Since the events before. */
const since =
  (more: bigint): PackChange =>
  (_, { lastCmax }) => ({ cmin: BigInt(lastCmax) + more, cmax: BigInt(lastCmax) + 2n });

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
  [
    ofStation("say that it was late", "is_late_marked", (honest, thread) => ({
      ...since(0n)(honest, thread),
      late: true,
    })),
  ],
);

attacks(
  "appending a pack that begins a millisecond before the one before ended",
  refuser,
  async (world) => {
    await begun(world);
    return packAttempt(world, "station", since(-1n));
  },
  [
    ofStation("say that it was on time", "is_late_marked", (honest, thread) => ({
      ...since(-1n)(honest, thread),
      late: false,
    })),
  ],
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
    ofStation("overlap the pack before by one event", "is_next", ({ lo }) => ({ lo: lo - 1n })),
    ofStation("leave one event out", "is_next", ({ lo }) => ({ lo: lo + 1n })),
    ofStation("append the pack after the next one first", "is_next", ({ lo, hi }) => ({
      ...{ lo: hi, hi: hi + (hi - lo) },
    })),
    ofStation("append no events", "is_not_empty", ({ lo }) => ({ hi: lo })),
    ofStation("count backwards", "is_not_empty", ({ lo }) => ({ hi: lo - 1n })),
    ...peakForgeries((name, rule, change) =>
      ofStation(name, rule, ({ peaks }) => ({ peaks: change(peaks) })),
    ),
  ],
);
