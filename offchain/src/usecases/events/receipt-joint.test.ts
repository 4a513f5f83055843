/** Receipts of what parties signed together: what they say, and what is refused. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { jointDigest, packDigest } from "../../codec/pack.js";
import { decodeParties, encodeParties, type PartySignature } from "../../codec/parties.js";
import { encodeReceipt } from "../../codec/receipt.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { POINT_BYTES } from "../../domain/event-key.js";
import type { PackHeader } from "../../domain/pack.js";
import type { Receipt } from "../../domain/receipt.js";
import { p256Signer } from "../../testing/key-signers.js";
import { changing, failed, failedFrom, failedUnder, verified } from "../../testing/synthetic-forged.js";
import { type SyntheticReceipt, syntheticReceipt } from "../../testing/synthetic-receipt.js";
import { issue, outputOf } from "../../testing/synthetic-receipt-tx.js";
import {
  type SyntheticForm,
  type SyntheticSigner,
  type SyntheticSigners,
  syntheticSigners,
} from "../../testing/synthetic-signers.js";
import { verifyReceipt } from "./receipt-verify.js";

const THREE = ["Ed25519", "P-256", "WebAuthn"] as const;
const NINE: readonly SyntheticForm[] = [...THREE, ...THREE, ...THREE];

describe("a receipt of what parties signed together", () => {
  let made: SyntheticReceipt;
  let parties: readonly PartySignature[];
  beforeAll(async () => {
    made = await syntheticReceipt(3, THREE);
    parties = decodeParties(fromHex(made.receipt.pack.signature));
  });
  const signed = (list: readonly PartySignature[], attestations = made.receipt.attestations) =>
    failed(
      {
        ...made.receipt,
        attestations,
        pack: { ...made.receipt.pack, signature: toHex(encodeParties(list)) },
      },
      made.root,
    );
  /** All of these signed a pack of their own list. */
  const resigned = (signers: SyntheticSigners): readonly PartySignature[] => {
    const { pack } = made.receipt;
    const header: PackHeader = {
      ...pack,
      config: made.root.config,
      source: signers.thread,
      tier: "MULTI_PARTY_SIGNED",
    };
    const names = signers.all.map(({ name }) => name);
    const digest = jointDigest(header, names);
    return signers.all.map(({ name, sign }) => ({ name, signature: toHex(sign(digest)) }));
  };

  it("verifies, and says who, by which keys, and that two act for one operator", () => {
    const { receipt, root, state } = made;
    const { checks, facts } = verifyReceipt(encodeReceipt(receipt), root, { state });
    expect(checks.filter(({ ok }) => ok !== true)).toEqual([]);
    expect(facts?.signers.map(({ role, form }) => [role, form])).toEqual([
      ["AUTHORITY", "Ed25519"],
      ["LAB", "P-256"],
      ["SUPERVISOR", "WebAuthn"],
    ]);
    const says = (name: string) => checks.find((check) => check.name === name)?.says;
    expect(says("signature")).toMatch(/AUTHORITY by Ed25519; LAB by P-256 .*; SUPERVISOR by WebAuthn /);
    expect(says("tier")).toMatch(
      /not independent: LAB and SUPERVISOR act for the same operator, gln:9506000134352$/,
    );
  });

  it("verifies with two parties and with nine, and is within its bounds", async () => {
    for (const signing of [["Ed25519", "Ed25519"], NINE] as const) {
      const { receipt, root } = await syntheticReceipt(2, signing);
      expect(failed(receipt, root)).toEqual([]);
      expect(verified(receipt, root).facts?.signers).toHaveLength(signing.length);
    }
  });

  it("is refused with a party left out", () => {
    const { attestations } = made.receipt;
    const { all, ...rest } = syntheticSigners(THREE);
    for (const out of [0, 1, 2]) {
      const without = <T>(list: readonly T[]): readonly T[] => list.filter((_, at) => at !== out);
      // The leaf says that the last of them wrote it.
      const role = out === 2 ? ["tier"] : [];
      expect(signed(parties, without(attestations))).toEqual([...role, "signature", "append"]);
      expect(signed(without(parties))).toEqual(["signature"]);
      expect(signed(without(parties), without(attestations))).toEqual([...role, "signature", "append"]);
      // Though the others sign anew without it: the ledger wrote that it signed.
      const anew = resigned({ ...rest, all: without(all) });
      expect(signed(anew, without(attestations))).toEqual([...role, "append"]);
      const unsigned = parties.map((party, at) => (at === out ? { ...party, signature: "" } : party));
      expect(signed(unsigned)).toEqual(["signature"]);
    }
    expect(failed({ ...made.receipt, attestations: attestations.slice(0, 1) }, made.root)).toEqual([
      "authority",
    ]);
  });

  it("is refused with a party added", async () => {
    const four = syntheticSigners([...THREE, "Ed25519"]);
    const { receipt } = await syntheticReceipt(3, [...THREE, "Ed25519"]);
    const added = receipt.attestations.filter(
      ({ name }) => !made.receipt.attestations.some((one) => one.name === name),
    );
    expect(added).toHaveLength(1);
    const attestations = [...made.receipt.attestations, ...added].toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    );
    expect(signed(parties, attestations)).toEqual(["attestation", "signature", "append"]);
    const three = syntheticSigners(THREE).all;
    const all = [
      ...three,
      ...four.all.filter(({ name }) => !three.some((one) => one.name === name)),
    ].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const anew = resigned({ ...four, all });
    expect(signed(anew)).toEqual(["signature"]);
    expect(signed(anew, attestations)).toEqual(["attestation", "append"]);
  });

  it("is refused with signatures swapped, or one's in the place of another's", () => {
    for (const [one, other] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const swapped = parties.map((party, at) => ({
        ...party,
        signature: parties[at === one ? other : at === other ? one : at]?.signature ?? "",
      }));
      expect(signed(swapped)).toEqual(["signature"]);
      const doubled = parties.map((party, at) => ({
        ...party,
        signature: parties[at === one ? other : at]?.signature ?? "",
      }));
      expect(signed(doubled)).toEqual(["signature"]);
    }
  });

  it("is refused with one party's attestation under another's name", () => {
    const [authority, lab, supervisor] = made.receipt.attestations as [
      Receipt["attestations"][0],
      Receipt["attestations"][0],
      Receipt["attestations"][0],
    ];
    const swapped = [
      { ...authority, transactions: lab.transactions },
      { ...lab, transactions: authority.transactions },
      supervisor,
    ];
    expect(signed(parties, swapped)).toEqual(["authority"]);
  });

  it("is refused with another attestation of a party than the append refers to", async () => {
    const { all } = syntheticSigners(THREE);
    const [rotation] = made.receipt.rotations as [Receipt["rotations"][0]];
    for (const which of [0, 1, 2]) {
      const signer = all[which] as SyntheticSigner;
      const again = await issue(signer, outputOf(rotation), "Another name");
      const attestations = made.receipt.attestations.map((one, at) =>
        at === which ? { ...one, transactions: [again] } : one,
      );
      expect(signed(parties, attestations)).toEqual(["attestation"]);
    }
  });

  it("is refused with signatures over another list, another pack, or of one source", () => {
    const { all } = syntheticSigners(THREE);
    const { pack } = made.receipt;
    const header = { ...pack, config: made.root.config, source: syntheticSigners(THREE).thread };
    const joint: PackHeader = { ...header, tier: "MULTI_PARTY_SIGNED" };
    const over = (digest: Uint8Array) =>
      signed(all.map(({ name, sign }) => ({ name, signature: toHex(sign(digest)) })));
    const names = all.map(({ name }) => name);
    expect(over(jointDigest(joint, names))).toEqual([]);
    expect(over(jointDigest(joint, names.slice(1)))).toEqual(["signature"]);
    expect(over(jointDigest({ ...joint, hi: joint.hi + 1 }, names))).toEqual(["signature"]);
    expect(over(jointDigest({ ...joint, config: "11".repeat(28) }, names))).toEqual(["signature"]);
    expect(over(packDigest(joint))).toEqual(["signature"]);
    const alone = toHex(all[0]?.sign(jointDigest(joint, names)) ?? new Uint8Array());
    expect(failed({ ...made.receipt, pack: { ...pack, signature: alone } }, made.root)).toEqual([
      "signature",
    ]);
  });

  it("is refused with any other signatures or attestations in any places", () => {
    const { attestations, pack } = made.receipt;
    const place = fc.integer({ min: 0, max: 2 });
    fc.assert(
      fc.property(fc.tuple(place, place, place), fc.tuple(place, place, place), (signing, attested) => {
        const list = parties.map((party, at) => ({
          ...party,
          signature: parties[signing[at] ?? 0]?.signature ?? "",
        }));
        const lives = attestations.map((one, at) => ({
          ...one,
          transactions: attestations[attested[at] ?? 0]?.transactions ?? [],
        }));
        const inPlace = (places: readonly number[]): boolean => places.every((which, at) => which === at);
        const expected = !inPlace(attested) ? ["authority"] : inPlace(signing) ? [] : ["signature"];
        expect(signed(list, lives)).toEqual(expected);
      }),
      {
        numRuns: 60,
        examples: [
          [
            [0, 1, 2],
            [0, 1, 2],
          ],
        ],
      },
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 200 }), (bytes) => {
        const signature = toHex(bytes);
        expect(failed({ ...made.receipt, pack: { ...pack, signature } }, made.root)).toEqual(["signature"]);
        const list = parties.map((party, at) => (at === bytes.length % 3 ? { ...party, signature } : party));
        expect(signed(list)).toEqual(["signature"]);
      }),
      { numRuns: 40 },
    );
  });

  it("is refused when parties are one: by role, holder or key", async () => {
    const [first] = syntheticSigners(THREE).all as [SyntheticSigner];
    const { holder, alg, pk } = first.attestation;
    const changed = (change: (signer: SyntheticSigner) => Partial<SyntheticSigner>) =>
      failedFrom(THREE, {
        signers: changing(THREE, (signer, at) => (at === 1 ? change(signer) : {})),
      });
    expect(await changed(({ attestation }) => ({ attestation: { ...attestation, holder } }))).toEqual([
      "tier",
    ]);
    expect(
      await changed(({ attestation }) => ({ attestation: { ...attestation, alg, pk }, sign: first.sign })),
    ).toEqual(["tier"]);
    const twice = changing(THREE, (signer, at) =>
      at === 1
        ? {
            name: `${first.name.slice(0, -2)}ff`,
            attestation: { ...signer.attestation, role: first.attestation.role },
          }
        : {},
    );
    expect(await failedFrom(THREE, { signers: twice })).toEqual(["tier"]);
  });

  it("is refused with a tier that no parties give, or the role of nobody who signed", async () => {
    expect(await failedFrom(THREE, { leaf: { tier: "DEVICE_SIGNED" } })).toEqual(["tier"]);
    expect(await failedFrom(THREE, { leaf: { role: "STATION" } })).toEqual(["tier"]);
    expect(await failedFrom(THREE, { leaf: { role: "LAB" } })).toEqual([]);
  });

  it("is refused when one party was not in force", async () => {
    for (const which of [0, 1, 2]) {
      const changed = (change: Partial<SyntheticSigner["attestation"]>) =>
        failedFrom(THREE, {
          signers: changing(THREE, ({ attestation }, at) =>
            at === which ? { attestation: { ...attestation, ...change } } : {},
          ),
        });
      expect(await changed({ validTo: 1 })).toEqual(["attestation"]);
      // It bears no mark, and the least delay counts, whosever it is.
      expect(await changed({ maxDelay: 3_600_000 })).toEqual(["append"]);
    }
  });

  it("is refused where nobody signs jointly, or at the script of another kind of thread", () => {
    expect(failedUnder(made, {})).toEqual([]);
    expect(failedUnder(made, { joint: null })).toEqual(["append"]);
    expect(failedUnder(made, { joint: made.root.anchor })).toEqual(["append"]);
    expect(failedUnder(made, { p256: null })).toEqual(["key"]);
  });

  it("is refused when one key's table is not its own", async () => {
    const other = p256Signer("another").key.pk.slice(2 * POINT_BYTES);
    const mixed = changing(THREE, ({ attestation }, at) =>
      at === 1
        ? { attestation: { ...attestation, pk: attestation.pk.slice(0, 2 * POINT_BYTES) + other } }
        : {},
    );
    expect(await failedFrom(THREE, { signers: mixed })).toEqual(["key", "signature"]);
  });
});
