// A transaction with every feature that the ledger types in lib/dpp/ledger can meet, built by Lucid and put to Scalus'
// ledger rules. One of its scripts prints the context that the ledger hands it, and refuses.
import * as L from "@lucid-evolution/lucid";
import { eval_phase_two_raw as evaluateByAiken } from "@lucid-evolution/uplc";
import Scalus from "scalus";

const { CML } = L;

const NETWORK = "Preview";
const ZERO_TIME = 1_790_000_000_000;
const SLOT = 5_000;
L.SLOT_CONFIG_NETWORK[NETWORK] = { zeroTime: ZERO_TIME, zeroSlot: 0, slotLength: 1000 };

/** Fixed, so that the contexts are the same in every run. They hold nothing anywhere. */
const WALLET_SEED = `${"abandon ".repeat(23)}art`;
const OTHER_KEY = CML.PrivateKey.from_normal_bytes(new Uint8Array(32).fill(7));

const txHash = (byte) => byte.toString(16).padStart(2, "0").repeat(32);
const REWARDS = 7_000_000n;

/** Enough to print a context, and within what Scalus allows one transaction. */
const PRINTING = { mem: 13_000_000, steps: 9_000_000_000 };
const ACCEPTING = { mem: 100_000, steps: 50_000_000 };

const scriptOf = (compiledCode) => ({ type: "PlutusV3", script: L.applyDoubleCborEncoding(compiledCode) });

function actors(printing, accepting) {
  const wallet = L.walletFromSeed(WALLET_SEED, { network: NETWORK });
  const [printer, acceptor] = [printing, accepting].map(scriptOf);
  const hashes = { printer: L.validatorToScriptHash(printer), acceptor: L.validatorToScriptHash(acceptor) };
  const payment = L.paymentCredentialOf(wallet.address);
  const stake = L.stakeCredentialOf(wallet.address);
  return {
    wallet,
    walletKey: payment.hash,
    stakeKey: stake.hash,
    otherKey: OTHER_KEY.to_public().hash().to_hex(),
    printer: { script: printer, hash: hashes.printer },
    acceptor: { script: acceptor, hash: hashes.acceptor },
    enterprise: L.credentialToAddress(NETWORK, payment),
    rewardOf: (hash) => L.credentialToRewardAddress(NETWORK, { type: "Script", hash }),
    /** A script's address whose stake credential is a key's. */
    staked: (hash) => L.credentialToAddress(NETWORK, { type: "Script", hash }, stake),
    unstaked: (hash) => L.credentialToAddress(NETWORK, { type: "Script", hash }),
  };
}

const DATUM = L.Data.to(new L.Constr(1, [42n, "c0ffee", [1n, 2n], new Map([["aa", 1n]])]));
const HASHED_DATUM = L.Data.to(new L.Constr(0, ["dead"]));
const REDEEMER = L.Data.to(new L.Constr(2, [7n]));
const NAMES = { short: L.fromText("A"), long: "00de1400".repeat(8), burnt: L.fromText("burnt") };

/** Outputs as they lie on the ledger before the transaction. */
function ledger(a, roles) {
  const spent = roles.spend;
  return {
    purse: {
      txHash: txHash(1),
      outputIndex: 0,
      address: a.wallet.address,
      assets: { lovelace: 900_000_000n },
    },
    tokens: {
      txHash: txHash(1),
      outputIndex: 300,
      address: a.wallet.address,
      assets: {
        lovelace: 20_000_000n,
        [roles.mint.hash + NAMES.burnt]: 100n,
        [`${"ff".repeat(28)}${NAMES.short}`]: 1n,
      },
    },
    state: {
      txHash: txHash(2),
      outputIndex: 1,
      address: a.staked(spent.hash),
      assets: { lovelace: 5_000_000n, [`${"0a".repeat(28)}`]: 3n },
      datum: DATUM,
      scriptRef: a.acceptor.script,
    },
    hashed: {
      txHash: txHash(2),
      outputIndex: 0,
      address: a.unstaked(a.acceptor.hash),
      assets: { lovelace: 4_000_000n },
      datumHash: L.datumToHash(HASHED_DATUM),
      datum: HASHED_DATUM,
    },
    referenced: {
      txHash: txHash(3),
      outputIndex: 2,
      address: a.enterprise,
      assets: { lovelace: 30_000_000n },
      datum: DATUM,
      scriptRef: roles.printerScript,
    },
  };
}

const inputOf = (hash, index) => CML.TransactionInput.new(CML.TransactionHash.from_hex(hash), BigInt(index));

/** Lucid's own conversion puts a known datum inline; on the ledger an output may hold its hash alone. */
const outputOf = (utxo) =>
  utxo.datumHash === undefined
    ? L.utxoToTransactionOutput(utxo)
    : CML.TransactionOutput.new(
        CML.Address.from_bech32(utxo.address),
        L.assetsToValue(utxo.assets),
        CML.DatumOption.new_hash(CML.DatumHash.from_hex(utxo.datumHash)),
      );

function utxoMap(utxos) {
  const entries = utxos.map(
    (utxo) => inputOf(utxo.txHash, utxo.outputIndex).to_cbor_hex() + outputOf(utxo).to_cbor_hex(),
  );
  return Buffer.from(`b8${entries.length.toString(16).padStart(2, "0")}${entries.join("")}`, "hex");
}

function provider(utxos, printedTag) {
  const of = (address) =>
    utxos.filter((utxo) =>
      typeof address === "string"
        ? utxo.address === address
        : L.paymentCredentialOf(utxo.address).hash === address.hash,
    );
  return {
    getProtocolParameters: async () => L.PROTOCOL_PARAMETERS_DEFAULT,
    getUtxos: async (address) => of(address),
    getUtxosWithUnit: async (address, unit) => of(address).filter((utxo) => utxo.assets[unit]),
    getUtxoByUnit: async (unit) => utxos.find((utxo) => utxo.assets[unit]),
    getUtxosByOutRef: async (refs) =>
      utxos.filter((utxo) =>
        refs.some((ref) => ref.txHash === utxo.txHash && ref.outputIndex === utxo.outputIndex),
      ),
    getDelegation: async () => ({ poolId: null, rewards: REWARDS }),
    getDatum: async () => HASHED_DATUM,
    awaitTx: async () => true,
    submitTx: async () => {
      throw new Error("submitted apart");
    },
    evaluateTx: async (cbor) => budgets(cbor, printedTag),
  };
}

/** Fixed budgets: a script that refuses cannot be evaluated beforehand. */
function budgets(cbor, printed) {
  const redeemers = CML.Transaction.from_cbor_hex(cbor).witness_set().redeemers().to_flat_format();
  const tags = ["spend", "mint", "publish", "withdraw"];
  return Array.from({ length: redeemers.len() }, (_, i) => {
    const redeemer = redeemers.get(i);
    const tag = tags[redeemer.tag()];
    const index = Number(redeemer.index());
    const isPrinter = tag === printed.tag && index === printed.index;
    return { redeemer_tag: tag, redeemer_index: index, ex_units: isPrinter ? PRINTING : ACCEPTING };
  });
}

/**
 * The same context as Aiken's own ledger code makes it from the transaction: a second opinion that shares no code with
 * Scalus. It evaluates the scripts too, and tells the trace in its error.
 */
function contextByAiken(cbor, utxos) {
  const inputs = utxos.map(({ txHash, outputIndex }) => inputOf(txHash, outputIndex).to_cbor_bytes());
  const outputs = utxos.map((utxo) => outputOf(utxo).to_cbor_bytes());
  const costModels = L.createCostModels(L.PROTOCOL_PARAMETERS_DEFAULT.costModels).to_cbor_bytes();
  const transaction = Buffer.from(cbor, "hex");
  const [steps, mem] = [BigInt(PRINTING.steps), BigInt(PRINTING.mem)];
  try {
    evaluateByAiken(transaction, inputs, outputs, costModels, steps, mem, BigInt(ZERO_TIME), 0n, 1000);
  } catch (error) {
    const printed = /Trace ([0-9a-f]{400,})/.exec(String(error.message ?? error))?.[1];
    if (printed !== undefined) return printed;
    throw error;
  }
  throw new Error("Aiken accepts a script that refuses");
}

/**
 * Builds, signs and submits the transaction in which the printing script acts for `purpose` (spend, mint, withdraw, publish).
 * @returns its context as CBOR hex by Scalus and by Aiken, and what is known of the transaction from building it.
 */
export async function contextOf(purpose, { printing, accepting }) {
  const a = actors(printing, accepting);
  const roleOf = (role) => (role === purpose ? a.printer : a.acceptor);
  const roles = {
    spend: roleOf("spend"),
    mint: roleOf("mint"),
    withdraw: roleOf("withdraw"),
    publish: roleOf("publish"),
    printerScript: a.printer.script,
  };
  const on = ledger(a, roles);
  const utxos = Object.values(on);
  // Of the two script inputs the state comes second: (02…, 0) before (02…, 1), after both of the wallet's (01…).
  const printed = { tag: purpose, index: purpose === "spend" ? 3 : 0 };
  const lucid = await L.Lucid(provider(utxos, printed), NETWORK, {});
  lucid.selectWallet.fromSeed(WALLET_SEED);
  const now = ZERO_TIME + SLOT * 1000;
  const policy = roles.mint.hash;
  let draft = lucid
    .newTx()
    .collectFrom([on.purse, on.tokens])
    .collectFrom([on.state, on.hashed], REDEEMER)
    .readFrom([on.referenced])
    .mintAssets(
      { [policy + NAMES.short]: 5n, [policy + NAMES.long]: 1n, [policy + NAMES.burnt]: -40n },
      REDEEMER,
    )
    .withdraw(a.rewardOf(roles.withdraw.hash), REWARDS, REDEEMER)
    .pay.ToAddress(a.enterprise, { lovelace: 3_000_000n })
    .pay.ToContract(
      a.unstaked(a.acceptor.hash),
      { kind: "inline", value: DATUM },
      { lovelace: 6_000_000n, [policy + NAMES.short]: 2n },
      a.acceptor.script,
    )
    .pay.ToAddressWithData(
      a.wallet.address,
      { kind: "asHash", value: HASHED_DATUM },
      { lovelace: 2_500_000n, [policy + NAMES.long]: 1n },
    )
    .addSignerKey(a.walletKey)
    .addSignerKey(a.otherKey)
    .attachMetadata(674, { msg: ["golden"] })
    .attach.Script(a.acceptor.script);
  if (purpose === "publish") draft = draft.deRegisterStake(a.rewardOf(roles.publish.hash), REDEEMER);
  // Both ends finite, one, the other, none.
  if (purpose === "spend" || purpose === "withdraw") draft = draft.validFrom(now - 60_000);
  if (purpose === "spend" || purpose === "mint") draft = draft.validTo(now + 1_800_000);
  const tx = await draft.complete({ localUPLCEval: false });
  const signed = await tx.sign.withWallet().sign.withPrivateKey(OTHER_KEY.to_bech32()).complete();
  const emulator = Scalus.Emulator.withState(
    {
      utxos: utxoMap(utxos),
      stakeRegistrations: [a.printer.hash, a.acceptor.hash].map((credentialHash) => ({
        credentialType: "script",
        credentialHash,
        // Only an empty account may be closed.
        rewards: credentialHash === roles.withdraw.hash ? REWARDS : 0n,
      })),
    },
    new Scalus.SlotConfig(ZERO_TIME, 0, 1000),
  );
  emulator.setSlot(SLOT);
  const cbor = signed.toCBOR();
  const { isSuccess, error, logs } = emulator.submitTx(Buffer.from(cbor, "hex"));
  const context = logs?.find((line) => /^(?:[0-9a-f]{2}){200,}$/.test(line));
  if (isSuccess || context === undefined)
    throw new Error(
      `the ${purpose} script printed no context: ${error ?? "the ledger accepted"}\n${logs?.join("\n")}`,
    );
  return { context, byAiken: contextByAiken(cbor, utxos), cbor, actors: a, roles, policy, now };
}
