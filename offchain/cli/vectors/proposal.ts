/** Vectors of docs/spec/proposal.md: files, what their id is the hash of, and files that are refused. Their transactions do nothing. */
import { encodeActionRecord } from "../../src/codec/action-record.js";
import { encodeCbor } from "../../src/codec/cbor.js";
import { readTransaction } from "../../src/codec/ledger-cbor/transaction.js";
import { parseProposal, printProposal, proposalId } from "../../src/codec/proposal.js";
import { toHex } from "../../src/domain/bytes.js";
import { isDppError } from "../../src/domain/errors.js";
import { needsQuorum, type Proposal, type QuorumAction } from "../../src/domain/proposal.js";
import { attestationName } from "../../src/domain/tokens.js";
import { actor } from "../../src/testing/actors.js";
import { withSignatureOf } from "../../src/usecases/quorum/signatures.js";

const SEED = { txHash: "11".repeat(32), outputIndex: 0 };
const MEMBERS = ["vector member 1", "vector member 2"].map((name) => actor(name, "preview"));
const CONFIG = "33".repeat(28);
const PASSPORT = "44".repeat(28);
const PROPOSER = MEMBERS[0]?.keyHash ?? "";
const OWNER = { key: MEMBERS[1]?.keyHash ?? "", output: `${"66".repeat(32)}#1` };
/** No inputs, no outputs, a fee: only its hash matters here. */
const transaction = (fee: number): string =>
  `84a300d9010280018002${(0x10 + fee).toString(16).padStart(2, "0")}a0f5f6`;

const ACTIONS: readonly QuorumAction[] = [
  {
    act: "renew",
    attestation: attestationName("MANUFACTURER", SEED, 0),
    validFrom: 1_767_225_600_000,
    validTo: 1_798_761_600_000,
  },
  {
    act: "rotate",
    members: MEMBERS.map(({ keyHash }) => keyHash),
    threshold: 2,
    freezeKeys: ["22".repeat(28)],
    successor: null,
  },
  {
    act: "log",
    record: toHex(
      encodeActionRecord({
        config: CONFIG,
        passport: PASSPORT,
        previous: "",
        type: "repair",
        at: 1_767_225_600_000,
        actor: attestationName("REPAIRER", SEED, 1),
        elements: [{ id: "repair.done", type: "string", value: "Cell replaced", unit: null }],
        sealed: [],
        handOver: null,
      }),
    ),
    actorHolder: PROPOSER,
    owner: OWNER,
  },
  {
    act: "retire",
    passport: PASSPORT,
    recycler: attestationName("RECYCLER", SEED, 2),
    recyclerHolder: PROPOSER,
    authority: null,
    authorityHolder: null,
    owner: OWNER,
  },
  {
    act: "amend",
    passport: PASSPORT,
    issuer: attestationName("MANUFACTURER", SEED, 0),
    issuerHolder: PROPOSER,
    authority: attestationName("AUTHORITY", SEED, 3),
    authorityHolder: OWNER.key,
    idCommit: "55".repeat(32),
    idMethod: 1,
  },
];

async function made(action: QuorumAction): Promise<Proposal> {
  const [proposer] = MEMBERS;
  if (proposer === undefined) throw new Error("a consortium has members");
  const content = {
    deployment: { network: "preview", configPolicy: CONFIG } as const,
    proposer: proposer.keyHash,
    action,
    variants: [
      {
        members: needsQuorum(action) ? MEMBERS.map(({ keyHash }) => keyHash).toSorted() : [],
        tx: transaction(0),
      },
    ],
    window: needsQuorum(action)
      ? { from: null, to: null }
      : { from: 1_768_431_600_000, to: 1_768_435_200_000 },
    expires: 1_768_435_200_000,
  };
  return withSignatureOf({ ...content, id: proposalId(content), signatures: [] }, proposer);
}

function codeOf(file: unknown): string {
  try {
    parseProposal(JSON.stringify(file));
  } catch (error) {
    if (isDppError(error)) return error.code;
    throw error;
  }
  throw new Error("a vector of a refusal was accepted");
}

export async function proposalVectors() {
  const proposals = await Promise.all(ACTIONS.map(made));
  const [first] = proposals;
  if (first === undefined) throw new Error("there are vectors");
  const file = JSON.parse(printProposal(first));
  const refused = [
    { ...file, version: 2 },
    { ...file, comment: "please sign" },
    { ...file, expires: file.expires + 1 },
    { ...file, variants: [{ ...file.variants[0], tx: transaction(1) }] },
    { ...file, variants: [{ ...file.variants[0], members: [] }] },
    { ...file, variants: [{ ...file.variants[0], members: file.variants[0].members.toReversed() }] },
  ];
  return {
    spec: "docs/spec/proposal.md",
    accepted: proposals.map((proposal) => {
      const { signatures: _, id, ...content } = proposal;
      return {
        file: JSON.parse(printProposal(proposal)),
        content: toHex(encodeCbor(content as never)),
        id,
        bodyHashes: proposal.variants.map(({ tx }) => readTransaction(tx).hash),
      };
    }),
    refused: refused.map((each) => ({ file: each, code: codeOf(each) })),
  };
}
