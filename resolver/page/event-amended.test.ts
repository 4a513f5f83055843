/** What an event counts for, as the page judges it: by the rules, and against what a server says. */
import { encodeLeaf, eventId, uuidToHex } from "@cardano-dpp/offchain/codec/event";
import type { Attestation } from "@cardano-dpp/offchain/domain/attestation";
import { toHex, utf8 } from "@cardano-dpp/offchain/domain/bytes";
import type { Element } from "@cardano-dpp/offchain/domain/element";
import type { EventLeaf, Tier } from "@cardano-dpp/offchain/domain/event";
import { JOINT_PREFIX } from "@cardano-dpp/offchain/domain/joint";
import { describe, expect, it } from "vitest";
import type { EventSummary } from "../src/schemas/events.js";
import { type CountedEvent, countEvent } from "./event-amended.js";
import type { JudgedEvent, ShownEvent } from "./event-check.js";
import type { EventFacts } from "./event-facts.js";
import { is } from "./event-verdict.js";

const nameOf = (role: string, serial: string): string => toHex(utf8(`DPP_${role}`)) + serial.repeat(12);
const STATION = nameOf("STATION", "01");
const LAB = nameOf("LAB", "02");
const SUPERVISOR = nameOf("SUPERVISOR", "03");
const JOINT = JOINT_PREFIX + "04".repeat(12);
const OTHER_JOINT = JOINT_PREFIX + "05".repeat(12);
const config = "aa".repeat(28);
const pk = "bb".repeat(32);

const attestation = (holder: string): Attestation => ({
  ...{ role: "LAB", kind: "Device", alg: 1, pk, encPk: "", operator: "gln:1", place: "" },
  ...{ status: "Active", validFrom: 0, validTo: 9e12, maxDelay: 0, keyring: "", keyEpoch: 0 },
  holder,
});
const factsOf = (holders: Readonly<Record<string, string>>): EventFacts => ({
  sources: new Map(),
  parties: new Map(Object.entries(holders).map(([name, holder]) => [name, attestation(holder)])),
  checksP256: true,
});
const FACTS = factsOf({ [STATION]: "h1", [LAB]: "h2", [SUPERVISOR]: "h3" });

const leafOf = (source: string, counter: number, changes: Partial<EventLeaf> = {}): EventLeaf => ({
  ...{ source, counter, device: "0190163d8694439b8f00000000000001", type: "transport", subject: "" },
  ...{ role: "STATION", tier: "DEVICE_SIGNED", payload: "cc".repeat(32), previous: "", captured: 1 },
  ...{ clock: "network", uptime: 1, boot: 1 },
  ...changes,
});
const written = { late: false, lo: 0, hi: 9, root: "dd".repeat(32), cmin: 1, cmax: 1, until: 5 } as const;
const word = (id: string, value: string): Element => ({ id, type: "string", value, unit: null });

function judged(
  leaf: EventLeaf,
  changes: Partial<JudgedEvent> = {},
  shown: Partial<EventSummary> = {},
): JudgedEvent {
  encodeLeaf(leaf);
  const id = eventId(config, leaf.source, leaf.counter);
  return {
    ...{
      id,
      state: "passed",
      checks: [is("ledger", "passed", "")],
      leaf,
      seal: null,
      elements: [],
      source: null,
    },
    entry: { kind: "append", tier: "DEVICE_SIGNED", ...written, pk },
    shown: { id, counts: "DEVICE_SIGNED", amendments: [], ...shown } as unknown as ShownEvent,
    ...changes,
  };
}
const ID = eventId(config, STATION, 0);

interface Amending {
  readonly from?: Tier;
  readonly to: Tier;
  readonly counter?: number;
  readonly thread?: string;
  readonly parties?: readonly string[];
  readonly subject?: string;
}
function amendment({
  from = "DEVICE_SIGNED",
  to,
  counter = 0,
  thread = JOINT,
  parties = [LAB, SUPERVISOR],
  subject = ID,
}: Amending): JudgedEvent {
  const leaf = leafOf(thread, counter, {
    ...{ type: "tier-amendment", subject: uuidToHex(subject), role: "LAB", tier: "MULTI_PARTY_SIGNED" },
  });
  return judged(leaf, {
    elements: [word("event.tier.from", from), word("event.tier.to", to)],
    entry: {
      ...{ kind: "co-append", tier: "MULTI_PARTY_SIGNED", ...written },
      parties: parties.toSorted().map((name) => ({ name, pk })),
    },
  });
}

/** What a server says of an event, with amendments that it says apply or do not. */
function counted(
  counts: Tier,
  amendments: readonly (readonly [JudgedEvent, string | null])[],
  facts: EventFacts | Error = FACTS,
): CountedEvent {
  const told = amendments.map(([{ id }, code]) => ({
    ...{ id, applied: code === null, fault: code === null ? null : { code, words: "" } },
  }));
  const event = judged(leafOf(STATION, 0), {}, { counts, amendments: told as never });
  return countEvent(event, new Map(amendments.map(([one]) => [one.id, one])), facts);
}
const outcome = ({ counts, state, amendments }: CountedEvent) => [
  counts,
  state,
  ...amendments.map(({ fault }) => fault),
];

const up = amendment({ to: "MULTI_PARTY_SIGNED" });
const down = amendment({ to: "GATEWAY_SIGNED" });

describe("an event that was amended", () => {
  it("counts for what two others made of it", () => {
    expect(outcome(counted("MULTI_PARTY_SIGNED", [[up, null]]))).toEqual([
      "MULTI_PARTY_SIGNED",
      "passed",
      null,
    ]);
    expect(outcome(counted("GATEWAY_SIGNED", [[down, null]]))).toEqual(["GATEWAY_SIGNED", "passed", null]);
  });

  it("is not raised by its own source, by name or by the key that holds it today", () => {
    const own = amendment({ to: "MULTI_PARTY_SIGNED", parties: [STATION, LAB] });
    expect(outcome(counted("DEVICE_SIGNED", [[own, "amendment/own-source"]]))).toEqual([
      ...["DEVICE_SIGNED", "passed", "amendment/own-source"],
    ]);
    expect(counted("MULTI_PARTY_SIGNED", [[own, null]]).state).toBe("failed");
    const oneHand = factsOf({ [STATION]: "h1", [LAB]: "h1", [SUPERVISOR]: "h3" });
    expect(counted("MULTI_PARTY_SIGNED", [[up, null]], oneHand).state).toBe("failed");
  });

  it("follows a server that knows more of the past of its signers, and is no stronger then", () => {
    expect(outcome(counted("DEVICE_SIGNED", [[up, "amendment/own-source"]]))).toEqual([
      ...["DEVICE_SIGNED", "passed", "amendment/own-source"],
    ]);
  });

  it.each([
    ["starts elsewhere", amendment({ from: "INDIVIDUAL_SIGNED", to: "GATEWAY_SIGNED" }), "amendment/from"],
    [
      "is about another event",
      amendment({ to: "GATEWAY_SIGNED", subject: eventId(config, LAB, 7) }),
      "amendment/payload",
    ],
    ["is of a single source", amendment({ to: "GATEWAY_SIGNED", thread: LAB }), "amendment/single-party"],
    ["waits", { ...down, entry: null, state: "unknown" as const }, "amendment/not-anchored"],
  ])("is as it was when the amendment %s", (_, one, fault) => {
    expect(outcome(counted("DEVICE_SIGNED", [[one, fault]]))).toEqual(["DEVICE_SIGNED", "passed", fault]);
    expect(counted("GATEWAY_SIGNED", [[one, null]]).state).toBe("failed");
  });

  it("is not believed with an amendment that is forged, left out of a thread's order, or held back", () => {
    const forged: JudgedEvent = { ...down, state: "failed" };
    expect(counted("GATEWAY_SIGNED", [[forged, null]]).state).toBe("failed");
    const back = amendment({ from: "GATEWAY_SIGNED", to: "DEVICE_SIGNED", counter: 1 });
    const swapped = counted("GATEWAY_SIGNED", [
      [back, "amendment/from"],
      [down, null],
    ]);
    expect(swapped.state).toBe("failed");
    expect(
      outcome(
        counted("DEVICE_SIGNED", [
          [down, null],
          [back, null],
        ]),
      ),
    ).toEqual([...["DEVICE_SIGNED", "passed", null, null]]);
    expect(counted("GATEWAY_SIGNED", []).state).toBe("failed");
  });

  it("is pointed out when one company raised it in several roles", () => {
    const signer = { role: null, operator: "gln:1", status: null, form: null } as const;
    const signers = [LAB, SUPERVISOR].map((name) => ({ ...signer, name }));
    const seal = { signers, shared: ["gln:1"], by: "ledger", verifies: true } as const;
    const one = counted("MULTI_PARTY_SIGNED", [[{ ...up, seal }, null]]);
    expect([one.counts, one.state]).toEqual(["MULTI_PARTY_SIGNED", "warning"]);
  });

  it("says that the order across threads is the server's word", () => {
    const other = amendment({ from: "GATEWAY_SIGNED", to: "INDIVIDUAL_SIGNED", thread: OTHER_JOINT });
    const both = counted("INDIVIDUAL_SIGNED", [
      [down, null],
      [other, null],
    ]);
    expect(outcome(both)).toEqual(["INDIVIDUAL_SIGNED", "passed", null, null]);
    expect(both.checks.at(-1)?.says).toContain("their order among several threads");
  });

  it("is told as not checked when the ledger cannot be asked", () => {
    const unasked = counted("GATEWAY_SIGNED", [[down, null]], new Error("no network"));
    expect(unasked.checks.at(-1)).toMatchObject({ id: "amendments", state: "unknown" });
  });
});
