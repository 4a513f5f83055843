/** Proposals as JSON files: strict, bounded, named by their hash. Spec: docs/spec/proposal.md. Whether signatures verify: `usecases/quorum/signatures.ts`. */
import { blake2b } from "@noble/hashes/blake2.js";
import { concat, toHex, utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { parseJson } from "../domain/json.js";
import { MAX_VARIANTS, needsQuorum, type Proposal, type ProposalSignature } from "../domain/proposal.js";
import { type CborInput, encodeCbor } from "./cbor.js";
import type { Read } from "./json-shape.js";
import { keyHash, readAction, shape, time } from "./proposal-action.js";

export const PROPOSAL_FORMAT = "cardano-dpp/proposal";
const VERSION = 1;
export const MAX_PROPOSAL_BYTES = 1024 * 1024;
const MAX_TX_BYTES = 16 * 1024;
/** Two quorums, two cosigners, a proposer, and a little room. */
const MAX_SIGNERS = 70;
const NETWORKS = ["mainnet", "preprod", "preview", "devnet", "embedded"] as const;

const { object, list, hex, int, oneOf, orNull, where } = shape;

const ascending = (values: readonly string[]): boolean =>
  values.every((value, at) => at === 0 || (values[at - 1] ?? "") < value);

const file = object({
  format: oneOf([PROPOSAL_FORMAT]),
  version: oneOf([VERSION]),
  deployment: object({ network: oneOf(NETWORKS), configPolicy: hex(28) }),
  id: hex(32),
  proposer: keyHash,
  action: readAction,
  variants: list(
    object({
      members: where(list(keyHash, 0, 64), ascending, "key hashes in ascending order"),
      tx: hex(1, MAX_TX_BYTES),
    }),
    1,
    MAX_VARIANTS,
  ),
  window: object({ from: orNull(time), to: orNull(time) }),
  expires: time,
  signatures: list(
    object({ publicKey: hex(32), signature: hex(64), variant: int(0, MAX_VARIANTS - 1) }),
    0,
    MAX_VARIANTS * MAX_SIGNERS,
  ) satisfies Read<readonly ProposalSignature[]>,
});

/**
 * @throws DppError `proposal/malformed` with the path, `proposal/malformed-json`, `proposal/duplicate-key`, `proposal/too-large`;
 *   `proposal/tampered` when the id is another than that of the content.
 */
export function parseProposal(input: string | Uint8Array): Proposal {
  const { format: _, version: __, ...proposal } = file(parseJson(input, "proposal", MAX_PROPOSAL_BYTES), "");
  const { variants, signatures, id } = proposal;
  const isSigned = variants.every(({ members }) => members.length > 0 === needsQuorum(proposal.action));
  if (!isSigned) throw shape.refuse("/variants", "members where a quorum signs, and none elsewhere");
  const sets = variants.map(({ members }) => members.join());
  if (new Set(sets).size !== sets.length) throw shape.refuse("/variants", "no set of members twice");
  const given = signatures.map(({ publicKey, variant }) => `${variant} ${publicKey}`);
  if (new Set(given).size !== given.length)
    throw shape.refuse("/signatures", "each key once for each variant");
  const stray = signatures.findIndex(({ variant }) => variant >= variants.length);
  if (stray >= 0) throw shape.refuse(`/signatures/${stray}/variant`, "the position of a variant");
  if (proposalId(proposal) !== id) {
    throw new DppError(
      "proposal/tampered",
      "this proposal was changed after it was made: its id is another than that of its content. Ask the proposer for it again",
      { details: { id } },
    );
  }
  return proposal;
}

/** Hash over everything but the signatures, hex. */
export const proposalId = ({
  action,
  deployment,
  expires,
  proposer,
  variants,
  window,
}: Omit<Proposal, "id" | "signatures">): string => {
  const content = { action, deployment, expires, proposer, variants, window } as unknown as CborInput;
  return toHex(blake2b(concat(utf8("dpp/proposal/1"), encodeCbor(content)), { dkLen: 32 }));
};

/** The file's text; the same for the same proposal, in whichever order it was signed. */
export function printProposal(proposal: Proposal): string {
  const { deployment, id, proposer, action, variants, window, expires } = proposal;
  const signatures = proposal.signatures
    .map(({ publicKey, signature, variant }) => ({ publicKey, signature, variant }))
    .toSorted((a, b) => a.variant - b.variant || (a.publicKey < b.publicKey ? -1 : 1));
  const content = {
    format: PROPOSAL_FORMAT,
    version: VERSION,
    deployment,
    id,
    proposer,
    action,
    variants,
    window,
    expires,
    signatures,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
