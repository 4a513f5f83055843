/** Signatures of a proposal: each is Ed25519 over the hash of its variant's body, as a witness on the ledger is. */
import { readTransaction } from "../../codec/ledger-cbor/transaction.js";
import { keyHashOf, verifyEd25519 } from "../../crypto/cip8.js";
import { fromHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import { type Proposal, type ProposalSignature, signersOf } from "../../domain/proposal.js";
import type { Signer } from "../../ports/signer.js";

/** Hash of each variant's body, which is the transaction's id, too. @throws DppError `proposal/malformed`. */
export function bodyHashes({ variants }: Pick<Proposal, "variants">): readonly string[] {
  return variants.map(({ tx }, at) => {
    try {
      return readTransaction(tx).hash;
    } catch (cause) {
      throw new DppError(
        "proposal/malformed",
        `proposal/variants/${at}/tx: expected an unsigned transaction`,
        {
          cause,
          details: { path: `/variants/${at}/tx` },
        },
      );
    }
  });
}

const signerOf = ({ publicKey }: ProposalSignature): string => keyHashOf(fromHex(publicKey));

/**
 * Every signature verifies, and is one that its variant needs; the proposer's are there, or anybody could name another as the one who pays.
 * @throws DppError `proposal/tampered` naming the first that does not; `proposal/malformed`.
 */
export function verifySignatures(proposal: Proposal): void {
  const hashes = bodyHashes(proposal);
  for (const signature of proposal.signatures) {
    const variant = proposal.variants[signature.variant];
    const keyHash = signerOf(signature);
    const hash = hashes[signature.variant];
    const needed = variant !== undefined && signersOf(proposal, variant).includes(keyHash);
    const { signature: proof, publicKey } = signature;
    if (needed && hash !== undefined && verifyEd25519(fromHex(proof), fromHex(hash), fromHex(publicKey)))
      continue;
    throw new DppError(
      "proposal/tampered",
      `the signature of ${keyHash} ${needed ? "does not belong to this transaction" : "is none that this transaction needs"}: ask for the file again`,
      { details: { keyHash, variant: signature.variant } },
    );
  }
  if (standingOf(proposal).missing.every((keys) => !keys.includes(proposal.proposer))) return;
  throw new DppError(
    "proposal/tampered",
    `the proposer ${proposal.proposer}, who pays, has not signed this proposal: ask for the file again`,
    { details: { keyHash: proposal.proposer } },
  );
}

export interface Standing {
  /** Key hashes that signed everything they can. */
  readonly signed: readonly string[];
  /** For each variant, who has yet to sign it. */
  readonly missing: readonly (readonly string[])[];
  /** Position of the first variant that nobody's signature lacks; `null`: none. */
  readonly complete: number | null;
}

export function standingOf(proposal: Proposal): Standing {
  const given = proposal.signatures.map((signature) => `${signature.variant} ${signerOf(signature)}`);
  const needed = proposal.variants.map((variant) => signersOf(proposal, variant));
  const missing = needed.map((keys, at) => keys.filter((key) => !given.includes(`${at} ${key}`)));
  const everyone = [...new Set(needed.flat())];
  const complete = missing.findIndex((keys) => keys.length === 0);
  return {
    signed: everyone.filter((key) => missing.every((keys) => !keys.includes(key))),
    missing,
    complete: complete < 0 ? null : complete,
  };
}

/** This signer's signature on every variant that needs him. @throws DppError `proposal/not-a-signer`, `proposal/signed-already`. */
export async function withSignatureOf(proposal: Proposal, signer: Signer): Promise<Proposal> {
  const hashes = bodyHashes(proposal);
  const own = hashes.flatMap((hash, variant) => {
    const found = proposal.variants[variant];
    return found !== undefined && signersOf(proposal, found).includes(signer.keyHash)
      ? [{ hash, variant }]
      : [];
  });
  if (own.length === 0) {
    throw new DppError(
      "proposal/not-a-signer",
      `the key ${signer.keyHash} is none of those who sign this proposal`,
      { details: { keyHash: signer.keyHash } },
    );
  }
  if (standingOf(proposal).signed.includes(signer.keyHash)) {
    throw new DppError(
      "proposal/signed-already",
      `the key ${signer.keyHash} has signed this proposal already`,
      {
        details: { keyHash: signer.keyHash },
      },
    );
  }
  const made = await Promise.all(
    own.map(async ({ hash, variant }) => ({ ...(await signer.signTx(hash)), variant })),
  );
  return { ...proposal, signatures: joined([...proposal.signatures, ...made]) };
}

/**
 * Copies of one proposal as one, with the signatures of all.
 * @throws DppError `proposal/other-proposal` when they are not the same; `proposal/tampered` for a signature that does not verify.
 */
export function mergeProposals([first, ...others]: readonly [Proposal, ...Proposal[]]): Proposal {
  const stranger = others.find(({ id }) => id !== first.id);
  if (stranger !== undefined) {
    throw new DppError(
      "proposal/other-proposal",
      `these are different proposals, ${first.id} and ${stranger.id}: signatures of one are none of the other's`,
      { details: { ids: [first.id, stranger.id] } },
    );
  }
  for (const copy of [first, ...others]) verifySignatures(copy);
  const signatures = [first, ...others].flatMap((copy) => copy.signatures);
  return { ...first, signatures: joined(signatures) };
}

/** Each key once for each variant. */
const joined = (signatures: readonly ProposalSignature[]): readonly ProposalSignature[] => [
  ...new Map(signatures.map((each) => [`${each.variant} ${each.publicKey}`, each])).values(),
];
