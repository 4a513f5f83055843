/**
 * What the chosen ledger source says of a passport, decoded here: the deployment's config, the passport's datum, the issuer's attestation. Nothing
 * in it comes from the server that shows the passport, but for the config policy, which is the trust root that the page names.
 */
import { parseAddress } from "@cardano-dpp/offchain/codec/address";
import {
  decodeAttestationDatum,
  decodeConfigDatum,
  decodePassportDatum,
} from "@cardano-dpp/offchain/codec/datum";
import type { Attestation } from "@cardano-dpp/offchain/domain/attestation";
import type { Config } from "@cardano-dpp/offchain/domain/config";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Passport } from "@cardano-dpp/offchain/domain/passport";
import { CONFIG_TOKEN, referenceUnit } from "@cardano-dpp/offchain/domain/tokens";
import {
  type LedgerOutput,
  type LedgerSource,
  latestBlock,
  outputWithUnit,
  transactionBlock,
} from "./ledger-source.js";

export interface LedgerFacts {
  readonly config: Config;
  readonly passportPolicy: string;
  readonly rolesPolicy: string;
  readonly passport: Passport;
  readonly name: string;
  readonly output: Pick<LedgerOutput, "txHash" | "outputIndex">;
  readonly issuer: Attestation | null;
  /** POSIX ms of the block that made the present state. */
  readonly time: number | null;
  /** Blocks from that one to the newest, both counted. */
  readonly confirmations: number | null;
}

/**
 * `id`: passport id, hex. `null`: the ledger has no such passport in this deployment.
 * @throws DppError `ledger/*`; `datum/*`, `plutus-data/*` for what no contract of ours would have accepted.
 */
export async function readLedgerFacts(
  source: LedgerSource,
  configPolicy: string,
  id: string,
): Promise<LedgerFacts | null> {
  const configOutput = await stateOutput(source, configPolicy, CONFIG_TOKEN);
  if (configOutput === null) return null;
  const config = decodeConfigDatum(configOutput.datum);
  const { passport: passportPolicy, roles: rolesPolicy } = config.scripts;
  if (passportPolicy === undefined || rolesPolicy === undefined) return null;
  const output = await stateOutput(source, passportPolicy, referenceUnit("", id));
  if (output === null) return null;
  const { metadata, extra: passport } = decodePassportDatum(output.datum);
  const [issuer, block, latest] = await Promise.all([
    stateOutput(source, rolesPolicy, referenceUnit("", passport.issuer)),
    transactionBlock(source, output.txHash),
    latestBlock(source),
  ]);
  return {
    config,
    passportPolicy,
    rolesPolicy,
    passport,
    name: metadata.name,
    output,
    issuer: issuer === null ? null : decodeAttestationDatum(issuer.datum).extra,
    time: block?.time ?? null,
    confirmations: block === null || latest === null ? null : Math.max(1, latest.height - block.height + 1),
  };
}

/** A token of a policy counts only where that policy's script guards it. */
export async function stateOutput(
  source: LedgerSource,
  policy: string,
  assetName: string,
): Promise<(LedgerOutput & { readonly datum: string }) | null> {
  const output = await outputWithUnit(source, policy + assetName);
  if (output === null) return null;
  const { payment } = parseAddress(output.address).address;
  if (payment?.kind !== "script" || payment.hash !== policy || output.datum === null) {
    throw new DppError("ledger/not-at-contract", "the token does not lie at its contract");
  }
  return { ...output, datum: output.datum };
}
