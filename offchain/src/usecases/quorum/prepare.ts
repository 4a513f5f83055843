/** From what is wanted to an action and its plan, on the ledger's state of the moment. */
import { decodeAttestationDatum } from "../../codec/datum.js";
import { DppError } from "../../domain/errors.js";
import type { QuorumAction } from "../../domain/proposal.js";
import type { Quorum } from "../../domain/signing-sets.js";
import { referenceUnit } from "../../domain/tokens.js";
import type { Utxo } from "../../ports/ledger.js";
import { planFound, planReclaim, planRotate } from "../../tx/deploy.js";
import { planReassign } from "../../tx/life.js";
import type { TxPlan } from "../../tx/plan.js";
import type { Presented } from "../../tx/presented.js";
import { planIssueRoles, planRecover, planRenew, planRevokeRole } from "../../tx/roles.js";
import type { Validity } from "../../tx/state.js";
import type { Context, Reading } from "../context.js";
import { loadDeployment, type Rotation, rotated } from "../deployment.js";
import type { AttestationView } from "../resolve.js";
import { requireAttestation, requireLive, requireReadingKey, requireUsable } from "../roles.js";
import { newAttestationOf, refOf, refText } from "./expect.js";
import { quorumsOf } from "./ledger-view.js";

type Without<A extends QuorumAction["act"], K extends string> = Omit<Extract<QuorumAction, { act: A }>, K>;

/** An action without what only the ledger of the moment tells. */
export type QuorumIntent =
  | Without<"issue", "seed">
  | Without<"renew", never>
  | Without<"revoke", never>
  | Without<"recover", "keyEpoch">
  | ({ readonly act: "rotate" } & Rotation)
  | Without<"reassign", "issuerHolder" | "authorityHolder">
  | Without<"reclaim", never>
  | Without<"found", "seed">;

/** The same wish again. */
export function intentOf(action: QuorumAction): QuorumIntent {
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
    case "found": {
      const { seed: _, ...intent } = action;
      return intent;
    }
    default:
      return action;
  }
}

export interface Prepared {
  readonly action: QuorumAction;
  /** Each of these must sign. */
  readonly quorums: readonly Quorum[];
  /** `members`: key hashes of those who sign. */
  plan(members: readonly string[]): TxPlan;
}

/**
 * `fee`: the proposer's output that pays; an issue takes its names from it. `validity`: for acts with a live attestation.
 * @throws DppError `role/unknown`, `role/status`, `role/not-live`, `passport/unknown`, `proposal/no-script`, `deployment/not-found`, `ledger/seed-spent`.
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
    case "reassign": {
      if (validity === undefined)
        throw new DppError("proposal/window", "this act names the hour in which it is submitted");
      const [issuer, authority] = [await live(reading, intent.issuer), await live(reading, intent.authority)];
      const state = await passportState(reading, intent.passport);
      const holders = { issuerHolder: holderOf(issuer), authorityHolder: holderOf(authority) };
      return prepared({ ...intent, ...holders }, (quorum) =>
        planReassign(contracts, deployment, { state, authority, issuer, quorum, validity }),
      );
    }
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
  const scripts = { passport: contracts.passport.hash, roles: contracts.roles.hash };
  const config = { ...consortium, scripts, successor: null };
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

const live = async (reading: Context, name: string): Promise<Presented> => {
  const { utxo } = await requireLive(reading, name);
  return { utxo, name };
};

const holderOf = ({ utxo }: Presented): string => decodeAttestationDatum(utxo.datum ?? "").extra.holder;

async function passportState({ ledger, contracts }: Reading, id: string): Promise<Utxo> {
  const state = await ledger.utxoByUnit(referenceUnit(contracts.passport.hash, id));
  if (state === null || state.address !== contracts.passport.address)
    throw new DppError("passport/unknown", `this deployment has no passport ${id}`);
  return state;
}

async function carriedScript({ ledger, contracts }: Reading, output: string): Promise<Utxo> {
  const [carried] = await ledger.utxosByOutRef([refOf(output)]);
  if (carried?.scriptRef && carried.address === contracts.config.address) return carried;
  throw new DppError("proposal/no-script", `${output} is no reference script of this deployment`);
}
