// Genesis of a devnet of one's own: mainnet's prices and limits, one pool that makes a block in every slot, coins for the faucet.
// The pool's keys and the parts that nothing here depends on are taken from the devnet that Dingo carries.
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROTOCOL_PARAMETERS as MAINNET } from "../../offchain/dist/src/adapters/embedded-ledger/protocol-parameters.js";

/** Seconds. Short, so that tests wait little; a leader schedule is computed for a whole epoch, so that one is short, too. */
const SLOT_LENGTH = 0.2;
const EPOCH_LENGTH = 36_000;
/** Lovelace, as on mainnet. */
const MAX_SUPPLY = 45_000_000_000_000_000;
/** Blocks of mainnet, epoch 616. */
const MAX_BLOCK_BODY = 90_112;
const MAX_BLOCK_MEM = 72_000_000;
const MAX_BLOCK_STEPS = 20_000_000_000;
const PROTOCOL_VERSION = { major: 10, minor: 0 };

const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const write = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);

/**
 * @param directory that shall hold the configuration.
 * @param source Dingo's own devnet configuration.
 * @param funds `{ [address bytes in hex]: lovelace }`, one output each.
 * @param startTime POSIX seconds.
 */
export function makeGenesis(directory, source, funds, startTime) {
  mkdirSync(directory, { recursive: true });
  cpSync(source, directory, { recursive: true });
  // A Go module's files are read-only, and a node refuses keys that others may read.
  chmodSync(directory, 0o700);
  const keys = join(directory, "keys");
  chmodSync(keys, 0o700);
  for (const name of readdirSync(keys)) chmodSync(join(keys, name), 0o600);
  for (const name of readdirSync(directory)) if (name !== "keys") chmodSync(join(directory, name), 0o600);

  const byron = read(join(source, "byron-genesis.json"));
  write(join(directory, "byron-genesis.json"), { ...byron, startTime });

  const shelley = read(join(source, "shelley-genesis.json"));
  write(join(directory, "shelley-genesis.json"), {
    ...shelley,
    systemStart: new Date(startTime * 1000).toISOString().replace(".000Z", "Z"),
    slotLength: SLOT_LENGTH,
    epochLength: EPOCH_LENGTH,
    maxLovelaceSupply: MAX_SUPPLY,
    initialFunds: { ...staked(shelley), ...funds },
    protocolParams: {
      ...shelley.protocolParams,
      protocolVersion: PROTOCOL_VERSION,
      minFeeA: MAINNET.minFeeA,
      minFeeB: MAINNET.minFeeB,
      maxTxSize: MAINNET.maxTxSize,
      maxBlockBodySize: MAX_BLOCK_BODY,
      keyDeposit: Number(MAINNET.keyDeposit),
      poolDeposit: Number(MAINNET.poolDeposit),
    },
  });

  const alonzo = read(join(source, "alonzo-genesis.json"));
  write(join(directory, "alonzo-genesis.json"), {
    ...alonzo,
    collateralPercentage: MAINNET.collateralPercentage,
    maxCollateralInputs: MAINNET.maxCollateralInputs,
    maxValueSize: MAINNET.maxValSize,
    lovelacePerUTxOWord: Number(MAINNET.coinsPerUtxoByte) * 8,
    executionPrices: { prMem: MAINNET.priceMem, prSteps: MAINNET.priceStep },
    maxTxExUnits: {
      exUnitsMem: Number(MAINNET.maxTxExMem),
      exUnitsSteps: Number(MAINNET.maxTxExSteps),
    },
    maxBlockExUnits: { exUnitsMem: MAX_BLOCK_MEM, exUnitsSteps: MAX_BLOCK_STEPS },
    costModels: {
      PlutusV1: MAINNET.costModels.PlutusV1,
      PlutusV2: MAINNET.costModels.PlutusV2,
    },
  });

  const conway = read(join(source, "conway-genesis.json"));
  write(join(directory, "conway-genesis.json"), {
    ...conway,
    dRepDeposit: Number(MAINNET.drepDeposit),
    govActionDeposit: Number(MAINNET.govActionDeposit),
    minFeeRefScriptCostPerByte: MAINNET.minFeeRefScriptCostPerByte,
    plutusV3CostModel: MAINNET.costModels.PlutusV3,
  });
  write(join(directory, "topology.json"), { localRoots: [], publicRoots: [], useLedgerAfterSlot: -1 });
}

/** The pool's own stake, without which it makes no block: base addresses end in the stake key that delegates. */
function staked(shelley) {
  const delegators = Object.keys(shelley.staking.stake);
  return Object.fromEntries(
    Object.entries(shelley.initialFunds).filter(([address]) =>
      delegators.some((stakeKey) => address.endsWith(stakeKey)),
    ),
  );
}
