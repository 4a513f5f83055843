/**
 * Signatures on which implementations of Ed25519 differ, by the judges that we run: what `docs/judges.md` "Lenient signatures" states. The contract asks
 * the ledger's builtin and adds nothing to it; what we run off the chain refuses all of them.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { openPgliteStore } from "../../src/adapters/event-store/embedded.js";
import { packDigest } from "../../src/codec/pack.js";
import { verifyEd25519 } from "../../src/crypto/ed25519.js";
import { fromHex, toHex } from "../../src/domain/bytes.js";
import { isDppError } from "../../src/domain/errors.js";
import type { SealedPack } from "../../src/domain/pack.js";
import { eventContext, sourceView } from "../../src/testing/event-context.js";
import { packOf } from "../../src/testing/event-world.js";
import type { World } from "../../src/testing/world.js";
import { relay } from "../../src/usecases/events/relay.js";
import { unitsByUplc } from "../script-machines.js";
import { packAttempt, rotated } from "./anchor-attempts.js";
import { onNode, worldOf } from "./attack.js";
import { lenientSignatures } from "./event-signatures.js";

type Lenient = (typeof lenientSignatures)[number];

/** Whether each judge takes it for the source's signature, and the code under which our own verifier's users refuse it. */
const JUDGED: Readonly<
  Record<
    Lenient["name"],
    { readonly scalus: boolean; readonly uplc: boolean; readonly dingo: boolean; readonly code: string }
  >
> = {
  "R is the identity": { scalus: true, uplc: true, dingo: true, code: "event/weak-key" },
  "R has order 8": { scalus: true, uplc: false, dingo: false, code: "event/weak-key" },
  "R has a part of order 8": { scalus: true, uplc: false, dingo: false, code: "pack/signature" },
  "the key is the identity": { scalus: true, uplc: true, dingo: true, code: "event/weak-key" },
};

const REFUSED = ["tx/script-refused", "ledger/refused"];

/** A refusal for another reason than a script's fails the test. */
async function isTaken(submission: Promise<unknown>): Promise<boolean> {
  try {
    await submission;
    return true;
  } catch (error) {
    if (!isDppError(error) || !REFUSED.includes(error.code)) throw error;
    expect(error.details.rule ?? "PlutusScript").toBe("PlutusScript");
    return false;
  }
}

async function start(base: World, { key }: Lenient): Promise<World> {
  const world = await base.anew();
  if (key !== undefined) await rotated("supervisor", 1, toHex(key))(world);
  return world;
}

const attempt = (world: World, { alter }: Pick<Lenient, "alter">) =>
  packAttempt(world, "supervisor", () => ({ alter }));

/** The next pack, under such a signature. */
async function packWith(world: World, { alter }: Lenient): Promise<SealedPack> {
  const pack = await packOf(world, "supervisor");
  const signature = await alter(fromHex(pack.signature), packDigest(pack));
  return { ...pack, signature: toHex(signature) };
}

describe.each(lenientSignatures)("a signature where $name", (lenient) => {
  let base: World;
  beforeAll(async () => {
    base = await worldOf("deployed");
  });

  it(`${onNode ? "is judged by the node" : "is judged by Scalus"} as it is documented`, async () => {
    const world = await start(base, lenient);
    const { plan, payer } = await attempt(world, lenient);
    const taken = await isTaken(world.force(plan, world.actors[payer]));
    expect(taken).toBe(JUDGED[lenient.name][onNode ? "dingo" : "scalus"]);
  });

  // A transaction that a node would refuse is not built against it.
  it.skipIf(onNode)("is judged by uplc as it is documented", async () => {
    const world = await start(base, lenient);
    const { plan, payer } = await attempt(world, lenient);
    const { cbor } = await world.prepare(plan, world.actors[payer]);
    const judged = unitsByUplc(world, cbor);
    if (JUDGED[lenient.name].uplc) await expect(judged).resolves.not.toEqual([]);
    else await expect(judged).rejects.toContain("is_signed ? False");
  });

  it("is refused by our verifier, and by the relayer before anybody pays", async () => {
    const world = await start(base, lenient);
    const { pk } = await sourceView(world, "supervisor");
    const pack = await packWith(world, lenient);
    expect(verifyEd25519(fromHex(pk), packDigest(pack), fromHex(pack.signature))).toBe(false);
    const store = await openPgliteStore("memory");
    try {
      await store.addPack({ ...pack, sealedAt: world.clock.now(), state: { kind: "waiting" } });
      const report = await relay(eventContext(world, store), world.actors.stranger, { worker: "one" });
      expect(report.transactions).toEqual([]);
      expect(await store.pack(pack.source, pack.lo)).toMatchObject({
        state: { kind: "refused", code: JUDGED[lenient.name].code },
      });
    } finally {
      await store.close();
    }
  });
});
