/** The keys of who signed a pack, and their signatures. Spec: docs/spec/receipt.md "Checking", `key`, `signature`. Pure. */
import { decodeEventKey } from "../../codec/event-key.js";
import { packDigest } from "../../codec/pack.js";
import { requireWellFormed } from "../../crypto/event-key-form.js";
import { flawOf, type KeyVerify } from "../../crypto/event-signature.js";
import { fromHex } from "../../domain/bytes.js";
import { type EventLeaf, tierOf } from "../../domain/event.js";
import { type EventKey, formOf } from "../../domain/event-key.js";
import { formWords } from "../../domain/event-key-words.js";
import type { PackHeader, SealedPack } from "../../domain/pack.js";
import type { Receipt, ReceiptPack } from "../../domain/receipt.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import { checkParty, readJointSeal } from "./check-joint.js";
import { attempt, failed, faultOf, judged, type Outcome } from "./receipt-checks.js";
import { ofSigner, type Signer, type Signers } from "./receipt-signers.js";

/** What a reader is told of a key. */
const keyWords = (key: EventKey): string =>
  formWords(key.form) + (key.form === "WebAuthn" ? ` at ${key.origin}` : "");

export function keyCheck(signers: Signers, { p256 }: Pick<TrustRoot, "p256">): Outcome {
  const faults = signers.all.flatMap((signer) => {
    const fault = keyFault(signer, p256 !== null);
    return fault === null ? [] : [ofSigner(signers, signer) + fault];
  });
  if (faults.length > 0) return failed(faults.join("; "));
  const said = signers.all.map((signer) => {
    const key = decodeEventKey(signer.attestation);
    const table = key.form === "Ed25519" ? "" : ", checked on the ledger by its own table";
    return `${ofSigner(signers, signer)}${keyWords(key)}${table}`;
  });
  return judged([], said.join("; "));
}

function keyFault({ attestation }: Signer, hasP256: boolean): string | null {
  const { alg, pk } = attestation;
  const flaw = faultOf(() => requireWellFormed(attestation));
  if (flaw !== null) return flaw;
  return formOf(alg, pk) === "Ed25519" || hasP256
    ? null
    : "the trust root names no script that checks P-256 signatures: the ledger takes nothing under such a key";
}

export function signatureCheck(
  { pack }: Receipt,
  { source }: EventLeaf,
  signers: Signers,
  { config }: TrustRoot,
  verify: KeyVerify,
): Outcome {
  const place = { ...pack, config, source };
  if (signers.isJoint) return jointSignatureCheck({ ...place, tier: "MULTI_PARTY_SIGNED" }, signers, verify);
  const faults = signers.all.flatMap(({ attestation }) => {
    const fault = sealFault({ ...place, tier: tierOf(attestation.kind) }, pack, attestation, verify);
    return fault === null ? [] : [fault];
  });
  return judged(
    faults,
    `the source signed the pack by ${signers.all.map(wordsOf).join()}, for this deployment and under its own tier`,
  );
}

/** A key of no form has been told. */
const wordsOf = ({ attestation }: Signer): string => {
  const key = attempt(() => decodeEventKey(attestation));
  return typeof key === "string" ? formWords(null) : keyWords(key);
};

function sealFault(
  header: PackHeader,
  { signature }: ReceiptPack,
  { alg, pk }: Signer["attestation"],
  verify: KeyVerify,
): string | null {
  const digest = attempt(() => packDigest(header));
  if (typeof digest === "string") return digest;
  const [key, bytes] = [fromHex(pk), fromHex(signature)];
  if (formOf(alg, pk) !== null && verify(key, digest, bytes)) return null;
  const flaw = flawOf(key, digest, bytes);
  return flaw === null || flaw.code === "event/signature"
    ? "the pack is not signed by the key of the source's attestation"
    : `the pack is not signed by the key of the source's attestation: ${flaw.message}`;
}

function jointSignatureCheck(pack: SealedPack, signers: Signers, verify: KeyVerify): Outcome {
  const seal = attempt(() => readJointSeal(pack));
  if (typeof seal === "string") return failed(seal);
  const { digest, parties } = seal;
  if (parties.map(({ name }) => name).join() !== signers.all.map(({ name }) => name).join())
    return failed("the parties that the signatures name are not those whose attestations are here");
  const faults = parties.flatMap((party, at) => {
    const signer = signers.all[at] as Signer;
    const fault = faultOf(() => checkParty(party, signer.attestation, digest, verify));
    return fault === null ? [] : [fault];
  });
  const said = signers.all.map((signer) => `${signer.attestation.role} by ${wordsOf(signer)}`);
  return judged(
    faults,
    `every party signed the pack and the list of parties, for this deployment: ${said.join("; ")}`,
  );
}
