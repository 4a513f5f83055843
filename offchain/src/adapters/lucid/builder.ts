/**
 * Turns a plan into an unsigned transaction: Lucid selects coins and collateral, balances, and computes fee and script data hash. Lucid is
 * given a ledger's parameters and slots by value; nothing global is set, so one process can build for several ledgers.
 */
import {
  type CML,
  credentialToRewardAddress,
  Lucid,
  type Network as LucidNetwork,
  type TxBuilder as LucidTx,
  type Provider,
  type Script,
  SLOT_CONFIG_NETWORK,
  type UTxO,
} from "@lucid-evolution/lucid";
import { DppError } from "../../domain/errors.js";
import {
  type Ledger,
  networkId,
  type ProtocolParameters,
  type SlotConfig,
  type Utxo,
} from "../../ports/ledger.js";
import type { BuiltTx, TxBuilder } from "../../tx/builder.js";
import { sameOutRef, type TxPlan } from "../../tx/plan.js";
import { readTransaction } from "../ledger-cbor/transaction.js";
import { type Evaluator, evaluateWithScalus, type ScriptCost } from "./evaluation.js";
import { withExactFee } from "./exact-fee.js";
import { buildFailure } from "./failures.js";
import { datumOf, fundedAssets } from "./funding.js";
import { sizeWhenSigned } from "./signed-size.js";
import { addWitnesses } from "./witnesses.js";

export interface BuilderOptions {
  /** Default: Scalus, which refuses what the contracts refuse. Tests build refused transactions with fixed units. */
  readonly evaluate?: Evaluator;
}

/** Rounds of building and costing: the final fee and change may cost a contract a little more than the draft did. */
const MAX_ROUNDS = 4;

export const lucidBuilder = (
  ledger: Ledger,
  { evaluate = evaluateWithScalus }: BuilderOptions = {},
): TxBuilder => ({
  build: (plan, payer) => build(ledger, evaluate, plan, payer.address),
  sign: addWitnesses,
});

async function build(ledger: Ledger, evaluate: Evaluator, plan: TxPlan, payer: string): Promise<BuiltTx> {
  const parameters = await ledger.protocolParameters();
  const wallet = spendable(await ledger.utxosAt(payer), plan);
  const context = { parameters, slots: ledger.slotConfig };
  let floor: readonly ScriptCost[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const atLeast: Evaluator = (cbor, inputs, at) =>
      evaluate(cbor, inputs, at).map((cost) => raise(cost, floor));
    const tx = await complete(plan, payer, wallet, network(ledger), atLeast, context);
    const known = [...wallet, ...plan.inputs.map(({ utxo }) => utxo), ...plan.referenceInputs];
    const declared = declaredCosts(tx);
    const cbor = withExactFee(tx.to_cbor_hex(), {
      parameters,
      costs: declared,
      known,
      signers: plan.signers,
      change: plan.outputs.length,
    });
    const needed = declared.length === 0 ? [] : evaluate(cbor, named(cbor, known).map(toLucid), context);
    if (needed.every((cost) => covered(cost, declared)))
      return built(cbor, declared, known, plan, parameters);
    floor = needed;
  }
  throw new DppError("tx/build", "the execution units of this transaction do not settle");
}

const network = (ledger: Ledger): LucidNetwork => (networkId(ledger.network) === 1 ? "Mainnet" : "Preview");

const same = (a: ScriptCost, b: ScriptCost): boolean => a.tag === b.tag && a.index === b.index;

const covered = (need: ScriptCost, declared: readonly ScriptCost[]): boolean =>
  declared.some((cost) => same(cost, need) && cost.mem >= need.mem && cost.steps >= need.steps);

function raise(cost: ScriptCost, floor: readonly ScriptCost[]): ScriptCost {
  const least = floor.find((other) => same(other, cost));
  return {
    ...cost,
    mem: Math.max(cost.mem, least?.mem ?? 0),
    steps: Math.max(cost.steps, least?.steps ?? 0),
  };
}

/** The payer's outputs that coin selection may take. Outputs with reference scripts cost by the byte, so they stay. */
const spendable = (utxos: readonly Utxo[], { reserved = [], referenceInputs }: TxPlan): Utxo[] =>
  utxos.filter(
    (utxo) => !utxo.scriptRef && ![...reserved, ...referenceInputs].some((other) => sameOutRef(other, utxo)),
  );

/** Lucid writes into what it is given; the ledger's own objects stay out of its reach. */
const toLucid = ({ assets, datum, datumHash, scriptRef, ...rest }: Utxo): UTxO => ({
  ...rest,
  assets: { ...assets },
  datum: datum ?? null,
  datumHash: datumHash ?? null,
  scriptRef: scriptRef ?? null,
});

/** The outputs that a transaction spends, offers as collateral or refers to, each once. */
function named(cbor: string, known: readonly Utxo[]): Utxo[] {
  const { inputs, collateral, referenceInputs } = readTransaction(cbor);
  const refs = [...inputs, ...collateral, ...referenceInputs];
  return known.filter(
    (utxo, index) =>
      refs.some((ref) => sameOutRef(ref, utxo)) &&
      known.findIndex((other) => sameOutRef(other, utxo)) === index,
  );
}

async function complete(
  plan: TxPlan,
  payer: string,
  wallet: readonly Utxo[],
  lucidNetwork: LucidNetwork,
  evaluate: Evaluator,
  context: { readonly parameters: ProtocolParameters; readonly slots: SlotConfig },
): Promise<CML.Transaction> {
  let failure: unknown = null;
  const provider = evaluatingProvider((cbor, inputs) => {
    try {
      return evaluate(cbor, inputs, context);
    } catch (error) {
      failure = error;
      throw error;
    }
  });
  try {
    const lucid = await Lucid(provider, lucidNetwork, {
      presetProtocolParameters: { ...context.parameters },
    });
    lucid.selectWallet.fromAddress(payer, wallet.map(toLucid));
    const draft = describe(lucid.newTx(), plan, lucidNetwork, context);
    return (await draft.complete({ localUPLCEval: false })).toTransaction();
  } catch (error) {
    // Lucid wraps our own error into a text; the original says more.
    throw failure ?? buildFailure(error, payer);
  }
}

/** Lucid asks for nothing but costs: everything else was fetched before. */
function evaluatingProvider(
  costs: (cbor: string, inputs: readonly UTxO[]) => readonly ScriptCost[],
): Provider {
  const absent = async (): Promise<never> => {
    throw new DppError("tx/build", "the builder was asked for something that the plan does not hold");
  };
  return {
    getProtocolParameters: absent,
    getUtxos: async () => [],
    getUtxosWithUnit: absent,
    getUtxoByUnit: absent,
    getUtxosByOutRef: absent,
    getDelegation: absent,
    getDatum: absent,
    awaitTx: absent,
    submitTx: absent,
    evaluateTx: async (cbor, inputs) =>
      costs(cbor, inputs ?? []).map(({ tag, index, mem, steps }) => ({
        redeemer_tag: tag,
        redeemer_index: index,
        ex_units: { mem, steps },
      })),
  };
}

function describe(
  tx: LucidTx,
  plan: TxPlan,
  lucidNetwork: LucidNetwork,
  { parameters, slots }: { readonly parameters: ProtocolParameters; readonly slots: SlotConfig },
): LucidTx {
  if (plan.referenceInputs.length > 0) tx.readFrom(plan.referenceInputs.map(toLucid));
  for (const script of plan.scripts) tx.attach.Script(script as Script);
  for (const { utxo, redeemer } of plan.inputs) tx.collectFrom([toLucid(utxo)], redeemer);
  for (const { policy, assets, redeemer } of plan.mints) {
    tx.mintAssets(
      Object.fromEntries(Object.entries(assets).map(([name, quantity]) => [policy + name, quantity])),
      redeemer,
    );
  }
  for (const output of plan.outputs) {
    const assets = fundedAssets(output, parameters.coinsPerUtxoByte);
    tx.pay.ToAddressWithData(output.address, datumOf(output), assets, output.script as Script | undefined);
  }
  const account = (hash: string): string => credentialToRewardAddress(lucidNetwork, { type: "Script", hash });
  for (const { script, redeemer } of plan.withdrawals ?? []) tx.withdraw(account(script), 0n, redeemer);
  // Without a redeemer Lucid writes the certificate that needs no witness.
  for (const script of plan.registrations ?? []) tx.register.Stake(account(script));
  for (const keyHash of plan.signers) tx.addSignerKey(keyHash);
  const { from, to } = plan.validity ?? {};
  // Lucid turns times into slots by its table for the network; we hand it the time that its table maps to our slot.
  const table = SLOT_CONFIG_NETWORK[lucidNetwork];
  const lucidTime = (slot: number): number => table.zeroTime + (slot - table.zeroSlot) * table.slotLength;
  // Before slot 0 there is nothing to be valid in, and a bound of 0 is read as none by some nodes (docs/judges.md).
  const slotOf = (time: number): number =>
    Math.max(slots.zeroSlot + (time - slots.zeroTime) / slots.slotLength, 1);
  if (from !== undefined) tx.validFrom(lucidTime(Math.ceil(slotOf(from))));
  if (to !== undefined) tx.validTo(lucidTime(Math.floor(slotOf(to))));
  return tx;
}

const TAGS: readonly ScriptCost["tag"][] = ["spend", "mint", "publish", "withdraw", "vote", "propose"];

/** The execution units that stand in the transaction's redeemers. */
export function declaredCosts(tx: CML.Transaction): ScriptCost[] {
  const redeemers = tx.witness_set().redeemers()?.to_flat_format();
  if (redeemers === undefined) return [];
  return Array.from({ length: redeemers.len() }, (_, at) => {
    const redeemer = redeemers.get(at);
    const units = redeemer.ex_units();
    return {
      tag: TAGS[redeemer.tag()] ?? "spend",
      index: Number(redeemer.index()),
      mem: Number(units.mem()),
      steps: Number(units.steps()),
    };
  });
}

function built(
  cbor: string,
  declared: readonly ScriptCost[],
  known: readonly Utxo[],
  plan: TxPlan,
  { maxTxSize }: ProtocolParameters,
): BuiltTx {
  const size = sizeWhenSigned(cbor, known, plan.signers);
  if (size > maxTxSize) {
    throw new DppError("tx/too-large", `the transaction has ${size} bytes, the ledger takes ${maxTxSize}`, {
      details: { size, max: maxTxSize },
    });
  }
  const { hash, fee } = readTransaction(cbor);
  return {
    cbor,
    bodyHash: hash,
    fee,
    size,
    exUnits: declared.map(({ tag, index, mem, steps }) => ({ purpose: `${tag} ${index}`, mem, steps })),
  };
}
