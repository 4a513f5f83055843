/** What the transactions of an action must do, from the action alone: no ledger is asked. Spec: docs/spec/proposal.md "What a signer checks". */

import type { KeyFields } from "../../codec/event-key.js";
import {
  CONFIG_FOUND,
  encodeAnchorMint,
  encodeConfigSpend,
  encodeRolesMint,
  encodeRolesSpend,
} from "../../codec/redeemer.js";
import { isWellFormed } from "../../crypto/event-key-form.js";
import type { ProposedRole, QuorumAction } from "../../domain/proposal.js";
import { attestationName, referenceUnit, userUnit } from "../../domain/tokens.js";
import { type Contracts, configUnit, scriptHashes } from "../../tx/contracts.js";
import type { NewAttestation } from "../../tx/roles.js";
import { needsTable, tableOutputs } from "../../tx/tables.js";
import { newThread, threadUnit } from "../../tx/threads.js";
import { expectedOnPassport } from "./expect-passport.js";
import { type Expected, NOTHING, refOf } from "./expected.js";
import { fieldsOf } from "./fields.js";

export function expectedOf(contracts: Contracts, action: QuorumAction): Expected {
  const { roles, config } = contracts;
  const onRole = (
    attestation: string,
    spend: Parameters<typeof encodeRolesSpend>[0],
    says: object,
  ): Expected => ({
    ...NOTHING,
    spend: { contract: roles, data: encodeRolesSpend(spend) },
    states: [
      {
        kind: "attestation",
        contract: roles,
        unit: referenceUnit(roles.hash, attestation),
        isNew: false,
        says: fieldsOf(says),
      },
    ],
  });
  switch (action.act) {
    case "issue":
      return issueOf(contracts, action);
    case "renew": {
      const { validFrom, validTo } = action;
      return onRole(action.attestation, { act: "Renew" }, { validFrom, validTo, status: "Active" });
    }
    case "revoke":
      return onRole(action.attestation, { act: "Revoke", reason: action.reason }, { status: "Revoked" });
    case "recover":
      return { ...recoverOf(contracts, action, onRole), mayStore: tablesOf(contracts, [action]) };
    case "rotate": {
      const { members, threshold, freezeKeys, successor } = action;
      const says = fieldsOf({ members, threshold, freezeKeys, successor });
      return {
        ...NOTHING,
        spend: { contract: config, data: encodeConfigSpend({ act: "Rotate" }) },
        states: [{ kind: "config", contract: config, unit: configUnit(contracts), isNew: false, says }],
      };
    }
    case "log":
    case "retire":
    case "amend":
    case "reassign":
      return expectedOnPassport(contracts, action);
    case "reclaim":
      return {
        ...NOTHING,
        spend: { contract: config, data: encodeConfigSpend({ act: "Reclaim" }) },
        inputs: [refOf(action.output)],
      };
    case "found": {
      const { members, threshold, freezeKeys } = action;
      const scripts = scriptHashes(contracts);
      const says = fieldsOf({ members, threshold, freezeKeys, scripts, successor: null });
      return {
        ...NOTHING,
        mints: [{ policy: config.hash, data: CONFIG_FOUND }],
        mint: { [configUnit(contracts)]: 1n },
        states: [{ kind: "config", contract: config, unit: configUnit(contracts), isNew: true, says }],
        inputs: [refOf(action.seed)],
      };
    }
  }
}

type OnRole = (attestation: string, spend: Parameters<typeof encodeRolesSpend>[0], says: object) => Expected;

function recoverOf(
  { roles }: Contracts,
  action: Extract<QuorumAction, { act: "recover" }>,
  onRole: OnRole,
): Expected {
  const { attestation, holder, alg, pk, encPk, keyEpoch, badgeTo } = action;
  const recovered = onRole(attestation, { act: "Recover" }, { holder, alg, pk, encPk, keyEpoch });
  if (badgeTo === null) return recovered;
  const badge = userUnit(roles.hash, attestation);
  return {
    ...recovered,
    mints: [{ policy: roles.hash, data: encodeRolesMint({ act: "Replace", name: attestation }) }],
    mint: { [badge]: 1n },
    pays: [{ address: badgeTo, units: [badge] }],
  };
}

function issueOf(contracts: Contracts, action: Extract<QuorumAction, { act: "issue" }>): Expected {
  const { roles, anchor } = contracts;
  const seed = refOf(action.seed);
  const named = action.roles
    .map((role, index) => ({ role, index, name: attestationName(role.role, seed, index) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const badges = new Map<string, string[]>();
  for (const { role, name } of named) {
    badges.set(role.badgeTo, [...(badges.get(role.badgeTo) ?? []), userUnit(roles.hash, name)]);
  }
  const indices = named.map(({ index }) => index);
  const sources = named.filter(({ role }) => role.pk !== "").map(({ name }) => name);
  const threads = sources.map((name) => threadUnit(contracts, name));
  const units = named.flatMap(({ name }) => [referenceUnit(roles.hash, name), userUnit(roles.hash, name)]);
  const opened = encodeAnchorMint({ act: "Open", first: named.length + badges.size });
  return {
    ...NOTHING,
    mints: [
      { policy: roles.hash, data: encodeRolesMint({ act: "Issue", seed, indices, first: 0 }) },
      ...(sources.length === 0 ? [] : [{ policy: anchor.hash, data: opened }]),
    ],
    mint: Object.fromEntries([...units, ...threads].map((unit) => [unit, 1n])),
    states: [
      ...named.map(({ role, name }) => {
        const { metadata, attestation } = newAttestationOf(role);
        const first = { ...attestation, status: "Active", keyring: "", keyEpoch: 0 };
        const says = fieldsOf({ title: metadata.name, image: metadata.image, ...first });
        return {
          kind: "attestation",
          contract: roles,
          unit: referenceUnit(roles.hash, name),
          isNew: true,
          says,
        } as const;
      }),
      ...sources.map(
        (name) =>
          ({
            kind: "thread",
            contract: anchor,
            unit: threadUnit(contracts, name),
            isNew: true,
            says: fieldsOf(newThread(name)),
          }) as const,
      ),
    ],
    pays: [...badges].map(([address, held]) => ({ address, units: held })),
    mayStore: tablesOf(
      contracts,
      named.map(({ role }) => role),
    ),
    inputs: [seed],
  };
}

/** Tables of P-256 keys, which the transaction that names a key writes. A key that is no point has none: its fault is told elsewhere (`event-keys.ts`). */
const tablesOf = (contracts: Contracts, keys: readonly KeyFields[]): Expected["mayStore"] =>
  tableOutputs(
    contracts,
    keys.filter((key) => needsTable(key) && isWellFormed(key)),
  ).map(({ address, datum }) => ({
    address,
    datum: datum ?? "",
  }));

/** A proposed role as the plan of its issue takes it. */
export function newAttestationOf({ title, image, badgeTo, ...attestation }: ProposedRole): NewAttestation {
  return { metadata: { name: title, image }, attestation, badgeAddress: badgeTo };
}
