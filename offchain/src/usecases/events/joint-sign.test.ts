import { describe, expect, it } from "vitest";
import { decodeLeaf, encodeLeaf, eventHash } from "../../codec/event.js";
import { decodePack, encodePack } from "../../codec/pack.js";
import { decodeParties, encodeParties } from "../../codec/parties.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import type { EventLeaf } from "../../domain/event.js";
import type { Pack } from "../../domain/pack.js";
import { packRoot } from "../../merkle/pack.js";
import { anchoredEvents } from "../../testing/event-packs.js";
import { eachInEventSetting } from "../../testing/event-setting.js";
import { eventSigner } from "../../testing/event-world.js";
import {
  accreditParties,
  draftOf,
  elementSigner,
  gradeInput,
  type JointGroup,
  jointFile,
  jointGroup,
  type Party,
  signedBy,
} from "../../testing/joint-world.js";
import type { EmbeddedWorld } from "../../testing/world.js";
import type { EventContext } from "./context.js";
import { readJointDraft } from "./joint-draft.js";
import { addJointSignature, signJointPack } from "./joint-sign.js";
import { relay } from "./relay.js";
import { takeIn } from "./take-in.js";

let world: EmbeddedWorld;
let context: EventContext;
eachInEventSetting((setting) => {
  ({ world, context } = setting);
});

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "taken",
    (error: { code: string }) => error.code,
  );
const sign = (file: Uint8Array, { name, signer }: Party) => signJointPack(context, file, name, signer);

/** With another leaf in place of the first, and a root over it: what a party who makes the file can put in. */
function withLeaf(file: Uint8Array, change: Partial<EventLeaf>): Uint8Array {
  const pack = decodePack(file);
  const [first, ...rest] = pack.events.map(({ signed, payload }) => ({ signed, payload }));
  const leaf = encodeLeaf({ ...decodeLeaf(first?.signed ?? new Uint8Array()), ...change });
  const events = [{ signed: leaf, payload: first?.payload ?? null }, ...rest];
  const hashes = events.map(({ signed }) => eventHash(signed));
  const times = events.map(({ signed }) => decodeLeaf(signed).captured);
  const header = { root: toHex(packRoot(hashes)), cmin: Math.min(...times), cmax: Math.max(...times) };
  return encodePack({ ...pack, ...header, events });
}
const altered = (file: Uint8Array, change: (pack: Pack) => Partial<Pack>): Uint8Array => {
  const pack = decodePack(file);
  return encodePack({ ...pack, ...change(pack) });
};

describe("who signs a joint pack", () => {
  it("changes one signature and nothing else, in any order, and once", async () => {
    const { thread, lab, supervisor, maker } = await jointGroup(world, context);
    const draft = await draftOf(context, thread, [lab, supervisor, maker]);
    const one = await sign(await signedBy(context, draft, [maker]), lab);
    expect(one.added).toBe(true);
    expect(one.draft.parties.map(({ role, signed }) => [role, signed])).toEqual([
      ["LAB", true],
      ["MANUFACTURER", true],
      ["SUPERVISOR", false],
    ]);
    const again = await sign(one.file, lab);
    expect([again.added, toHex(again.file)]).toEqual([false, toHex(one.file)]);
    const { signature: _, ...signed } = decodePack(one.file);
    const { signature: __, ...unsigned } = decodePack(draft);
    expect(signed).toEqual(unsigned);
    // Deterministic keys: another order makes the same file.
    expect(toHex(await signedBy(context, draft, [supervisor, lab, maker]))).toBe(
      toHex(await signedBy(context, draft, [maker, supervisor, lab])),
    );
  });

  it("sees what it signs: the events, whoever wrote them, and who else signs", async () => {
    const { thread, lab, supervisor } = await jointGroup(world, context);
    const draft = await draftOf(context, thread, [lab, supervisor], [gradeInput("A"), gradeInput("B")]);
    const { events, parties, notes, next } = await readJointDraft(context, draft);
    expect(
      events.map(({ leaf, payload }) => [leaf.role, leaf.counter, payload?.elements[0]?.element.value]),
    ).toEqual([
      ["LAB", 0, "A"],
      ["LAB", 1, "B"],
    ]);
    expect([parties.map(({ role }) => role), notes, next]).toEqual([["LAB", "SUPERVISOR"], [], 0]);
  });

  it("adds a signature that was made elsewhere, when it is one of that party over this", async () => {
    const { thread, lab, supervisor } = await jointGroup(world, context);
    const draft = await draftOf(context, thread, [lab, supervisor]);
    const { digest } = await readJointDraft(context, draft);
    const made = async ({ signer }: Party) => toHex(await signer.sign(fromHex(digest)));
    const added = await addJointSignature(context, draft, lab.name, await made(lab));
    expect([added.added, (await sign(added.file, lab)).added]).toEqual([true, false]);
    expect(await codeOf(addJointSignature(context, draft, lab.name, await made(supervisor)))).toBe(
      "pack/signature",
    );
    const other = toHex(await lab.signer.sign(new Uint8Array(32)));
    expect(await codeOf(addJointSignature(context, draft, lab.name, other))).toBe("pack/signature");
  });

  it("is one of its parties, with the key of its attestation", async () => {
    const { thread, lab, supervisor, maker } = await jointGroup(world, context);
    const draft = await draftOf(context, thread, [lab, supervisor]);
    expect(await codeOf(sign(draft, maker))).toBe("joint/not-a-party");
    expect(await codeOf(sign(draft, { ...lab, signer: eventSigner("somebody") }))).toBe("pack/signer");
    expect(await codeOf(sign(draft, { ...lab, name: "ab".repeat(20) }))).toBe("joint/not-a-party");
  });

  it("refuses a file whose numbers the ledger has", async () => {
    const { thread, lab, supervisor, maker } = await jointGroup(world, context);
    const stale = await draftOf(context, thread, [lab, maker]);
    await takeIn(context, await jointFile(context, thread, [lab, supervisor]));
    await relay(context, world.actors.stranger, { worker: "one" });
    expect((await anchoredEvents(context, context.store, thread)).ids).toHaveLength(1);
    expect(await codeOf(sign(stale, maker))).toBe("pack/overlap");
    expect((await readJointDraft(context, stale)).notes[0]).toContain("up to 0 already");
  });

  it("refuses what it cannot see", async () => {
    const { thread, lab, supervisor } = await jointGroup(world, context);
    const draft = await draftOf(context, thread, [lab, supervisor]);
    const bare = altered(draft, ({ events }) => ({
      events: events.map(({ signed }) => ({ signed, payload: null })),
    }));
    expect(await codeOf(sign(bare, supervisor))).toBe("joint/unseen");
    const other = await draftOf(context, thread, [lab, supervisor], [gradeInput("C")]);
    const swapped = altered(draft, ({ events }) => ({
      events: events.map(({ signed }, at) => ({
        signed,
        payload: decodePack(other).events[at]?.payload ?? null,
      })),
    }));
    expect(await codeOf(sign(swapped, supervisor))).toBe("joint/unseen");
  });

  it("are no more with P-256 keys than a transaction bears, each with a key, and different", async () => {
    const { thread, lab, supervisor, maker } = await jointGroup(world, context);
    const roles = ["MANUFACTURER", "RECYCLER", "REPAIRER", "AUTHORITY", "LAB", "INTERMEDIARY"] as const;
    const holders = ["maker", "recycler", "repairer", "authority", "owner", "stranger"] as const;
    const many = await accreditParties(
      world,
      roles.map((role, at) => ({ role, holder: holders[at] ?? "owner", signer: elementSigner(role) })),
    );
    const made = (parties: readonly Party[]) => codeOf(draftOf(context, thread, parties));
    expect(await made(many)).toBe("joint/too-heavy");
    expect(await made(many.slice(1))).toBe("taken");
    expect(await made([lab, many[4] as Party])).toBe("pack/party-role");
    expect(await made([lab, many[2] as Party])).toBe("pack/party-holder");
    expect(await made([lab])).toBe("pack/parties");
    const keyless = { ...maker, name: world.roles.get("authority") ?? "" };
    expect(await made([supervisor, keyless])).toBe("key/form");
    expect(await made([supervisor, { ...maker, name: "ff".repeat(20) }])).toBe("role/unknown");
    expect(await codeOf(draftOf(context, supervisor.name, [supervisor, lab]))).toBe("joint/not-a-thread");
    expect(await codeOf(draftOf(context, thread, [supervisor, lab], []))).toBe("joint/no-events");
  });

  const LEAVES: readonly (readonly [string, (group: JointGroup) => Partial<EventLeaf>, string])[] = [
    ["of another thread", ({ lab }) => ({ source: lab.name }), "pack/foreign-leaf"],
    ["of a role that does not sign", () => ({ role: "MANUFACTURER" }), "pack/role"],
    ["of a lower tier", () => ({ tier: "DEVICE_SIGNED" }), "pack/tier"],
    ["with a number that is not its own", () => ({ counter: 1 }), "pack/gap"],
    ["from the future", () => ({ captured: 4_000_000_000_000 }), "pack/clock-ahead"],
    ["that follows one that is not there", () => ({ previous: "ab".repeat(32) }), "pack/chain"],
  ];
  it.each(LEAVES)("refuses an event %s", async (_, change, code) => {
    const group = await jointGroup(world, context);
    const draft = await draftOf(context, group.thread, [group.lab, group.supervisor]);
    expect(await codeOf(sign(withLeaf(draft, change(group)), group.supervisor))).toBe(code);
  });

  const FILES: readonly (readonly [string, (pack: Pack, group: JointGroup) => Partial<Pack>, string])[] = [
    ["of another deployment", () => ({ config: "ab".repeat(28) }), "pack/deployment"],
    ["with another root", () => ({ root: "ab".repeat(32) }), "pack/root"],
    ["with other times", ({ cmin }) => ({ cmin: cmin - 1 }), "pack/times"],
    ["that claims another tier", () => ({ tier: "DEVICE_SIGNED" }), "pack/malformed"],
    ["with fewer events than it says", ({ hi }) => ({ hi: hi + 1 }), "pack/gap"],
    [
      "with a party that nobody accredited",
      ({ signature }) => ({ signature: withParty(signature, "ff".repeat(20)) }),
      "role/unknown",
    ],
    [
      "with a list of parties that is none",
      ({ signature }) => ({ signature: `${signature.slice(0, -2)}ff` }),
      "pack/parties",
    ],
  ];
  it.each(FILES)("refuses a file %s", async (_, change, code) => {
    const group = await jointGroup(world, context);
    const draft = await draftOf(context, group.thread, [group.lab, group.supervisor]);
    expect(
      await codeOf(
        sign(
          altered(draft, (pack) => change(pack, group)),
          group.supervisor,
        ),
      ),
    ).toBe(code);
  });

  it("refuses a file in which another's signature is over something else", async () => {
    const { thread, lab, supervisor, maker } = await jointGroup(world, context);
    const signed = await signedBy(context, await draftOf(context, thread, [lab, supervisor]), [lab]);
    // Whoever comes later cannot be added behind the back of who signed.
    const added = altered(signed, ({ signature }) => ({ signature: withParty(signature, maker.name) }));
    expect(await codeOf(sign(added, supervisor))).toBe("pack/signature");
    const grade = await draftOf(context, thread, [lab, supervisor], [gradeInput("C")]);
    const { signature } = decodePack(signed);
    expect(
      await codeOf(
        sign(
          altered(grade, () => ({ signature })),
          supervisor,
        ),
      ),
    ).toBe("pack/signature");
  });
});

const withParty = (signature: string, name: string): string =>
  toHex(
    encodeParties(
      [...decodeParties(fromHex(signature)), { name, signature: "" }].toSorted((a, b) =>
        a.name < b.name ? -1 : 1,
      ),
    ),
  );
