import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { blueprint } from "../src/adapters/blueprint.gen.js";
import { contentMemory } from "../src/adapters/content-memory.js";
import { makeContracts } from "../src/adapters/contracts.js";
import { memoryLedger } from "../src/adapters/embedded-ledger/ledger.js";
import { type HomePaths, homePaths } from "../src/adapters/home.js";
import { lucidBuilder } from "../src/adapters/lucid/builder.js";
import { pendingInMemory } from "../src/adapters/pending/memory.js";
import { DppError, isDppError } from "../src/domain/errors.js";
import type { Ledger } from "../src/ports/ledger.js";
import { actor, testClock } from "../src/testing/actors.js";
import { seededRandom } from "../src/testing/seeded-random.js";
import { lacking, OPTIONAL_SCRIPTS } from "../src/tx/contracts.js";
import { planPay } from "../src/tx/pay.js";
import { loadDeployment } from "../src/usecases/deployment.js";
import { submitPlan } from "../src/usecases/submit.js";
import { trackSubmissions } from "../src/usecases/track.js";
import { type FoundOn, found, type Ground } from "./founding.js";
import { exitStatusOf } from "./output.js";

const FOUNDER = actor("founder");
const MEMBERS = [FOUNDER, actor("second member"), actor("third member")] as const;
const CONFIG = {
  members: MEMBERS.map(({ keyHash }) => keyHash),
  threshold: 2,
  freezeKeys: [actor("freezer").keyHash],
};
const ADA = 1_000_000n;

let paths: HomePaths;
beforeEach(async () => {
  paths = homePaths(await mkdtemp(join(tmpdir(), "dpp-founding-")));
});
afterEach(() => rm(paths.directory, { recursive: true }));

/** A network that gives nobody coins at its start: the same rules, another name. */
function devnet(...lovelace: bigint[]): Ground & { readonly ledger: Ledger & { sent: number } } {
  const clock = testClock();
  const stranger = { address: actor("stranger").address, lovelace: 10_000n * ADA };
  const funds = [stranger, ...lovelace.map((each) => ({ address: FOUNDER.address, lovelace: each }))];
  const ledger = Object.create(memoryLedger({ funds }, clock), {
    network: { value: "devnet" },
    sent: { value: 0, writable: true },
    submit: {
      value: async function (this: { sent: number }, cbor: string) {
        this.sent++;
        return Object.getPrototypeOf(ledger).submit.call(ledger, cbor);
      },
      writable: true,
    },
  });
  return {
    ledger,
    clock,
    random: seededRandom("founding"),
    content: contentMemory(),
    builder: lucidBuilder(ledger),
  };
}

const foundOn = (ground: Ground): Promise<FoundOn> => found(ground, paths, MEMBERS, CONFIG, () => undefined);

const refusal = async (ground: Ground): Promise<DppError> => {
  const error = await foundOn(ground).catch((thrown: unknown) => thrown);
  if (isDppError(error)) return error;
  throw new Error("nothing was refused", { cause: error });
};

const neededOn = async (ground: Ground): Promise<bigint> =>
  BigInt(String((await refusal(ground)).details.needed).replace(".", ""));

const stateOn = async (ground: Ground, { contracts }: FoundOn) =>
  (await loadDeployment({ ...ground, contracts })).state;

describe("on a network that has no coins for the founder", () => {
  it("is refused with the address to fund and the amount, exit status 1", async () => {
    const error = await refusal(devnet());
    expect(error.code).toBe("ledger/no-funds");
    expect(error.message).toContain(FOUNDER.address);
    expect(error.message).toMatch(/holds 0\.000000 ADA on devnet: send \d+\.\d{6} ADA/);
    expect(exitStatusOf(error)).toBe(1);
  });

  it("takes as much as it asks for and no lovelace less, in one output or in many", async () => {
    const needed = await neededOn(devnet());
    expect((await refusal(devnet(needed - 1n))).code).toBe("ledger/no-funds");
    for (const coins of [[needed], [needed / 2n, needed - needed / 2n], [2n * ADA, needed - 2n * ADA]]) {
      await rm(paths.founding, { force: true });
      const ground = devnet(...coins);
      expect(await stateOn(ground, await foundOn(ground))).toMatchObject(CONFIG);
    }
  });

  it("goes on where it stopped when coins came", async () => {
    const ground = devnet();
    const needed = await neededOn(ground);
    const stranger = actor("stranger");
    const { contracts } = await foundOn(devnet(needed));
    await rm(paths.founding);
    await submitPlan({ ...ground, contracts }, [stranger], async () => planPay(FOUNDER.address, needed));
    expect(await stateOn(ground, await foundOn(ground))).toMatchObject(CONFIG);
  });
});

describe("a founding without optional scripts", () => {
  it.each([
    [["p256"] as const, 6],
    [["joint"] as const, 6],
    [["joint", "p256"] as const, 5],
  ])("without %j takes what it asks for, which is less, and lacks them for good", async (without, sent) => {
    const foundWithout = (ground: Ground) => found(ground, paths, MEMBERS, CONFIG, () => undefined, without);
    const all = await neededOn(devnet());
    const poor = await foundWithout(devnet()).catch((error: DppError) => error.details.needed);
    const needed = BigInt(String(poor).replace(".", ""));
    expect(needed < all).toBe(true);
    const ground = devnet(needed);
    const done = await foundWithout(ground);
    expect(ground.ledger.sent).toBe(sent);
    const state = await stateOn(ground, done);
    expect(lacking(state)).toEqual(OPTIONAL_SCRIPTS.filter((name) => without.some((it) => it === name)));
    // Whoever runs it again finds it done, and adds nothing.
    expect((await foundWithout(ground)).submitted).toEqual([]);
  });
});

describe("a founding that is interrupted", () => {
  // One output: split, five scripts, the config token.
  it.each([1, 2, 3, 4, 5, 6, 7])(
    "after transaction %i goes on with the same contracts and sends nothing twice",
    async (last) => {
      const ground = devnet(1000n * ADA);
      const submit = ground.ledger.submit;
      ground.ledger.submit = async (cbor) => {
        const hash = await submit.call(ground.ledger, cbor);
        if (ground.ledger.sent === last) throw new DppError("ledger/timeout", "the line broke");
        return hash;
      };
      expect((await refusal(ground)).code).toBe("ledger/timeout");
      const begun = await readFile(paths.founding, "utf8").catch(() => null);
      const done = await foundOn(ground);
      expect(ground.ledger.sent).toBe(7);
      if (begun !== null) expect(JSON.parse(begun).seed).toEqual(done.contracts.seed);
      expect(await stateOn(ground, done)).toMatchObject(CONFIG);
      // Again, e.g. because deployment.json could not be written.
      expect((await foundOn(ground)).submitted).toEqual([]);
    },
  );

  it("waits for what it sent before, over a ledger that keeps track", async () => {
    const ground = devnet(1000n * ADA);
    const pending = pendingInMemory();
    const ledger = trackSubmissions(ground.ledger, { pending, clock: ground.clock, confirmations: 1 });
    const tracked = { ...ground, ledger, builder: lucidBuilder(ledger) };
    const submit = ground.ledger.submit;
    let held: string | undefined;
    // The ledger says that it took the second one, and lets it lie.
    ground.ledger.submit = async (cbor) => {
      if (ground.ledger.sent !== 1 || held !== undefined) return submit.call(ground.ledger, cbor);
      held = cbor;
      return pending.read(cbor).hash;
    };
    const wait = ledger.awaitTx.bind(ledger);
    ledger.awaitTx = async (hash) => {
      if (held !== undefined) throw new DppError("ledger/timeout", "in no block yet");
      return wait(hash);
    };
    expect((await refusal(tracked)).code).toBe("ledger/timeout");
    ledger.awaitTx = wait;
    expect(await stateOn(tracked, await foundOn(tracked))).toMatchObject(CONFIG);
    expect(ground.ledger.sent).toBe(7);
  });

  it("cannot go on when its seed was spent, and says which file to remove", async () => {
    const ground = devnet(1000n * ADA);
    const submit = ground.ledger.submit;
    ground.ledger.submit = async (cbor) => {
      if (ground.ledger.sent === 2) throw new DppError("ledger/unavailable", "out of reach");
      return submit.call(ground.ledger, cbor);
    };
    expect((await refusal(ground)).code).toBe("ledger/unavailable");
    ground.ledger.submit = submit;
    const seed = JSON.parse(await readFile(paths.founding, "utf8")).seed;
    const [utxo] = await ground.ledger.utxosByOutRef([seed]);
    if (utxo === undefined) throw new Error("the seed is there");
    const plan = { ...planPay(actor("stranger").address, 2n * ADA), inputs: [{ utxo }] };
    const contracts = makeContracts(blueprint, "devnet", seed);
    await submitPlan({ ...ground, contracts }, [FOUNDER], async () => plan);
    const error = await refusal(ground);
    expect(error.code).toBe("ledger/seed-spent");
    expect(error.message).toContain(paths.founding);
  });

  it("does not go on on another network, or from a damaged file", async () => {
    const seed = { txHash: "00".repeat(32), outputIndex: 0 };
    await writeFile(paths.founding, JSON.stringify({ format: 1, network: "preview", seed }));
    expect((await refusal(devnet(1000n * ADA))).code).toBe("home/other-network");
    for (const text of [
      "",
      "{}",
      "null",
      '{"format":1,"network":"devnet","seed":{"txHash":"x","outputIndex":0}}',
    ]) {
      await writeFile(paths.founding, text);
      expect((await refusal(devnet(1000n * ADA))).code).toBe("home/founding");
    }
  });
});
