/** From what is wanted to an action and its plan, on the ledger's state of the moment. */
import { fromHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { QuorumAction } from "../../domain/proposal.js";
import type { Quorum } from "../../domain/signing-sets.js";
import type { Utxo } from "../../ports/ledger.js";
import { scriptHashes } from "../../tx/contracts.js";
import { planFound, planReclaim, planRotate } from "../../tx/deploy.js";
import type { TxPlan } from "../../tx/plan.js";
import { planIssueRoles, planRecover, planRenew, planRevokeRole } from "../../tx/roles.js";
import type { Validity } from "../../tx/state.js";
import type { Context, Reading } from "../context.js";
import { loadDeployment, type Rotation, rotated } from "../deployment.js";
import type { AttestationView } from "../resolve.js";
import { requireAttestation, requireEventKey, requireReadingKey, requireUsable } from "../roles.js";
import { newAttestationOf } from "./expect.js";
import { refOf, refText } from "./expected.js";
import { quorumsOf } from "./ledger-view.js";
import { preparePassportAct } from "./prepare-passport.js";
import { recordIn } from "./record.js";

type Without<A extends QuorumAction["act"], K extends string> = Omit<Extract<QuorumAction, { act: A }>, K>;

/** The bytes of an action record that follows a head (hex); stored when it resolves. Asked more than once for the same head. */
export type RecordAfter = (previous: string) => Promise<Uint8Array>;

export type PassportIntent =
  | {
      readonly act: "log";
      readonly passport: string;
      /** Attestation name in whose name it is logged. */
      readonly actor: string;
      readonly record: RecordAfter;
    }
  | {
      readonly act: "retire";
      readonly passport: string;
      readonly recycler: string;
      /** `null`: the owner agrees. */
      readonly authority: string | null;
    }
  | Without<"amend", "issuer" | "issuerHolder" | "authorityHolder">
  | Without<"reassign", "issuerHolder" | "authorityHolder">;

/** An action without what only the ledger of the moment tells. */
export type QuorumIntent =
  | Without<"issue", "seed">
  | Without<"renew", never>
  | Without<"revoke", never>
  | Without<"recover", "keyEpoch">
  | ({ readonly act: "rotate" } & Rotation)
  | PassportIntent
  | Without<"reclaim", never>
  | Without<"found", "seed">;

/**
 * The same wish again. `anew`: the record after another action, since a record is bound to its place.
 * @throws DppError `proposal/malformed`.
 */
export function intentOf(action: QuorumAction, anew: RecordAfter = cannotRepeat): QuorumIntent {
  switch (action.act) {
    case "issue":
      return { act: "issue", roles: action.roles };
    case "recover": {
      const { keyEpoch: _, ...intent } = action;
      return intent;
    }
    case "reassign": {
      const { issuerHolder: _, authorityHolder: __, ...intent } = action;
      return intent;
    }
    case "log": {
      const { passport, actor, previous } = recordIn(action);
      const record: RecordAfter = async (head) => (head === previous ? fromHex(action.record) : anew(head));
      return { act: "log", passport, actor, record };
    }
    case "retire": {
      const { passport, recycler, authority } = action;
      return { act: "retire", passport, recycler, authority };
    }
    case "amend": {
      const { issuer: _, issuerHolder: __, authorityHolder: ___, ...intent } = action;
      return intent;
    }
    case "found": {
      const { seed: _, ...intent } = action;
      return intent;
    }
    default:
      return action;
  }
}

const cannotRepeat: RecordAfter = async () => {
  throw new DppError("action/gap", "another action came between: the record has to be composed anew");
};

export interface Prepared {
  readonly action: QuorumAction;
  /** Each of these must sign. */
  readonly quorums: readonly Quorum[];
  /** `members`: key hashes of those who sign. */
  plan(members: readonly string[]): TxPlan;
}

/**
 * `fee`: the proposer's output that pays; an issue takes its names from it. `validity`: for acts with a live attestation.
 * @throws DppError `role/unknown`, `role/status`, `role/not-live`, `proposal/no-script`, `deployment/not-found`, `ledger/seed-spent`, and as
 *   `preparePassportAct`.
 */
export async function prepare(
  reading: Context,
  intent: QuorumIntent,
  fee: Utxo,
  validity: Validity | undefined,
): Promise<Prepared> {
  if (intent.act === "found") return prepareFounding(reading, intent);
  const { contracts } = reading;
  const deployment = await loadDeployment(reading);
  const prepared = <A extends QuorumAction>(action: A, plan: Prepared["plan"]): Prepared => ({
    action,
    quorums: quorumsOf(action, deployment.state),
    plan,
  });
  switch (intent.act) {
    case "issue": {
      const accredited = intent.roles.map(newAttestationOf);
      accredited.forEach(requireUsable);
      return prepared(
        { ...intent, seed: refText(fee) },
        (members) => planIssueRoles(contracts, deployment, fee, accredited, members).plan,
      );
    }
    case "renew": {
      if (intent.validFrom >= intent.validTo)
        throw new DppError("role/dates", "an attestation ends after it begins");
      const { utxo } = await standing(reading, intent.attestation);
      return prepared(intent, (members) => planRenew(contracts, deployment, utxo, intent, members));
    }
    case "revoke": {
      const { utxo } = await standing(reading, intent.attestation);
      return prepared(intent, (members) =>
        planRevokeRole(contracts, deployment, utxo, members, intent.reason),
      );
    }
    case "recover": {
      const { utxo, name, keyEpoch } = await standing(reading, intent.attestation);
      const badgeTo = intent.badgeTo ?? undefined;
      requireReadingKey(intent.encPk);
      requireEventKey(intent);
      return prepared({ ...intent, keyEpoch: keyEpoch + 1 }, (members) =>
        planRecover(contracts, deployment, { utxo, name }, intent, members, badgeTo),
      );
    }
    case "rotate": {
      const { act, ...rotation } = intent;
      const next = rotated(contracts, deployment.state, rotation);
      const { scripts: _, ...consortium } = next;
      return prepared({ act, ...consortium }, (members) =>
        planRotate(contracts, deployment.config, next, members),
      );
    }
    case "log":
    case "retire":
    case "amend":
    case "reassign":
      return preparePassportAct(reading, deployment, intent, validity);
    case "reclaim": {
      const carried = await carriedScript(reading, intent.output);
      return prepared(intent, (members) => planReclaim(contracts, deployment.config, carried, members));
    }
  }
}

async function prepareFounding(
  { contracts, ledger }: Reading,
  intent: Extract<QuorumIntent, { act: "found" }>,
): Promise<Prepared> {
  const [seed] = await ledger.utxosByOutRef([contracts.seed]);
  if (seed === undefined) {
    throw new DppError("ledger/seed-spent", "the output that this deployment's name follows from is spent");
  }
  const { act: _, ...consortium } = intent;
  const config = { ...consortium, scripts: scriptHashes(contracts), successor: null };
  return {
    action: { ...intent, seed: refText(contracts.seed) },
    quorums: [intent],
    plan: (members) => planFound(contracts, seed, config, members),
  };
}

/** What the quorum may still change: a revoked attestation stays as it is. */
async function standing(reading: Context, name: string): Promise<AttestationView> {
  const view = await requireAttestation(reading, name);
  if (view.status !== "Revoked") return view;
  throw new DppError("role/status", `the attestation ${name} is revoked, and stays so`, {
    details: { status: view.status },
  });
}

async function carriedScript({ ledger, contracts }: Reading, output: string): Promise<Utxo> {
  const [carried] = await ledger.utxosByOutRef([refOf(output)]);
  if (carried?.scriptRef && carried.address === contracts.config.address) return carried;
  throw new DppError("proposal/no-script", `${output} is no reference script of this deployment`);
}
