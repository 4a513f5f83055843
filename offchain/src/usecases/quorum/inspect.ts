/** What a proposal does, read off its bytes, and what speaks against it: the part of a signature that is not arithmetic. */
import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import type { UnsignedTransaction } from "../../codec/unsigned-transaction.js";
import { DppError } from "../../domain/errors.js";
import { type Proposal, signersOf } from "../../domain/proposal.js";
import type { SlotConfig } from "../../ports/ledger.js";
import { type Contracts, deploymentOf } from "../../tx/contracts.js";
import type { Reading } from "../context.js";
import { mismatchesInBytes, readVariants } from "./bytes.js";
import { eventKeyFaults } from "./event-keys.js";
import { expectedOf } from "./expect.js";
import { ownerIn } from "./expect-passport.js";
import type { ExpectedState } from "./expected.js";
import type { StateKind } from "./fields.js";
import { before, type LedgerView, mismatchesOnLedger, viewOf } from "./ledger-view.js";
import { fieldsIn, paymentKeyOf } from "./outputs.js";
import { type Reclaimed, reclaimedIn } from "./reclaimed.js";
import { verifySignatures } from "./signatures.js";

export interface FieldChange {
  readonly field: string;
  /** `null`: new, or not known without the ledger. */
  readonly from: string | null;
  readonly to: string;
}

export interface StateEffect {
  readonly kind: StateKind;
  readonly unit: string;
  readonly isNew: boolean;
  /** Every field of a new state or of one whose past is not known; else those that change. */
  readonly changes: readonly FieldChange[];
}

/** Read off the first variant's bytes; the others do the same. */
export interface Effect {
  readonly states: readonly StateEffect[];
  readonly mint: Readonly<Record<string, bigint>>;
  /** What goes to somebody else than the proposer and no contract. */
  readonly pays: readonly { readonly address: string; readonly assets: Readonly<Record<string, bigint>> }[];
  /** What an owner gets back as it was, since it is spent to show that he agrees. */
  readonly returns: readonly {
    readonly address: string;
    readonly assets: Readonly<Record<string, bigint>>;
  }[];
  /** The reference script that goes back; `null`: none does, or no ledger tells. */
  readonly reclaims: Reclaimed | null;
  /** Lovelace, the highest of the variants. */
  readonly fee: bigint;
  /** Redeemers as the contracts will read them, CBOR hex. */
  readonly redeemers: readonly { readonly purpose: string; readonly data: string }[];
}

export interface Inspection {
  readonly effect: Effect;
  /** In words; empty: the bytes do what the file says. */
  readonly mismatches: readonly string[];
  /** What could not be compared here. */
  readonly uncompared: readonly string[];
  readonly view: LedgerView | null;
}

/** Where a proposal is looked at; without a ledger only its bytes are. */
export interface Place {
  readonly contracts: Contracts;
  readonly slots: SlotConfig | null;
  readonly reading: Reading | null;
}

const OWNERS = "whether the owner gets back all that lies beside the ownership token";
const SCRIPT =
  "which script is taken back, whether it is in use, and how much ADA goes to the proposer with it";
const WITHOUT_LEDGER = [
  "whose coins it spends, your own among them or not, and whether they are unspent",
  "the state before the act: what else of it changes",
  "members and threshold of the consortium",
  "whether the orders to the contracts are those that the signatures cover",
];

/**
 * `signer`: key hash of who is to sign; `null`: somebody who only looks.
 * @throws DppError `proposal/other-deployment`, `proposal/tampered`, `proposal/malformed`.
 */
export async function inspect(place: Place, proposal: Proposal, signer: string | null): Promise<Inspection> {
  requireDeployment(place.contracts, proposal);
  verifySignatures(proposal);
  const inBytes = mismatchesInBytes(proposal, place.contracts, place.slots);
  const [first] = readVariants(proposal);
  if (first === undefined) throw new DppError("proposal/malformed", "a proposal has transactions");
  const view = place.reading === null ? null : await viewOf(place.reading, proposal);
  const reclaims =
    place.reading === null || view === null ? null : await reclaimedIn(place.reading, proposal.action, view);
  const onLedger =
    place.reading === null || view === null
      ? []
      : await mismatchesOnLedger(place.reading, proposal, view, signer);
  return {
    effect: effectOf(place.contracts, proposal, first, view, reclaims),
    mismatches: [...inBytes, ...eventKeyFaults(proposal.action), ...onLedger],
    uncompared: [
      ...(view === null ? WITHOUT_LEDGER : []),
      ...(view === null && ownerIn(proposal.action) !== null ? [OWNERS] : []),
      ...(view === null && proposal.action.act === "reclaim" ? [SCRIPT] : []),
      ...(place.slots === null ? ["the time in which the ledger takes it"] : []),
    ],
    view,
  };
}

/** @throws DppError `proposal/other-deployment`. */
export function requireDeployment(contracts: Contracts, { deployment }: Proposal): void {
  const own = deploymentOf(contracts);
  if (own.configPolicy === deployment.configPolicy && own.network === deployment.network) return;
  throw new DppError(
    "proposal/other-deployment",
    `this proposal is for the deployment ${deployment.configPolicy} on ${deployment.network}, and this home belongs to ${own.configPolicy} on ${own.network}`,
    { details: { proposal: deployment.configPolicy, home: own.configPolicy } },
  );
}

function effectOf(
  contracts: Contracts,
  proposal: Proposal,
  transaction: UnsignedTransaction,
  view: LedgerView | null,
  reclaims: Reclaimed | null,
): Effect {
  const { states, returned, mayStore } = expectedOf(contracts, proposal.action);
  const { outputs, mint, witnesses } = transaction;
  const isReturned = ({ assets }: Pick<OutputFacts, "assets">): boolean =>
    returned !== null && assets[returned.unit] !== undefined;
  const fees = readVariants(proposal).map(({ fee }) => fee);
  return {
    states: states.map((state) => stateEffect(state, transaction, view)),
    mint,
    pays: outputs.filter(
      ({ address, assets }) =>
        paymentKeyOf(address) !== proposal.proposer &&
        !states.some(({ unit }) => assets[unit] !== undefined) &&
        !mayStore.some((table) => table.address === address) &&
        !isReturned({ assets }),
    ),
    returns: outputs.filter(isReturned),
    reclaims,
    fee: fees.reduce((highest, fee) => (fee > highest ? fee : highest), 0n),
    redeemers: witnesses.redeemers.map(({ purpose, data }) => ({ purpose, data })),
  };
}

function stateEffect(
  state: ExpectedState,
  { outputs }: UnsignedTransaction,
  view: LedgerView | null,
): StateEffect {
  const { kind, unit, isNew } = state;
  const output = outputs.find(({ assets }) => assets[unit] !== undefined);
  const next = (output === undefined ? null : fieldsIn(kind, output)) ?? {};
  const old = view === null ? null : before(view, state);
  const changes = Object.entries(next)
    .map(([field, to]) => ({ field, from: old?.[field] ?? null, to }))
    .filter(({ from, to }) => from !== to);
  return { kind, unit, isNew, changes };
}

/** @throws DppError `proposal/not-a-signer`. */
export function requireSigner(proposal: Proposal, keyHash: string): void {
  if (proposal.variants.some((variant) => signersOf(proposal, variant).includes(keyHash))) return;
  throw new DppError("proposal/not-a-signer", `the key ${keyHash} is none of those who sign this proposal`, {
    details: { keyHash },
  });
}
