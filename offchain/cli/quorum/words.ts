/** What a proposal does, in lines for a person; read off the bytes, beside what the file claims. */
import {
  decodeAnchorSpend,
  decodeConfigSpend,
  decodePassportSpend,
  decodeRolesSpend,
} from "../../src/codec/redeemer.js";
import { fromHex, fromUtf8 } from "../../src/domain/bytes.js";
import { isDppError } from "../../src/domain/errors.js";
import { SIGNATURE_FORMS } from "../../src/domain/event-key.js";
import { formWords } from "../../src/domain/event-key-words.js";
import { type Proposal, signersOf } from "../../src/domain/proposal.js";
import { reasonName } from "../../src/domain/reason.js";
import { LABEL_REFERENCE, LABEL_USER, roleName, roleOfName } from "../../src/domain/tokens.js";
import type { Contracts } from "../../src/tx/contracts.js";
import type { Effect, FieldChange, Inspection } from "../../src/usecases/quorum/inspect.js";
import type { Reclaimed } from "../../src/usecases/quorum/reclaimed.js";
import { openRecordIn, recordCid, recordIn } from "../../src/usecases/quorum/record.js";
import { standingOf } from "../../src/usecases/quorum/signatures.js";
import { contentLines } from "../action-text.js";
import { ada, isoTime } from "../output.js";

/** What the file claims, in one line. */
export function claimOf({ action }: Pick<Proposal, "action">): string {
  switch (action.act) {
    case "issue":
      return `accredit ${action.roles.map(({ role, operator }) => `${role} ${operator}`).join(", ")}`;
    case "renew":
      return `renew the attestation ${attestationText(action.attestation)} until ${isoTime(action.validTo)}`;
    case "revoke":
      return `revoke the attestation ${attestationText(action.attestation)}: ${reasonName(action.reason)}`;
    case "recover":
      return `give the attestation ${attestationText(action.attestation)} new keys${action.badgeTo === null ? "" : " and a new badge"}`;
    case "rotate":
      return `change the consortium: ${action.threshold} of ${action.members.length} members sign${action.successor === null ? "" : `, successor ${action.successor}`}`;
    case "reassign":
      return `reassign the passport ${action.passport} to ${attestationText(action.issuer)}`;
    case "log": {
      const { type, actor, passport } = recordIn(action);
      return `log on the passport ${passport}: ${type}, in the name of ${attestationText(actor)}`;
    }
    case "retire":
      return `retire the passport ${action.passport}, by ${attestationText(action.recycler)} with ${action.authority === null ? "its owner" : attestationText(action.authority)}`;
    case "amend":
      return `bind the passport ${action.passport} to its product anew, under a new label of ${attestationText(action.issuer)}`;
    case "reclaim":
      return `take back the reference script at ${action.output}`;
    case "found":
      return `found the deployment: ${action.threshold} of ${action.members.length} members sign`;
  }
}

/** With the name as the verbs take it. */
const attestationText = (name: string): string =>
  roleOfName(name) === null ? name : `${shortName(name)} (${name})`;

/** Role and serial, which are all of the name. */
export const shortName = (name: string): string => {
  const role = roleOfName(name);
  return role === null ? name : `${roleName(role)} ${name.slice(-24)}`;
};

/** A token in words: whose policy, which name. */
export function unitText({ config, roles, passport, anchor }: Contracts, unit: string): string {
  const [policy, name] = [unit.slice(0, 56), unit.slice(56)];
  const [label, content] = [name.slice(0, 8), name.slice(8)];
  const kind = label === LABEL_REFERENCE ? "state" : label === LABEL_USER ? "token" : null;
  if (policy === config.hash) return `config token ${printable(name)}`;
  if (policy === roles.hash && kind !== null)
    return `${kind === "state" ? "attestation" : "badge"} ${shortName(content)}`;
  if (policy === passport.hash && kind !== null)
    return `${kind === "state" ? "passport" : "ownership of passport"} ${content}`;
  if (policy === anchor.hash) return `thread of ${shortName(name)}`;
  return `token ${unit}`;
}

function printable(hex: string): string {
  try {
    const text = fromUtf8(fromHex(hex));
    return /^[!-~]+$/.test(text) ? text : hex;
  } catch {
    return hex;
  }
}

const TIMES = ["validFrom", "validTo"];

const valueText = ({ field }: FieldChange, value: string): string =>
  field === "alg"
    ? algText(value)
    : TIMES.includes(field) && Number.isSafeInteger(Number(value))
      ? timeText(Number(value))
      : value || "(empty)";

/** `2: P-256 …`: what a source's key signs with; a number that stands for no form stays one. */
function algText(value: string): string {
  const form = SIGNATURE_FORMS[Number(value)];
  return form === undefined ? `${value}: of no form that is checked` : `${value}: ${formWords(form)}`;
}

/** Dates beyond what JavaScript can write stay numbers. */
const timeText = (ms: number): string => (ms <= 8.64e15 ? isoTime(ms) : String(ms));

const ORDERS = {
  config: decodeConfigSpend,
  roles: decodeRolesSpend,
  passport: decodePassportSpend,
  anchor: decodeAnchorSpend,
} as const;
const SCRIPT_OF = { attestation: "roles", passport: "passport", config: "config", thread: "anchor" } as const;

/** The order to the contract that is spent from, as the contract reads it. */
function orderLines({ redeemers, states }: Effect): readonly string[] {
  const script = SCRIPT_OF[states[0]?.kind ?? "config"];
  return redeemers.flatMap(({ purpose, data }) => {
    if (purpose !== "spend") return [];
    try {
      const { act, ...fields } = ORDERS[script](data) as { act: string };
      const more = Object.entries(fields).map(([name, value]) => ` ${name} ${String(value)}`);
      return [`order      ${script}: ${act}${more.join("")}`];
    } catch (error) {
      if (!isDppError(error)) throw error;
      return [`order      unknown: ${data}`];
    }
  });
}

/** A line of a table for people; the label may be empty. */
export const row = (label: string, text: string): string => `${label.padEnd(11)}${text}`;

/** What the bytes do. */
export function effectLines(contracts: Contracts, { effect }: Inspection): readonly string[] {
  const { states, mint, pays, returns, reclaims, fee } = effect;
  return [
    ...orderLines(effect),
    ...states.flatMap(({ unit, isNew, changes }) => [
      // Without the state before, all of the new one is shown.
      row(
        isNew ? "makes" : changes.some(({ from }) => from !== null) ? "changes" : "becomes",
        unitText(contracts, unit),
      ),
      ...changes.map((change) => {
        const next = valueText(change, change.to);
        const line = change.from === null ? next : `${valueText(change, change.from)} → ${next}`;
        return row("", `  ${change.field.padEnd(14)} ${line}`);
      }),
    ]),
    ...Object.entries(mint).map(([unit, quantity]) =>
      row(quantity > 0n ? "mints" : "burns", `${quantity} ${unitText(contracts, unit)}`),
    ),
    ...pays.map((output) => row("pays", heldText(contracts, output))),
    ...returns.map((output) => row("returns", heldText(contracts, output))),
    ...(reclaims === null ? [] : reclaimLines(reclaims)),
    row("fee", `at most ${ada(fee)} ADA, paid by the proposer`),
  ];
}

function reclaimLines({ ref, script, lovelace, isLast }: Reclaimed): readonly string[] {
  const what = script === null ? "a script that is none of this deployment's" : `the ${script} script`;
  return [
    row("takes back", `${what}, at ${ref}`),
    row("", `${ada(lovelace)} ADA go to the proposer, less the fee`),
    ...(script === null || !isLast
      ? []
      : [
          "WARNING    it is in use: this deployment's transactions refer to it, and there is no other copy. Without it",
          "           each of them carries the script itself, is larger and costs more; open proposals that refer to it can stand no more.",
        ]),
  ];
}

function heldText(contracts: Contracts, { address, assets }: Effect["pays"][number]): string {
  const tokens = Object.keys(assets).filter((unit) => unit !== "lovelace");
  const held = [`${ada(assets.lovelace ?? 0n)} ADA`, ...tokens.map((unit) => unitText(contracts, unit))];
  return `${held.join(" and ")} to ${address}`;
}

/** Of an action: its record, which the order to the contract commits to, and what of it the keys open. `secrets`: reading keys. */
export async function recordLines(
  { action }: Proposal,
  secrets: readonly Uint8Array[],
): Promise<readonly string[]> {
  if (action.act !== "log") return [];
  const opened = await openRecordIn(action, secrets);
  return [
    row("record", `${recordCid(action)}, of ${timeText(opened.record.at)} as its writer says`),
    ...contentLines(opened, ": who signs cannot read it").map((line) => row("", `  ${line}`)),
  ];
}

/** Who signs, who has, who has not; `names`: of keys here. */
export function signatureLines(proposal: Proposal, names: ReadonlyMap<string, string>): readonly string[] {
  const { signed, missing, complete } = standingOf(proposal);
  const named = (key: string): string => (names.has(key) ? `${key} (${names.get(key)}, here)` : key);
  const everyone = [...new Set(proposal.variants.flatMap((variant) => signersOf(proposal, variant)))];
  const always = everyone.filter((key) =>
    proposal.variants.every((variant) => signersOf(proposal, variant).includes(key)),
  );
  return [
    ...everyone.map((key) => {
      const must = always.includes(key) ? "must sign" : "may sign ";
      return `  ${signed.includes(key) ? "signed   " : must}  ${named(key)}`;
    }),
    complete === null
      ? `signatures ${Math.min(...missing.map((keys) => keys.length))} more at least`
      : "signatures complete: dpp quorum submit",
  ];
}

export const headLines = (proposal: Proposal): readonly string[] => [
  `proposal   ${proposal.id}`,
  `says       ${claimOf(proposal)}`,
  `deployment ${proposal.deployment.configPolicy} on ${proposal.deployment.network}`,
  `proposer   ${proposal.proposer}`,
  `open until ${isoTime(proposal.expires)}${proposal.window.to === null ? " (by the word of this software; the ledger sets no end)" : ""}`,
  ...(proposal.window.from === null
    ? []
    : [
        `submit at  ${isoTime(proposal.window.from)}, or until ${isoTime(proposal.window.to ?? proposal.expires)}`,
      ]),
];

export const uncomparedLines = ({ uncompared }: Inspection): readonly string[] =>
  uncompared.length === 0 ? [] : ["NOT COMPARED here:", ...uncompared.map((what) => `  ${what}`)];
