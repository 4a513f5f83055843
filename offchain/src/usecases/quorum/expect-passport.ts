/** What the acts on one passport must do: log, retire, amend, reassign. Spec: docs/spec/proposal.md "What a signer checks". */
import { encodePassportSpend, type PassportSpend } from "../../codec/redeemer.js";
import { chainAction } from "../../domain/action-chain.js";
import { cidToHex } from "../../domain/cid.js";
import type { AgreeingOwner, QuorumAction } from "../../domain/proposal.js";
import { referenceUnit, userUnit } from "../../domain/tokens.js";
import type { Contracts } from "../../tx/contracts.js";
import { type Expected, NOTHING, refOf } from "./expected.js";
import { fieldsOf } from "./fields.js";
import { recordCid, recordIn } from "./record.js";

export type PassportAction = Extract<QuorumAction, { act: "log" | "retire" | "amend" | "reassign" }>;

/** Id (hex) of the passport that is acted on. */
export const passportOf = (action: PassportAction): string =>
  action.act === "log" ? recordIn(action).passport : action.passport;

/** The acts that an owner agrees to; `null`: he has no part in it. */
export const ownerIn = (action: QuorumAction): AgreeingOwner | null =>
  action.act === "log" || action.act === "retire" ? action.owner : null;

export function expectedOnPassport({ passport }: Contracts, action: PassportAction): Expected {
  const { spend, says } = orderOf(action);
  const id = passportOf(action);
  const owner = ownerIn(action);
  const output = owner === null ? null : refOf(owner.output);
  return {
    ...NOTHING,
    spend: { contract: passport, data: encodePassportSpend(spend) },
    states: [
      {
        kind: "passport",
        contract: passport,
        unit: referenceUnit(passport.hash, id),
        isNew: false,
        says: fieldsOf(says),
      },
    ],
    returned:
      owner === null || output === null
        ? null
        : { ref: output, unit: userUnit(passport.hash, id), key: owner.key },
    inputs: output === null ? [] : [output],
  };
}

function orderOf(action: PassportAction): { readonly spend: PassportSpend; readonly says: object } {
  switch (action.act) {
    case "log": {
      const { actor, previous } = recordIn(action);
      const record = cidToHex(recordCid(action));
      return {
        spend: { act: "Log", actor, record },
        says: { actionHead: chainAction(previous, record) },
      };
    }
    case "retire": {
      const { recycler, authority } = action;
      return { spend: { act: "Retire", recycler, authority }, says: { status: "Retired" } };
    }
    case "amend": {
      const { authority, idCommit, idMethod } = action;
      return { spend: { act: "Amend", authority }, says: { idCommit, idMethod } };
    }
    case "reassign":
      return {
        spend: { act: "Reassign", authority: action.authority },
        says: { issuer: action.issuer },
      };
  }
}
