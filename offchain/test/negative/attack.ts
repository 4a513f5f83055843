/**
 * A negative that proves something: a transaction that the ledger accepts, then the same plan with one thing changed, refused by the contract and the
 * rule that were meant to stop it. A refusal for any other reason fails the test.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { isDppError } from "../../src/domain/errors.js";
import { devnetLedger } from "../../src/testing/devnet.js";
import { type Kind, nodeWorld } from "../../src/testing/node-world.js";
import { deployedBlueprint, tracedBlueprint } from "../../src/testing/traced-blueprint.js";
import { type ActorName, emptyWorld, makeWorld, type World } from "../../src/testing/world.js";
import type { TxPlan } from "../../src/tx/plan.js";

export interface Attempt {
  readonly plan: TxPlan;
  readonly payer: ActorName;
}

export interface Attack {
  readonly name: string;
  /** The rule's name in the contract's trace, or the source of the `expect` that halts. */
  readonly rule: string;
  readonly change: (plan: TxPlan, world: World) => TxPlan | Promise<TxPlan>;
  /** When another contract or purpose than the group's must be the one that refuses. */
  readonly by?: Partial<Refuser>;
  /** Another state to start from, in which the control would be refused too: a suspension, a passing of time. */
  readonly before?: (world: World) => Promise<void>;
}

export interface Refuser {
  readonly script: "config" | "roles" | "passport" | "anchor" | "joint" | "p256";
  readonly purpose: "spend" | "mint" | "withdraw";
}

interface Refusal {
  readonly rule: string;
  readonly purpose: string;
  readonly scriptHash: string;
  readonly logs: readonly string[];
}

const worlds = new Map<string, Promise<World>>();

/** The ledger that judges: Scalus' rules in the process, or the node that `npm run test:real` started. */
export const onNode = process.env.DPP_REAL_UTXORPC !== undefined;

async function makeOne(kind: Kind): Promise<World> {
  // A node hands out no traces and takes no script that traces made too long: it judges what is deployed.
  if (onNode) return nodeWorld(await devnetLedger(), deployedBlueprint(), kind);
  const blueprint = tracedBlueprint();
  return kind === "deployed" ? makeWorld(blueprint) : emptyWorld(blueprint);
}

/** One world per test file and kind; every attempt works on a fork of it. */
export function worldOf(kind: Kind): Promise<World> {
  const known = worlds.get(kind);
  if (known !== undefined) return known;
  const made = makeOne(kind);
  worlds.set(kind, made);
  return made;
}

export function attacks(
  title: string,
  refuser: Refuser,
  control: (world: World) => Promise<Attempt>,
  list: readonly Attack[],
  from: Kind = "deployed",
): void {
  describe(title, () => {
    let base: World;
    beforeAll(async () => {
      base = await worldOf(from);
    });

    it("is accepted as it should be", async () => {
      const fork = await base.anew();
      const { plan, payer } = await control(fork);
      await expect(fork.accept(plan, fork.actors[payer])).resolves.toBeDefined();
    });

    it.each(list)("cannot: $name", async ({ rule, change, by, before }) => {
      const fork = before === undefined ? base.fork() : await base.anew();
      if (before !== undefined) await before(fork);
      const { plan, payer } = await control(fork);
      const refusal = await refusalOf(fork.force(await change(plan, fork), fork.actors[payer]));
      // A node says that a script failed; which one, and why, only traces tell, which it does not hand out.
      if (onNode) return;
      const { script, purpose } = { ...refuser, ...by };
      expect([refusal.purpose, refusal.scriptHash]).toEqual([purpose, fork.contracts[script].hash]);
      expect(reasonOf(refusal.logs)).toBe(rule);
    });
  });
}

async function refusalOf(submission: Promise<string>): Promise<Refusal> {
  try {
    await submission;
  } catch (error) {
    if (!isDppError(error, "ledger/refused")) throw error;
    const details = error.details as unknown as Refusal;
    expect(details.rule, error.message).toBe("PlutusScript");
    return details;
  }
  return expect.fail("the ledger accepted the attack");
}

/** What stopped the script: the innermost rule that was false, or the last thing traced before it halted. */
function reasonOf(logs: readonly string[]): string {
  const failed = logs
    .map((line) => /^(.*\S) \? False$/s.exec(line.trim())?.[1])
    .find((name) => name !== undefined);
  return failed ?? (logs.at(-1) ?? "").replaceAll(/\s+/g, " ").trim();
}
