/** Packs that signers signed who know nothing of this software, and the same with one thing changed. Rules: docs/spec/signature-forms.md. */
import { afterAll, beforeAll, describe } from "vitest";
import { packDigest } from "../../src/codec/pack.js";
import { keyFromPoint } from "../../src/crypto/event-key-form.js";
import type { PackHeader } from "../../src/domain/pack.js";
import { emptyRange } from "../../src/merkle/range.js";
import type { Utxo } from "../../src/ports/ledger.js";
import { MAX_DELAY } from "../../src/testing/event-world.js";
import type { ActorName, World } from "../../src/testing/world.js";
import { wholeSlots } from "../../src/tx/anchor.js";
import { planAppend } from "../../src/tx/append.js";
import { sameOutRef, type TxPlan } from "../../src/tx/plan.js";
import { planIssueRoles } from "../../src/tx/roles.js";
import { threadUnit } from "../../src/tx/threads.js";
import { readTables } from "../../src/usecases/events/tables.js";
import { type Attack, type Attempt, attacks, worldOf } from "./attack.js";
import { asScriptsSee, only, withHint, withProving } from "./p256-attempts.js";
import {
  BrowserAuthenticator,
  hasOpenssl,
  nodeSigner,
  opensslSigner,
  type RealSigner,
  RP_ID,
} from "./real-signers.js";

const refuser = { script: "anchor", purpose: "spend" } as const;
const byProof = { script: "p256", purpose: "withdraw" } as const;

/** Under actors who hold no other role. */
const HOLDERS = ["owner", "stranger", "member3"] as const satisfies readonly ActorName[];
type Holder = (typeof HOLDERS)[number];
const signers = new Map<Holder, RealSigner>();
const signerOf = (holder: Holder): RealSigner => {
  const found = signers.get(holder);
  if (found === undefined) throw new Error(`no signer of ${holder}`);
  return found;
};

/** Those of a group, accredited in this world if they are not yet. */
async function accredited(world: World, holders: readonly Holder[]): Promise<void> {
  for (const holder of holders) {
    if (world.roles.has(holder)) continue;
    const entry = world.newAttestation(holder, "SUPERVISOR");
    const attestation = { ...entry.attestation, ...signerOf(holder).key, maxDelay: MAX_DELAY };
    const { plan, names } = planIssueRoles(
      world.contracts,
      await world.deployment(),
      await world.coin("member1"),
      [{ ...entry, attestation }],
      world.quorum,
    );
    await world.accept(plan, world.actors.member1);
    world.roles.set(holder, names[0] ?? "");
  }
}

interface Change {
  readonly after?: Partial<PackHeader>;
  readonly sign?: RealSigner["sign"];
}

const attempting =
  (holders: readonly [Holder, ...Holder[]]) =>
  async (world: World, { after = {}, sign }: Change = {}): Promise<Attempt> => {
    const [holder] = holders;
    await accredited(world, holders);
    const presented = await world.attestation(holder);
    const now = world.clock.now();
    const header: PackHeader = {
      config: world.contracts.config.hash,
      source: presented.name,
      tier: "INDIVIDUAL_SIGNED",
      ...{ lo: 0, hi: 100, root: "ab".repeat(32), cmin: now - 3_600_000, cmax: now - 3_000_000 },
    };
    const signature = await (sign ?? signerOf(holder).sign)(packDigest(header));
    const { contracts, ledger } = world;
    const { tables } = await readTables({ ledger, contracts }, [signerOf(holder).key]);
    const state = { utxo: await only(world, threadUnit(contracts, presented.name)), range: emptyRange() };
    const { plan } = planAppend(
      contracts,
      await world.deployment(),
      [{ state, signers: [presented], pack: { ...header, ...after, signature } }],
      wholeSlots(ledger.slotConfig, world.validity()),
      tables,
    );
    return { plan, payer: "member3" };
  };

/** The table of `other` in the place of the key's; positions follow. */
async function withTableOf(plan: TxPlan, world: World, holder: Holder, other: Holder): Promise<TxPlan> {
  const tableOf = async (of: Holder): Promise<readonly Utxo[]> =>
    (await readTables(world, [signerOf(of).key])).tables;
  const [base, ours] = await tableOf(holder);
  const [, theirs] = await tableOf(other);
  if (base === undefined || ours === undefined || theirs === undefined) throw new Error("a table is missing");
  const referenceInputs = plan.referenceInputs.map((utxo) => (sameOutRef(utxo, ours) ? theirs : utxo));
  const shown = { ...plan, referenceInputs };
  const place = (of: Utxo): bigint => BigInt(asScriptsSee(shown).findIndex((utxo) => sameOutRef(utxo, of)));
  return withHint(
    withProving(shown, [1], () => place(base)),
    0,
    () => place(theirs),
  );
}

/** What is tried with every signer. `digestRule`: what refuses another digest. */
function commonAttacks(holders: readonly [Holder, Holder], digestRule: string): readonly Attack[] {
  const attempt = attempting(holders);
  const [holder, other] = holders;
  const changed = (name: string, rule: string, change: Change): Attack => ({
    name,
    rule,
    by: byProof,
    change: async (_, world) => (await attempt(world, change)).plan,
  });
  return [
    changed("write another root than the signed one", digestRule, { after: { root: "cd".repeat(32) } }),
    changed("write other times than the signed ones", digestRule, { after: { cmin: 1 } }),
    changed("sign with the other key", "is_x_r", { sign: (digest) => signerOf(other).sign(digest) }),
    {
      name: "give another r",
      rule: "is_x_r",
      by: byProof,
      change: (plan) => withHint(plan, 1, ({ r }) => r + 1n),
    },
    {
      name: "give another w, as of another s",
      rule: "is_x_r",
      by: byProof,
      change: (plan) => withHint(plan, 2, ({ w }) => w + 1n),
    },
    {
      name: "show the other key's table",
      rule: "is_table_of_key",
      by: byProof,
      change: (plan, world) => withTableOf(plan, world, holder, other),
    },
  ];
}

describe("Node's crypto and OpenSSL's command", () => {
  const made = hasOpenssl ? opensslSigner() : null;
  afterAll(() => made?.close());
  const others = [nodeSigner(), nodeSigner()] as const;
  const SETS = [
    ["node:crypto", others[0]],
    // Where the machine has no openssl, the command is not tried.
    ...(made === null ? [] : [["the openssl command", made] as const]),
  ] as const;
  for (const [name, signer] of SETS)
    describe(name, () => {
      beforeAll(async () => {
        signers.clear();
        signers.set("owner", signer);
        signers.set("stranger", others[1]);
        const world = await worldOf("deployed");
        world.roles.delete("owner");
        world.roles.delete("stranger");
        await accredited(world, ["owner", "stranger"]);
      });
      attacks(
        `appending a pack that ${name} signed`,
        refuser,
        attempting(["owner", "stranger"]),
        commonAttacks(["owner", "stranger"], "is_x_r"),
      );
    });
});

describe("a browser's authenticator", () => {
  let authenticator: BrowserAuthenticator;
  let id: string;
  beforeAll(async () => {
    authenticator = await BrowserAuthenticator.open();
    const first = await authenticator.create();
    const second = await authenticator.create();
    id = first.id;
    const origin = authenticator.origins[0] ?? "";
    const signerOn = (credential: typeof first, rpId: string): RealSigner => ({
      key: keyFromPoint(credential.point, { rpId, origin }),
      sign: (digest) => authenticator.assert(credential.id, digest),
    });
    signers.clear();
    signers.set("owner", signerOn(first, RP_ID));
    signers.set("stranger", signerOn(second, RP_ID));
    // The same credential, accredited for another relying party than the browser knows it for.
    signers.set("member3", signerOn(first, "example.org"));
    const world = await worldOf("deployed");
    for (const holder of HOLDERS) world.roles.delete(holder);
    await accredited(world, HOLDERS);
  });
  afterAll(() => authenticator?.close());

  const START = "begins_as_it_must";
  const attempt = attempting(["owner", "stranger"]);
  const asserted = (name: string, rule: string, sign: RealSigner["sign"]): Attack => ({
    name,
    rule,
    by: byProof,
    change: async (_, world) => (await attempt(world, { sign })).plan,
  });
  attacks("appending a pack that a browser's authenticator signed", refuser, attempt, [
    ...commonAttacks(["owner", "stranger"], START),
    asserted("have another challenge signed", START, () => authenticator.assert(id, new Uint8Array(32))),
    asserted("have it signed on a page of another origin", START, (digest) =>
      authenticator.assert(id, digest, { origin: 1 }),
    ),
    asserted("have it signed by a user who did not show who he is", "is_user_verified", (digest) =>
      authenticator.assert(id, digest, { isVerified: false }),
    ),
    {
      name: "have it signed for another relying party than the accredited one",
      rule: "is_for_relying_party",
      by: byProof,
      change: async (_, world) => (await attempting(["member3"])(world)).plan,
    },
    {
      name: "set the flag of the verified user after signing",
      rule: "is_x_r",
      by: byProof,
      change: async (_, world) => {
        const sign: RealSigner["sign"] = async (digest) => {
          const signed = await authenticator.assert(id, digest, { isVerified: false });
          // The flags stand behind the head of three, the head of 37 bytes, and the rp id hash.
          const at = 2 * (1 + 2 + 32);
          return `${signed.slice(0, at)}05${signed.slice(at + 2)}`;
        };
        return (await attempt(world, { sign })).plan;
      },
    },
  ]);
});
