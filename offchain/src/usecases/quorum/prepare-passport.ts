/** Acts on one passport that several sign: what the ledger of the moment adds to the wish, and the plan. */
import { toHex } from "../../domain/bytes.js";
import { cidToHex } from "../../domain/cid.js";
import { DppError } from "../../domain/errors.js";
import type { AgreeingOwner } from "../../domain/proposal.js";
import type { Utxo } from "../../ports/ledger.js";
import { planAmend, planLog, planReassign, planRetire } from "../../tx/life.js";
import { keyOf } from "../../tx/presented.js";
import type { Validity } from "../../tx/state.js";
import type { Context } from "../context.js";
import type { loadDeployment } from "../deployment.js";
import { ownershipOf } from "../life.js";
import { requireActive, requirePassport } from "../passports.js";
import type { AttestationView } from "../resolve.js";
import { requireLive, requireRole } from "../roles.js";
import { refText } from "./expected.js";
import { quorumsOf } from "./ledger-view.js";
import type { PassportIntent, Prepared } from "./prepare.js";
import { recordCid } from "./record.js";

/**
 * `validity`: at most an hour, since attestations are judged in it.
 * @throws DppError `proposal/window`, `passport/unknown`, `passport/status`, `passport/no-owner`, `role/unknown`, `role/not-live`, `tx/no-key-address`, and what
 *   composing the record throws.
 */
export async function preparePassportAct(
  context: Context,
  deployment: Awaited<ReturnType<typeof loadDeployment>>,
  intent: PassportIntent,
  validity: Validity | undefined,
): Promise<Prepared> {
  if (validity === undefined)
    throw new DppError("proposal/window", "this act names the hour in which it is submitted");
  const { contracts } = context;
  const state = await requirePassport(context, intent.passport);
  const { utxo } = state;
  if (intent.act !== "log") requireActive(state, intent.act);
  switch (intent.act) {
    case "log": {
      const actor = await requireLive(context, intent.actor);
      const { owner, owned } = await agreeing(context, intent.passport);
      const record = toHex(await intent.record(state.actionHead));
      const logged = { state: utxo, owned, actor, record: cidToHex(recordCid({ record })) };
      return {
        action: { act: "log", record, actorHolder: actor.holder, owner },
        quorums: [],
        plan: () => planLog(contracts, deployment, { ...logged, validity: within(validity, actor) }),
      };
    }
    case "retire": {
      const recycler = await requireRole(context, intent.recycler, "RECYCLER");
      const { passport } = intent;
      const common = {
        act: "retire",
        passport,
        recycler: recycler.name,
        recyclerHolder: recycler.holder,
      } as const;
      if (intent.authority === null) {
        const { owner, owned } = await agreeing(context, passport);
        return {
          action: { ...common, authority: null, authorityHolder: null, owner },
          quorums: [],
          plan: () =>
            planRetire(contracts, deployment, {
              state: utxo,
              recycler,
              owned,
              validity: within(validity, recycler),
            }),
        };
      }
      const authority = await requireRole(context, intent.authority, "AUTHORITY");
      const range = within(validity, recycler, authority);
      return {
        action: { ...common, authority: authority.name, authorityHolder: authority.holder, owner: null },
        quorums: [],
        plan: () => planRetire(contracts, deployment, { state: utxo, recycler, authority, validity: range }),
      };
    }
    case "amend": {
      const issuer = await requireRole(context, state.issuerName, "MANUFACTURER");
      const authority = await requireRole(context, intent.authority, "AUTHORITY");
      const { idCommit, idMethod } = intent;
      const holders = { issuerHolder: issuer.holder, authorityHolder: authority.holder };
      return {
        action: { ...intent, issuer: issuer.name, ...holders },
        quorums: [],
        plan: () =>
          planAmend(contracts, deployment, {
            state: utxo,
            issuer,
            authority,
            idCommit,
            idMethod,
            validity: within(validity, issuer, authority),
          }),
      };
    }
    case "reassign": {
      const issuer = await requireLive(context, intent.issuer);
      const authority = await requireLive(context, intent.authority);
      const holders = { issuerHolder: issuer.holder, authorityHolder: authority.holder };
      const action = { ...intent, ...holders };
      return {
        action,
        quorums: quorumsOf(action, deployment.state),
        plan: (quorum) =>
          planReassign(contracts, deployment, {
            state: utxo,
            authority,
            issuer,
            quorum,
            validity: within(validity, authority, issuer),
          }),
      };
    }
  }
}

/** Inside the dates of everybody who acts. @throws DppError `role/not-live` when the hour lies outside. */
function within({ from, to }: Validity, ...acting: readonly AttestationView[]): Validity {
  const inside = {
    from: Math.max(from, ...acting.map(({ validFrom }) => validFrom)),
    to: Math.min(to, ...acting.map(({ validTo }) => validTo)),
  };
  if (inside.from < inside.to) return inside;
  throw new DppError("role/not-live", "in that hour one of those who act is outside the dates of his role");
}

async function agreeing(
  context: Context,
  passport: string,
): Promise<{ readonly owner: AgreeingOwner; readonly owned: Utxo }> {
  const owned = await ownershipOf(context, passport);
  return { owned, owner: { key: keyOf(owned), output: refText(owned) } };
}
