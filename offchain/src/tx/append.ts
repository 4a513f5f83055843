/** Plans that append packs to threads, whoever signed them. Rules: docs/spec/anchor.md "Append", "CoAppend". */
import { decodeAttestationDatum, decodeThreadDatum, encodeThreadDatum } from "../codec/datum.js";
import { jointDigest, packDigest } from "../codec/pack.js";
import { decodeParties } from "../codec/parties.js";
import { encodeAnchorSpend, encodeJointSpend } from "../codec/redeemer.js";
import type { Attestation } from "../domain/attestation.js";
import { fromHex } from "../domain/bytes.js";
import { tierOf } from "../domain/event.js";
import { isJointThread } from "../domain/joint.js";
import type { AppendEntry, CoAppendEntry, SealedPack, Thread } from "../domain/pack.js";
import type { Range } from "../merkle/range.js";
import type { Utxo } from "../ports/ledger.js";
import { extended, peaksOf, type ThreadState } from "./anchor.js";
import type { Contracts, DeploymentUtxos } from "./contracts.js";
import { sameOutRef, type TxPlan } from "./plan.js";
import { type Presented, withPresented } from "./presented.js";
import { type KeySignature, signatureBeside, withProofs } from "./proofs.js";
import { continuing, type Validity, withScript } from "./state.js";

export interface Appending {
  readonly state: ThreadState;
  /** Who signed: the source, or the parties in the order of their names. */
  readonly signers: readonly Presented[];
  readonly pack: SealedPack;
}

export type PackEntry = AppendEntry | CoAppendEntry;

interface Signer extends Pick<Attestation, "kind" | "alg" | "pk" | "maxDelay"> {
  readonly name: string;
}

const signerOf = ({ name, utxo }: Presented): Signer => ({
  ...decodeAttestationDatum(utxo.datum ?? "").extra,
  name,
});

/** What the ledger writes of a pack: the tier and the keys of the attestations, the mark that it has to bear. `until`: upper bound of the range, POSIX ms. */
export function entryOf(
  thread: Thread,
  signers: readonly Presented[],
  { lo, hi, root, cmin, cmax }: SealedPack,
  until: number,
): PackEntry {
  const attested = signers.map(signerOf);
  const maxDelay = Math.min(...attested.map((signer) => signer.maxDelay));
  const late = cmin < thread.lastCmax || until - cmin > maxDelay;
  const written = { late, lo, hi, root, cmin, cmax, until };
  const [source] = attested;
  if (isJointThread(thread.source) || source === undefined)
    return {
      kind: "co-append",
      tier: "MULTI_PARTY_SIGNED",
      ...written,
      parties: attested.map(({ name, pk }) => ({ name, pk })),
    };
  return { kind: "append", tier: tierOf(source.kind), ...written, pk: source.pk };
}

/** Each signature that the ledger has to check for a pack. @throws DppError `pack/parties`, `pack/malformed`. */
export function signaturesOf(pack: SealedPack, signers: readonly Presented[]): readonly KeySignature[] {
  const attested = signers.map(signerOf);
  if (!isJointThread(pack.source))
    return attested.map(({ alg, pk }) => ({ alg, pk, digest: packDigest(pack), signature: pack.signature }));
  const parties = decodeParties(fromHex(pack.signature));
  const digest = jointDigest(
    pack,
    parties.map(({ name }) => name),
  );
  return attested.map(({ name, alg, pk }) => ({
    ...{ alg, pk, digest },
    signature: parties.find((party) => party.name === name)?.signature ?? "",
  }));
}

function redeemerOf({ state, signers, pack }: Appending, late: boolean): string {
  const { lo, hi, root, cmin, cmax } = pack;
  const common = { lo, hi, root, cmin, cmax, late, peaks: peaksOf(state.range) };
  const beside = signaturesOf(pack, signers).map(signatureBeside);
  if (!isJointThread(pack.source))
    return encodeAnchorSpend({ act: "Append", ...common, signature: beside[0] ?? "" });
  const parties = signers.map(({ name }, at) => ({ name, signature: beside[at] ?? "" }));
  return encodeJointSpend({ act: "CoAppend", ...common, parties });
}

/** The scripts that the threads lie at. */
function scriptsFor(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  appending: readonly Appending[],
): Pick<TxPlan, "referenceInputs" | "scripts"> {
  const sorts = new Set(appending.map(({ pack }) => (isJointThread(pack.source) ? "joint" : "anchor")));
  const parts = [...sorts].map((sort) => withScript(contracts, utxos, sort));
  return {
    referenceInputs: parts
      .flatMap(({ referenceInputs }) => referenceInputs)
      .filter((utxo, at, all) => all.findIndex((other) => sameOutRef(other, utxo)) === at),
    scripts: parts.flatMap(({ scripts }) => scripts),
  };
}

/**
 * One transaction for any number of threads, one pack each. `validity`: in whole slots; `tables`: what P-256 keys among the signers need (`tx/tables.ts`). Answers the
 * entry and the range of each thread, in the order given.
 * @throws DppError `p256/no-table`, `p256/signature`, `pack/parties`.
 */
export function planAppend(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  appending: readonly Appending[],
  validity: Validity,
  tables: readonly Utxo[] = [],
): { readonly plan: TxPlan; readonly entries: readonly PackEntry[]; readonly ranges: readonly Range[] } {
  const steps = appending.map((each) => {
    const { state, signers, pack } = each;
    const old = decodeThreadDatum(state.utxo.datum ?? "");
    const entry = entryOf(old, signers, pack, validity.to);
    const redeemer = redeemerOf(each, entry.late);
    return { utxo: state.utxo, redeemer, entry, after: extended(old, state.range, entry) };
  });
  const signers = appending.flatMap((each) => each.signers);
  const plan: TxPlan = {
    inputs: steps.map(({ utxo, redeemer }) => ({ utxo, redeemer })),
    ...withPresented(scriptsFor(contracts, utxos, appending), ...signers),
    mints: [],
    outputs: steps.map(({ utxo, after }) => continuing(utxo, encodeThreadDatum(after.thread))),
    signers: [],
    validity,
  };
  const signatures = appending.flatMap((each) => signaturesOf(each.pack, each.signers));
  return {
    plan: withProofs(contracts, utxos, plan, signatures, tables),
    entries: steps.map(({ entry }) => entry),
    ranges: steps.map(({ after }) => after.range),
  };
}
