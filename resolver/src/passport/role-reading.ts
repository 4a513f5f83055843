/**
 * What a proven role adds to the public answer: escrow groups decrypted here, direct groups as the reader's own to open, every other group with the
 * reason for its refusal. Spec: docs/spec/role-proof.md "What a role reads".
 */
import { encodeKeyring } from "@cardano-dpp/offchain/codec/keyring";
import { excerptKeyring } from "@cardano-dpp/offchain/crypto/keyring-excerpt";
import { toBase64url } from "@cardano-dpp/offchain/domain/bytes";
import type { SealedGroup } from "@cardano-dpp/offchain/domain/document";
import { DppError, isDppError } from "@cardano-dpp/offchain/domain/errors";
import type { Keyring } from "@cardano-dpp/offchain/domain/keyring";
import { type Disclosure, discloseElement } from "@cardano-dpp/offchain/merkle/disclosure";
import type { AttestationView, PassportState } from "@cardano-dpp/offchain/usecases/resolve";
import type { RoleProof } from "@cardano-dpp/offchain/usecases/role-proof";
import { openPassport } from "@cardano-dpp/offchain/usecases/seal-open";
import type { Static } from "@sinclair/typebox";
import type { Reading } from "../schemas/passport.js";
import type { LoadedDocument } from "./document.js";
import { rolesOfGroup } from "./groups.js";
import type { LoadedKeyring } from "./keyrings.js";

export type RoleReading = Static<typeof Reading>;
type GroupReading = RoleReading["groups"][number];

/** Escrow groups that the resolver's key opens, with the proofs of their elements. */
export type EscrowGroups = ReadonlyMap<string, readonly Disclosure[]>;

/** @throws DppError `sealed/*` when ciphertext or keys were tampered with. */
export function openEscrow(
  state: PassportState,
  { bytes, document }: LoadedDocument,
  keyring: LoadedKeyring | null,
): EscrowGroups {
  const expected = { config: document.config, issuer: state.sealedBy, dataRoot: state.dataRoot };
  const opened = openPassport(bytes, expected, keyring?.opened ?? undefined);
  const escrowed = document.groups.filter(
    ({ name, access }) => access === "escrow" && opened.groups.has(name),
  );
  return new Map(
    escrowed.map(({ name }) => [
      name,
      (opened.groups.get(name) ?? []).map((entry) => discloseElement(document, entry)),
    ]),
  );
}

/**
 * `only`: the one group that was asked for.
 * @throws DppError `access/unknown-group`, and the refusal itself when `only` is refused.
 */
export function readByRole(
  loaded: LoadedDocument,
  keyring: LoadedKeyring | null,
  escrow: () => EscrowGroups,
  proof: RoleProof,
  only: string | undefined,
): RoleReading {
  const { document } = loaded;
  const asked = document.groups.filter(({ name }) => only === undefined || name === only);
  if (only !== undefined && asked.length === 0) {
    throw new DppError("access/unknown-group", "this passport has no such group", {
      details: { group: only },
    });
  }
  const excerpts = new Map<string, string>();
  const groups: GroupReading[] = [];
  const refused: RoleReading["refused"][number][] = [];
  for (const group of asked) {
    try {
      const readers = requireReaders(loaded, keyring, proof.granted, group);
      if (group.access === "escrow") groups.push(readEscrow(escrow(), group));
      else {
        const stanzas = stanzasFor(keyring?.keyring ?? null, readers);
        for (const [name, excerpt] of stanzas) excerpts.set(name, excerpt);
        groups.push(envelopeOf(group));
      }
    } catch (error) {
      // A refusal is an answer; anything else means that what is stored is not what was sealed.
      if (!isDppError(error) || !error.code.startsWith("access/") || only !== undefined) throw error;
      refused.push({ name: group.name, code: error.code, message: error.message });
    }
  }
  return {
    roles: proof.granted.map(({ name, role, operator }) => ({ attestation: name, role, operator })),
    refusedRoles: [...proof.refused],
    groups,
    refused,
    keyrings: Array.from(excerpts, ([attestation, excerpt]) => ({ attestation, keyring: excerpt })),
  };
}

/** @throws DppError `access/not-granted`. */
function requireReaders(
  loaded: LoadedDocument,
  keyring: LoadedKeyring | null,
  granted: readonly AttestationView[],
  group: SealedGroup,
): readonly AttestationView[] {
  const roles = rolesOfGroup(loaded, keyring?.keyring ?? null, group.name);
  const readers = granted.filter(({ role }) => roles.includes(role));
  if (readers.length > 0) return readers;
  const proven = granted.map(({ role }) => role).join(", ");
  const needed = roles.join(", ") || "no role here";
  throw new DppError("access/not-granted", `readable by ${needed}; this wallet proves ${proven}`, {
    details: { group: group.name, roles },
  });
}

/** @throws DppError `access/not-escrowed` when the issuer's keyring holds no stanza for this resolver. */
function readEscrow(escrow: EscrowGroups, { name }: SealedGroup): GroupReading {
  const elements = escrow.get(name);
  if (elements === undefined) {
    throw new DppError(
      "access/not-escrowed",
      "the manufacturer has not entrusted this server with the group's key",
    );
  }
  return { name, access: "escrow", elements: [...elements] };
}

const envelopeOf = ({ name, epoch, wrappedKey, sealed }: SealedGroup): GroupReading => ({
  name,
  access: "direct",
  epoch,
  wrappedKey: toBase64url(wrappedKey),
  sealed: toBase64url(sealed),
});

/** @throws DppError `access/not-sealed-to-reader` when the keyring was not refreshed since the reader was accredited. */
function stanzasFor(
  keyring: Keyring | null,
  readers: readonly AttestationView[],
): readonly (readonly [string, string])[] {
  const found = readers.flatMap(({ name }) => {
    const excerpt = keyring === null ? null : excerptFor(keyring, name);
    return excerpt === null ? [] : [[name, excerpt] as const];
  });
  if (found.length > 0) return found;
  throw new DppError(
    "access/not-sealed-to-reader",
    "the manufacturer has not yet sealed its keys to this role: its keyring awaits a refresh",
  );
}

function excerptFor(keyring: Keyring, name: string): string | null {
  const excerpt = excerptKeyring(keyring, { name });
  return excerpt.sections.length === 0 ? null : toBase64url(encodeKeyring(excerpt));
}
