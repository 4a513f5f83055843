import { describe, expect, it } from "vitest";
import { type AmendedEvent, type Amendment, type Identity, judgeAmendments } from "./amendment.js";
import type { Tier } from "./event.js";
import { JOINT_PREFIX } from "./joint.js";

const JOINT = JOINT_PREFIX + "01".repeat(12);
const identity = (name: string, ...holders: readonly string[]): Identity => ({ name, holders });
const station = identity("station", "h1");
const lab = identity("lab", "h2");
const supervisor = identity("supervisor", "h3");

const harvest: AmendedEvent = { type: "harvest", tier: "DEVICE_SIGNED", signers: [station] };

const amend = (from: Tier, to: Tier, changes: Partial<Amendment> = {}): Amendment => ({
  thread: JOINT,
  anchored: true,
  parties: [lab, supervisor],
  change: { from, to },
  ...changes,
});
const up = (changes: Partial<Amendment> = {}): Amendment =>
  amend("DEVICE_SIGNED", "MULTI_PARTY_SIGNED", changes);
const down = (changes: Partial<Amendment> = {}): Amendment =>
  amend("DEVICE_SIGNED", "GATEWAY_SIGNED", changes);

const outcome = (event: AmendedEvent, ...amendments: readonly Amendment[]) => {
  const { counts, amendments: judged } = judgeAmendments(event, amendments);
  return [counts, ...judged.map(({ fault }) => fault)];
};

describe("what an event counts for", () => {
  it("is the ledger's tier while nobody amended it", () => {
    expect(outcome(harvest)).toEqual(["DEVICE_SIGNED"]);
  });

  it("is raised by two others, and lowered by anybody who signs together", () => {
    expect(outcome(harvest, up())).toEqual(["MULTI_PARTY_SIGNED", null]);
    expect(outcome(harvest, down())).toEqual(["GATEWAY_SIGNED", null]);
    expect(outcome(harvest, down({ parties: [station, lab] }))).toEqual(["GATEWAY_SIGNED", null]);
  });

  it("cannot be raised by its own source with one other, by name or by the key that held it", () => {
    const again = identity("station-anew", "h9", "h1");
    for (const own of [station, again]) {
      expect(outcome(harvest, up({ parties: [own, lab] }))).toEqual([
        "DEVICE_SIGNED",
        "amendment/own-source",
      ]);
      expect(outcome(harvest, up({ parties: [own, lab, supervisor] }))).toEqual(["MULTI_PARTY_SIGNED", null]);
    }
  });

  it("follows amendments in the order of the ledger, each from what the one before made", () => {
    const back = amend("GATEWAY_SIGNED", "DEVICE_SIGNED");
    expect(outcome(harvest, down(), back, up())).toEqual(["MULTI_PARTY_SIGNED", null, null, null]);
    expect(outcome(harvest, back, down())).toEqual(["GATEWAY_SIGNED", "amendment/from", null]);
  });

  it("is not touched by what does not start at it", () => {
    expect(outcome(harvest, amend("INDIVIDUAL_SIGNED", "GATEWAY_SIGNED"))).toEqual([
      "DEVICE_SIGNED",
      "amendment/from",
    ]);
  });

  it("is not raised back through a lowering that its source signed alone with another", () => {
    const laundering = amend("GATEWAY_SIGNED", "MULTI_PARTY_SIGNED", { parties: [station, lab] });
    expect(outcome(harvest, down({ parties: [station, lab] }), laundering)).toEqual([
      "GATEWAY_SIGNED",
      null,
      "amendment/own-source",
    ]);
  });
});

describe("an amendment that does not apply", () => {
  it.each([
    ["of a single source", up({ thread: "station" }), "amendment/single-party"],
    ["that the ledger does not hold", up({ anchored: false, parties: [] }), "amendment/not-anchored"],
    ["whose payload is unknown", up({ change: null }), "amendment/payload"],
  ] as const)("%s leaves the tier, and is named", (_, amendment, fault) => {
    expect(outcome(harvest, amendment, down())).toEqual(["GATEWAY_SIGNED", fault, null]);
  });

  it("amends no amendment, and no event that the ledger does not hold", () => {
    expect(outcome({ ...harvest, type: "tier-amendment" }, up())).toEqual([
      "DEVICE_SIGNED",
      "amendment/subject",
    ]);
    expect(outcome({ ...harvest, tier: null }, up())).toEqual([null, "amendment/subject"]);
  });
});
