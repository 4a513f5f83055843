/** Whom and what an act is about, as the ledger names them: an attestation's name and a passport's id tell a signer little. */
import type { Proposal, QuorumAction } from "../../src/domain/proposal.js";
import type { Reading } from "../../src/usecases/context.js";
import { recordIn } from "../../src/usecases/quorum/record.js";
import { type AttestationView, readAttestation, readPassport } from "../../src/usecases/resolve.js";
import { row, shortName } from "./words.js";

export interface About {
  readonly operators: readonly Pick<AttestationView, "name" | "operator" | "status">[];
  /** `operator`: of who answers for it now; `null`: his attestation is not on the ledger. */
  readonly product: { readonly id: string; readonly name: string; readonly operator: string | null } | null;
}

/** What the ledger does not know is left out; without one, all of it. @throws DppError `ledger/unavailable`. */
export async function aboutOf(reading: Reading | null, { action }: Proposal): Promise<About> {
  if (reading === null) return { operators: [], product: null };
  const views = await Promise.all(attestationsIn(action).map((name) => readAttestation(reading, name)));
  const id = passportIn(action);
  const state = id === null ? null : await readPassport(reading, id);
  return {
    operators: views.flatMap((view) =>
      view === null ? [] : [{ name: view.name, operator: view.operator, status: view.status }],
    ),
    product:
      state === null ? null : { id: state.id, name: state.name, operator: state.issuer?.operator ?? null },
  };
}

export const aboutLines = ({ operators, product }: About): readonly string[] => [
  ...operators.map(({ name, operator, status }) =>
    row("operator", `${plain(operator)}, as ${shortName(name)} (${status})`),
  ),
  ...(product === null
    ? []
    : [
        row(
          "product",
          `"${plain(product.name)}"${product.operator === null ? "" : ` of ${plain(product.operator)}`}, passport ${product.id}`,
        ),
      ]),
];

/** Text that others put on the ledger: nothing of it steers a terminal or turns the direction of writing. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");

function attestationsIn(action: QuorumAction): readonly string[] {
  switch (action.act) {
    case "renew":
    case "revoke":
    case "recover":
      return [action.attestation];
    case "reassign":
    case "amend":
      return [action.issuer, action.authority];
    case "retire":
      return [action.recycler, ...(action.authority === null ? [] : [action.authority])];
    case "log":
      return [recordIn(action).actor];
    default:
      return [];
  }
}

function passportIn(action: QuorumAction): string | null {
  switch (action.act) {
    case "reassign":
    case "amend":
    case "retire":
      return action.passport;
    case "log":
      return recordIn(action).passport;
    default:
      return null;
  }
}
