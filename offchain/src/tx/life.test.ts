import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAddress } from "../codec/address.js";
import {
  decodeConfigDatum,
  decodePassportDatum,
  encodeAttestationDatum,
  encodePassportDatum,
} from "../codec/datum.js";
import { decodePassportMint, decodePassportSpend, decodeRolesMint } from "../codec/redeemer.js";
import { chainAction } from "../domain/action-chain.js";
import { toHex, utf8 } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import type { Passport } from "../domain/passport.js";
import type { Role } from "../domain/role.js";
import { LABEL_REFERENCE, LABEL_USER, referenceUnit, userUnit } from "../domain/tokens.js";
import type { PlutusScript, Utxo } from "../ports/ledger.js";
import { actor } from "../testing/actors.js";
import type { Contracts, DeploymentUtxos } from "./contracts.js";
import { planRotate } from "./deploy.js";
import {
  idOfState,
  planAmend,
  planErase,
  planLog,
  planReassign,
  planRetire,
  planSucceed,
  planTransfer,
} from "./life.js";
import { passportIds } from "./passports.js";
import type { TxPlan } from "./plan.js";
import type { Presented } from "./presented.js";
import { planBurnBadge, planRecover } from "./roles.js";

const SCRIPT_ADDRESS = "addr_test1wpnlxv2xv9a9ucvnvzqakwepzl9ltx7jzgm53av2e9ncv4sysemm8";
const script: PlutusScript = { type: "PlutusV3", script: "4e4d01000033222220051200120011" };
const contract = (byte: string) => ({ hash: byte.repeat(28), address: SCRIPT_ADDRESS, script });
const contracts: Contracts = {
  network: "embedded",
  seed: { txHash: "00".repeat(32), outputIndex: 0 },
  config: contract("c0"),
  roles: contract("a0"),
  passport: contract("b0"),
  anchor: contract("d0"),
  joint: contract("e0"),
  p256: contract("f0"),
};

let made = 0;
const utxo = (address: string, assets: Record<string, bigint>, datum?: string): Utxo => ({
  txHash: (++made).toString(16).padStart(64, "0"),
  outputIndex: 0,
  address,
  assets: { lovelace: 2_000_000n, ...assets },
  ...(datum === undefined ? {} : { datum }),
});

const utxos: DeploymentUtxos = {
  config: utxo(SCRIPT_ADDRESS, {}),
  scripts: { roles: utxo(SCRIPT_ADDRESS, {}), passport: utxo(SCRIPT_ADDRESS, {}) },
};

const ID = "1d".repeat(28);
const OWNERSHIP = userUnit(contracts.passport.hash, ID);
const RECORD = `01551220${"5a".repeat(32)}`;
const validity = { from: 1_000, to: 2_000 };
const [owner, buyer, payer] = [actor("owner"), actor("buyer"), actor("payer")];

const passport: Passport = {
  schema: 1,
  revision: 3,
  status: "Active",
  issuer: toHex(utf8("DPP_MANUFACTURER")).padEnd(56, "0"),
  dataRoot: "11".repeat(32),
  content: RECORD,
  actionHead: "22".repeat(32),
  idCommit: "33".repeat(32),
  idMethod: 1,
  batch: null,
  predecessor: null,
};
const metadata = { name: "Example battery", image: "ipfs://x" };
const state = utxo(
  contracts.passport.address,
  { [referenceUnit(contracts.passport.hash, ID)]: 1n },
  encodePassportDatum({ metadata, extra: passport }),
);
const owned = utxo(owner.address, { [OWNERSHIP]: 1n });

const presented = (role: Role): Presented & { readonly key: string } => {
  const key = actor(role).keyHash;
  const name = toHex(utf8(`DPP_${role}`)) + "00".repeat(12);
  const datum = encodeAttestationDatum({
    metadata,
    extra: {
      role,
      kind: "Individual",
      holder: key,
      alg: 0,
      pk: "",
      encPk: "44".repeat(32),
      operator: "gln:9506000134352",
      place: "",
      status: "Active",
      validFrom: 0,
      validTo: 1_000_000,
      maxDelay: 0,
      keyring: "",
      keyEpoch: 4,
    },
  });
  return {
    name,
    key,
    utxo: utxo(contracts.roles.address, { [referenceUnit(contracts.roles.hash, name)]: 1n }, datum),
  };
};
const [maker, recycler, authority, repairer] = [
  presented("MANUFACTURER"),
  presented("RECYCLER"),
  presented("AUTHORITY"),
  presented("REPAIRER"),
];
const newPassport = {
  metadata,
  dataRoot: "55".repeat(32),
  content: RECORD,
  idCommit: "66".repeat(32),
  idMethod: 1,
  ownerAddress: buyer.address,
};
const seed = utxo(payer.address, {});
const succession = { state, owned, seed, actor: recycler, issuer: maker, passport: newPassport, validity };

/** The datum after an act, by the output that holds the state token. */
function after({ outputs }: TxPlan): Passport {
  const next = outputs.find(({ assets }) => referenceUnit(contracts.passport.hash, ID) in assets);
  expect(next).toMatchObject({ address: state.address, assets: state.assets });
  const { extra, metadata: shown } = decodePassportDatum(next?.datum ?? "");
  expect(shown).toEqual(metadata);
  return extra;
}

/** What is left of tokens that went in and were not burnt must go out: nothing may be left to the change of whoever pays. */
function tokensLost({ inputs, outputs, mints }: TxPlan): Record<string, bigint> {
  const sums = new Map<string, bigint>();
  const add = (assets: Readonly<Record<string, bigint>>, sign: bigint) => {
    for (const [unit, quantity] of Object.entries(assets))
      if (unit !== "lovelace") sums.set(unit, (sums.get(unit) ?? 0n) + sign * quantity);
  };
  for (const { utxo: spent } of inputs) add(spent.assets, 1n);
  for (const { policy, assets } of mints)
    add(Object.fromEntries(Object.entries(assets).map(([name, n]) => [policy + name, n])), 1n);
  for (const { assets } of outputs) add(assets, -1n);
  return Object.fromEntries([...sums].filter(([, quantity]) => quantity !== 0n));
}

const others = fc.dictionary(
  fc.uint8Array({ minLength: 28, maxLength: 60 }).map(toHex),
  fc.bigInt({ min: 1n, max: 10n ** 15n }),
  { maxKeys: 6, noNullPrototype: true },
);
const lovelace = fc.bigInt({ min: 1_000_000n, max: 10n ** 12n });

/** Acts that spend the (222) and give it back. */
const RETURNING: readonly (readonly [string, (owned: Utxo) => TxPlan])[] = [
  ["log", (held) => planLog(contracts, utxos, { state, owned: held, record: RECORD })],
  ["retirement", (held) => planRetire(contracts, utxos, { state, owned: held, recycler, validity })],
  ["succession", (held) => planSucceed(contracts, utxos, { ...succession, owned: held })],
];

describe("a wallet's output that holds the ownership token", () => {
  it.each(RETURNING)("goes back exactly as it was: %s", (_, plan) => {
    fc.assert(
      fc.property(others, lovelace, (more, ada) => {
        const held = utxo(owner.address, { ...more, [OWNERSHIP]: 1n, lovelace: ada });
        const made = plan(held);
        expect(made.outputs).toContainEqual({ address: held.address, assets: held.assets });
        expect(made.inputs).toContainEqual({ utxo: held });
        expect(made.signers).toContain(owner.keyHash);
        expect(tokensLost(made)).toEqual({});
      }),
    );
  });

  it("is shared out by a transfer: the one token to the buyer, all others back", () => {
    fc.assert(
      fc.property(others, lovelace, (more, ada) => {
        const held = utxo(owner.address, { ...more, [OWNERSHIP]: 1n, lovelace: ada });
        const plan = planTransfer(contracts, utxos, {
          state,
          owned: held,
          to: buyer.address,
          record: RECORD,
        });
        const [, given, ...back] = plan.outputs;
        expect(given).toEqual({ address: buyer.address, assets: { [OWNERSHIP]: 1n } });
        expect(back).toEqual(
          Object.keys(more).length === 0 ? [] : [{ address: owner.address, assets: more }],
        );
        expect(tokensLost(plan)).toEqual({});
      }),
    );
  });

  it("loses the ownership token alone when the passport is erased", () => {
    fc.assert(
      fc.property(others, (more) => {
        const held = utxo(owner.address, { ...more, [OWNERSHIP]: 1n });
        const plan = planErase(contracts, utxos, { state, authority, owned: held, validity });
        expect(tokensLost(plan)).toEqual({});
        expect(plan.outputs).toEqual(
          Object.keys(more).length === 0 ? [] : [{ address: owner.address, assets: more }],
        );
      }),
    );
  });

  it("is refused at an address that no key opens", () => {
    const held = utxo(SCRIPT_ADDRESS, { [OWNERSHIP]: 1n });
    for (const [, plan] of RETURNING) {
      expect(() => plan(held)).toThrow(expect.objectContaining({ code: "tx/no-key-address" }));
    }
  });
});

describe("a plan continues the state, but for what its act changes:", () => {
  const CASES: readonly (readonly [string, TxPlan, Partial<Passport>])[] = [
    [
      "transfer",
      planTransfer(contracts, utxos, { state, owned, to: buyer.address, record: RECORD }),
      { actionHead: chainAction(passport.actionHead, RECORD) },
    ],
    [
      "log",
      planLog(contracts, utxos, { state, actor: authority, record: RECORD, validity }),
      { actionHead: chainAction(passport.actionHead, RECORD) },
    ],
    [
      "amend",
      planAmend(contracts, utxos, {
        state,
        issuer: maker,
        authority,
        idCommit: "77".repeat(32),
        idMethod: 2,
        validity,
      }),
      { idCommit: "77".repeat(32), idMethod: 2 },
    ],
    ["retire", planRetire(contracts, utxos, { state, recycler, authority, validity }), { status: "Retired" }],
    ["succeed", planSucceed(contracts, utxos, succession), { status: "Repurposed" }],
    [
      "reassign",
      planReassign(contracts, utxos, { state, authority, issuer: repairer, quorum: [], validity }),
      { issuer: repairer.name },
    ],
  ];

  it.each(CASES)("%s", (_, plan, delta) => {
    expect(after(plan)).toEqual({ ...passport, ...delta });
  });
});

describe("redeemers name who acts:", () => {
  const spendOf = ({ inputs }: TxPlan) => decodePassportSpend(inputs[0]?.redeemer ?? "");

  it("a transfer its receiver, with the rewards' key", () => {
    const to =
      "addr_test1qz2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3jcu5d8ps7zex2k2xt3uqxgjqnnj83ws8lhrn648jjxtwq2ytjqp";
    const { payment, stake } = parseAddress(to).address;
    const plan = planTransfer(contracts, utxos, { state, owned, to, record: RECORD });
    expect(spendOf(plan)).toEqual({ act: "Transfer", to: { payment, stake }, record: RECORD });
    expect(stake).not.toBeNull();
    expect(plan.outputs[1]?.address).toBe(to);
  });

  it("a log its actor, or nobody when the owner speaks", () => {
    const bare = planLog(contracts, utxos, { state, owned, record: RECORD });
    expect(spendOf(bare)).toEqual({ act: "Log", actor: null, record: RECORD });
    expect(bare).not.toHaveProperty("validity");
    expect(bare.referenceInputs).toEqual([utxos.config, utxos.scripts.passport]);
    const together = planLog(contracts, utxos, { state, owned, actor: repairer, record: RECORD, validity });
    expect(spendOf(together)).toEqual({ act: "Log", actor: repairer.name, record: RECORD });
    expect(together).toMatchObject({ validity, signers: [repairer.key, owner.keyHash] });
  });

  it("a succession both passports, which name each other", () => {
    const plan = planSucceed(contracts, utxos, succession);
    const [successor = ""] = passportIds(seed, 1);
    expect(spendOf(plan)).toEqual({ act: "Succeed", actor: recycler.name, successor });
    const [mint] = plan.mints;
    expect(decodePassportMint(mint?.redeemer ?? "")).toEqual({
      act: "IssueSuccessor",
      seed: { txHash: seed.txHash, outputIndex: seed.outputIndex },
      index: 0,
      first: 0,
      predecessor: ID,
    });
    expect(mint?.assets).toEqual({ [LABEL_REFERENCE + successor]: 1n, [LABEL_USER + successor]: 1n });
    const [heir] = plan.outputs;
    expect(heir?.assets).toEqual({ [referenceUnit(contracts.passport.hash, successor)]: 1n });
    expect(decodePassportDatum(heir?.datum ?? "").extra).toMatchObject({
      predecessor: ID,
      issuer: maker.name,
      status: "Active",
      actionHead: "",
      revision: 0,
    });
    expect(plan.inputs.map(({ utxo: spent }) => spent)).toEqual([state, owned, seed]);
    expect(idOfState(contracts, { ...state, assets: heir?.assets ?? {} })).toBe(successor);
  });

  it("an erasure burns both tokens, or the state's alone when the other is not at hand", () => {
    const both = planErase(contracts, utxos, { state, authority, owned, validity });
    expect(both.mints[0]?.assets).toEqual({ [LABEL_REFERENCE + ID]: -1n, [LABEL_USER + ID]: -1n });
    expect(decodePassportMint(both.mints[0]?.redeemer ?? "")).toEqual({ act: "Burn" });
    const one = planErase(contracts, utxos, { state, authority, validity });
    expect(one.mints[0]?.assets).toEqual({ [LABEL_REFERENCE + ID]: -1n });
    expect(one.signers).toEqual([authority.key]);
    expect(spendOf(one)).toEqual({ act: "Erase", authority: authority.name });
  });
});

describe("who acts twice", () => {
  it("refers to his attestation once and signs once", () => {
    const plan = planSucceed(contracts, utxos, { ...succession, actor: maker, issuer: maker });
    expect(plan.referenceInputs.filter((item) => item === maker.utxo)).toHaveLength(1);
    expect(plan.signers).toEqual([maker.key, owner.keyHash]);
  });

  it("counts once among a quorum that he belongs to", () => {
    const quorum = [authority.key, payer.keyHash];
    const plan = planReassign(contracts, utxos, { state, authority, issuer: maker, quorum, validity });
    expect(plan.signers).toEqual([authority.key, maker.key, payer.keyHash]);
    expect(plan.referenceInputs).toEqual([utxos.config, utxos.scripts.passport, authority.utxo, maker.utxo]);
  });
});

it("attaches the script where the deployment carries none", () => {
  const bare: DeploymentUtxos = { config: utxos.config, scripts: {} };
  const plan = planLog(contracts, bare, { state, owned, record: RECORD });
  expect(plan).toMatchObject({ scripts: [script], referenceInputs: [utxos.config] });
});

it("has no act for an output that holds no passport's state", () => {
  const wrong = { ...state, assets: { lovelace: 2_000_000n, [OWNERSHIP]: 1n } };
  const code = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      if (isDppError(error)) return error.code;
    }
    return "none";
  };
  expect(code(() => planErase(contracts, utxos, { state: wrong, authority, validity }))).toBe(
    "passport/no-state",
  );
  expect(code(() => planSucceed(contracts, utxos, { ...succession, state: wrong }))).toBe(
    "passport/no-state",
  );
});

describe("plans of roles and of the consortium", () => {
  const keys = { holder: buyer.keyHash, alg: 0, pk: "", encPk: "88".repeat(32) };

  it("recover with a badge exactly when one is asked for", () => {
    const bare = planRecover(contracts, utxos, repairer, keys, [payer.keyHash]);
    expect(bare).toMatchObject({ mints: [], signers: [payer.keyHash] });
    expect(bare.outputs).toHaveLength(1);
    const badged = planRecover(contracts, utxos, repairer, keys, [payer.keyHash], buyer.address);
    expect(badged.mints[0]?.assets).toEqual({ [LABEL_USER + repairer.name]: 1n });
    expect(decodeRolesMint(badged.mints[0]?.redeemer ?? "")).toEqual({ act: "Replace", name: repairer.name });
    expect(badged.outputs[1]).toEqual({
      address: buyer.address,
      assets: { [userUnit(contracts.roles.hash, repairer.name)]: 1n },
    });
    expect(badged.outputs[0]).toEqual(bare.outputs[0]);
  });

  it("burn one badge, with the signature of whoever holds it", () => {
    const badge = utxo(owner.address, { [userUnit(contracts.roles.hash, repairer.name)]: 1n });
    const plan = planBurnBadge(contracts, utxos, badge, repairer.name);
    expect(plan).toMatchObject({ inputs: [{ utxo: badge }], signers: [owner.keyHash] });
    expect(plan.mints[0]?.assets).toEqual({ [LABEL_USER + repairer.name]: -1n });
    expect(decodeRolesMint(plan.mints[0]?.redeemer ?? "")).toEqual({ act: "Burn" });
  });

  it("rotate the config where it lies, with all that it holds", () => {
    const config = utxo(SCRIPT_ADDRESS, { [`${contracts.config.hash}4450505f434f4e464947`]: 1n });
    const next = {
      members: [payer.keyHash],
      threshold: 1,
      freezeKeys: [owner.keyHash],
      scripts: { passport: contracts.passport.hash, roles: contracts.roles.hash },
      successor: "99".repeat(28),
    };
    const plan = planRotate(contracts, config, next, [payer.keyHash]);
    expect(plan.outputs).toHaveLength(1);
    expect(plan.outputs[0]).toMatchObject({ address: config.address, assets: config.assets });
    expect(decodeConfigDatum(plan.outputs[0]?.datum ?? "")).toEqual(next);
    // The config is spent: nothing may refer to it.
    expect(plan.referenceInputs).toEqual([]);
  });
});
