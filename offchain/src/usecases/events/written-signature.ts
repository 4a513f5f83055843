/** The source's signature over a pack that the ledger has, wherever in the transaction it stands. Spec: docs/spec/signature-forms.md "Script p256". */
import type { SignedTransaction } from "../../codec/ledger-cbor/signed.js";
import { packDigest } from "../../codec/pack.js";
import { decodeP256Proofs, type P256Proofs, statementOf } from "../../codec/redeemer.js";
import { signatureIn } from "../../crypto/p256-proofs.js";
import { isDppError } from "../../domain/errors.js";
import type { PackHeader } from "../../domain/pack.js";

/** Which party signed what. `pk`: hex. */
interface Signed {
  readonly alg: number;
  readonly pk: string;
  /** 32 bytes. */
  readonly digest: Uint8Array;
}

/**
 * Hex, in the form of its key: of Ed25519 what the redeemer holds; of the other forms what the script `p256` was given in the same transaction. Empty when it is not
 * there in a form that a pack could carry: the ledger's word stands all the same. `inRedeemer`: hex.
 */
export function writtenSignature(
  transaction: SignedTransaction,
  { alg, pk, digest }: Signed,
  inRedeemer: string,
): string {
  if (inRedeemer !== "") return inRedeemer;
  const statement = statementOf(alg, digest, pk);
  for (const proofs of proofsIn(transaction)) {
    const found = signatureIn(proofs, statement);
    if (found !== null) return found;
  }
  return "";
}

/** As `writtenSignature`, of a source's pack. */
export function packSignature(
  transaction: SignedTransaction,
  header: PackHeader,
  { alg, pk }: Pick<Signed, "alg" | "pk">,
  inRedeemer: string,
): string {
  if (inRedeemer !== "") return inRedeemer;
  const digest = digestOf(header);
  return digest === null ? "" : writtenSignature(transaction, { alg, pk, digest }, inRedeemer);
}

/** The ledger writes packs of more events than a pack file can hold. */
function digestOf(header: PackHeader): Uint8Array | null {
  try {
    return packDigest(header);
  } catch (error) {
    if (isDppError(error)) return null;
    throw error;
  }
}

/** Redeemers of withdrawals that read as the script's; another's states nothing that anybody looks up. */
function proofsIn({ witnesses }: SignedTransaction): readonly P256Proofs[] {
  return witnesses.redeemers.flatMap(({ purpose, data }) => {
    if (purpose !== "reward") return [];
    try {
      return [decodeP256Proofs(data)];
    } catch (error) {
      if (isDppError(error)) return [];
      throw error;
    }
  });
}
