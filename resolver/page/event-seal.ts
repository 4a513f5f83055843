/**
 * Who signed the pack of an event, with keys of which form, and whether the signatures verify here, in the reader's browser: of one source, or of several parties
 * together. What the ledger wrote it has checked itself; this looks again. Spec: docs/spec/signature-forms.md, docs/spec/anchor.md "Joint threads".
 */
import { jointDigest, packDigest } from "@cardano-dpp/offchain/codec/pack";
import { decodeParties, type PartySignature } from "@cardano-dpp/offchain/codec/parties";
import { decodeEntry } from "@cardano-dpp/offchain/codec/thread-entry";
import { verifyKey } from "@cardano-dpp/offchain/crypto/event-signature";
import type { AttestationStatus } from "@cardano-dpp/offchain/domain/attestation";
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import { formOf, formOfLength, type SignatureForm } from "@cardano-dpp/offchain/domain/event-key";
import type { AppendEntry, CoAppendEntry, PackHeader } from "@cardano-dpp/offchain/domain/pack";
import type { Role } from "@cardano-dpp/offchain/domain/role";
import { roleOfName } from "@cardano-dpp/offchain/domain/tokens";
import type { EventEvidence } from "../src/schemas/events.js";
import type { EventFacts } from "./event-facts.js";

export type Written = AppendEntry | CoAppendEntry;

export interface Signer {
  /** Attestation name. */
  readonly name: string;
  readonly role: Role | null;
  /** As its attestation says today; `null`: the ledger source could not name it. */
  readonly operator: string | null;
  /** Of its attestation, today. */
  readonly status: AttestationStatus | null;
  /** Of the key that signed; `null`: of none that anything here checks. */
  readonly form: SignatureForm | null;
}

export interface Seal {
  /** Several: they signed together. */
  readonly signers: readonly Signer[];
  /** Operators that stand behind several of them. */
  readonly shared: readonly string[];
  /**
   * Who checked the signatures: the ledger, when it wrote the pack; this page alone; nobody. `not-here`: the ledger of this deployment cannot check keys of this
   * form, so what they sign stays off it.
   */
  readonly by: "ledger" | "page" | "nobody" | "not-here";
  /** Whether they verify here; `null`: they were not shown here. */
  readonly verifies: boolean | null;
}

/** Attestation names of those who signed together, as a server tells it; empty for a single source, and where nothing can be read. */
export function partyNamesIn(evidence: EventEvidence | undefined): readonly string[] {
  try {
    if (evidence?.entry) {
      const entry = decodeEntry(fromHex(evidence.entry.bytes));
      return entry.kind === "co-append" ? entry.parties.map(({ name }) => name) : [];
    }
    return evidence?.pack ? decodeParties(fromHex(evidence.pack.signature)).map(({ name }) => name) : [];
  } catch {
    return [];
  }
}

/** Signatures that were found good or bad: events of one pack share one. */
const judged = new Map<string, boolean>();
const MOST = 2_000;

function isGood(pk: string, digest: Uint8Array, signature: string): boolean {
  const key = `${pk} ${signature} ${digest}`;
  const known = judged.get(key);
  if (known !== undefined) return known;
  const good = verifyKey(fromHex(pk), digest, fromHex(signature));
  if (judged.size >= MOST) judged.clear();
  judged.set(key, good);
  return good;
}

const operatorsTwice = (signers: readonly Signer[]): readonly string[] => {
  const all = signers.flatMap(({ operator }) => operator ?? []);
  return [...new Set(all.filter((operator, at) => all.indexOf(operator) < at))];
};

/** `keys`: by name, those of the ledger's entry, or today's. */
const signersOf = (
  keys: readonly { readonly name: string; readonly form: SignatureForm | null }[],
  facts: EventFacts,
): readonly Signer[] =>
  keys.map(({ name, form }) => {
    const today = facts.parties.get(name) ?? facts.sources.get(name)?.attestation ?? null;
    return {
      name,
      form,
      role: roleOfName(name),
      operator: today?.operator ?? null,
      status: today?.status ?? null,
    };
  });

function verifies(
  header: PackHeader,
  keys: readonly { readonly name: string; readonly pk: string }[],
  signature: string,
): boolean | null {
  if (signature === "") return null;
  const [only, ...others] = keys;
  if (only === undefined) return false;
  // A source's own pack bears its name.
  if (others.length === 0 && only.name === header.source)
    return isGood(only.pk, packDigest(header), signature);
  const parties = decodeParties(fromHex(signature));
  const names = keys.map(({ name }) => name);
  if (parties.length !== names.length || parties.some(({ name }, at) => name !== names[at])) return false;
  const digest = jointDigest(header, names);
  const states = parties.map(({ signature: own }: PartySignature, at) =>
    own === "" ? null : isGood(keys[at]?.pk ?? "", digest, own),
  );
  return states.includes(false) ? false : states.includes(null) ? null : true;
}

/** Of a pack that the ledger wrote. `signature`: hex, as the server shows it; empty: it does not. */
export function sealWritten(
  entry: Written,
  place: Pick<PackHeader, "config" | "source">,
  signature: string,
  facts: EventFacts,
): Seal {
  const { source } = place;
  const parties = entry.kind === "co-append" ? entry.parties : [{ name: source, pk: entry.pk }];
  const keys = parties.map(({ name, pk }) => ({ name, pk, form: formOfLength(pk.length / 2) }));
  const signers = signersOf(keys, facts);
  const shared = operatorsTwice(signers);
  return { signers, shared, by: "ledger", verifies: verifies({ ...entry, ...place }, keys, signature) };
}

/** Of a pack that waits, by today's keys; `pack` null: there is none. `names`: of those who sign it. */
export function sealWaiting(
  pack: EventEvidence["pack"],
  place: Pick<PackHeader, "config" | "source">,
  names: readonly string[],
  facts: EventFacts,
): Seal {
  const attested = names.map((name) => facts.parties.get(name) ?? facts.sources.get(name)?.attestation);
  const keys = names.map((name, at) => {
    const { alg, pk } = attested[at] ?? { alg: -1, pk: "" };
    return { name, pk, form: formOf(alg, pk) };
  });
  const signers = signersOf(keys, facts);
  const good = pack === null ? null : verifies({ ...pack, ...place }, keys, pack.signature);
  const unheard = keys.some(
    ({ form }, at) =>
      attested[at] != null &&
      (form === null || ((form === "P-256" || form === "WebAuthn") && !facts.checksP256)),
  );
  const by = unheard ? "not-here" : good === true ? "page" : "nobody";
  return { signers, shared: operatorsTwice(signers), by, verifies: good };
}
