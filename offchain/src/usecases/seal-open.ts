/** Opening a sealed passport with whatever keys the reader has, every element held against the ledger's root. Pure. Spec: docs/spec/document.md "Opening". */
import { assertAscending, decodeSealedDocument } from "../codec/document-sealed.js";
import { openGroup } from "../crypto/envelope.js";
import type { GroupKeyring } from "../crypto/group-keys.js";
import type { Header, SaltedElement, SealedDocument, SealedGroup } from "../domain/document.js";
import { DppError } from "../domain/errors.js";
import { verifyDocument, verifyElements } from "../merkle/document.js";

/** What the ledger says of the passport. */
export interface Expected {
  /** Config policy of the deployment, hex. */
  readonly config: string;
  /** `issuer` of the datum, hex. */
  readonly issuer: string;
  /** `data_root` of the datum, hex. */
  readonly dataRoot: string;
}

export interface OpenedPassport {
  readonly document: SealedDocument;
  readonly header: Header;
  /** Hex. */
  readonly root: string;
  /** Verified elements by group; those in clear under `public`. */
  readonly groups: ReadonlyMap<string, readonly SaltedElement[]>;
  /** Groups that no key was held for. */
  readonly locked: readonly Pick<SealedGroup, "name" | "access" | "epoch">[];
}

/** The name under which the clear elements are found, whatever a policy calls its public groups. */
export const PUBLIC_GROUP = "public";

/**
 * @param bytes from the content store or from anybody: nothing in them is believed before the root says so.
 * @throws DppError `sealed/wrong-deployment`, `sealed/wrong-issuer`, `sealed/root-mismatch`, `sealed/leaf-mismatch`, `sealed/tampered`,
 *   `sealed/padding`, `sealed/leaf-collision`, and those of `decodeSealedDocument`.
 */
export function openPassport(bytes: Uint8Array, expected: Expected, keys?: GroupKeyring): OpenedPassport {
  const document = decodeSealedDocument(bytes);
  const { header } = document;
  if (document.config !== expected.config)
    throw new DppError("sealed/wrong-deployment", "the document belongs to another deployment");
  verifyDocument(document, expected.dataRoot);
  if (header.issuer.attestation !== expected.issuer)
    throw new DppError("sealed/wrong-issuer", "the document names another manufacturer than the ledger");
  const usable = keys !== undefined && keys.config === expected.config && keys.issuer === expected.issuer;
  const groups = new Map([[PUBLIC_GROUP, document.elements]]);
  const locked: OpenedPassport["locked"][number][] = [];
  for (const group of document.groups) {
    const key = usable ? keys.key({ policy: header.policy.hash, group: group.name }, group.epoch) : null;
    if (key === null) locked.push({ name: group.name, access: group.access, epoch: group.epoch });
    else groups.set(group.name, openVerified(document, group, key, expected));
  }
  assertDisjoint([...groups.values()].flat());
  return { document, header, root: expected.dataRoot, groups, locked };
}

function openVerified(
  document: SealedDocument,
  group: SealedGroup,
  key: Uint8Array,
  { config, issuer, dataRoot }: Expected,
): readonly SaltedElement[] {
  const context = { config, issuer, policy: document.header.policy.hash, root: dataRoot };
  const elements = openGroup(group, key, context);
  verifyElements(document.leaves, elements);
  return elements;
}

/** One element in one group: else two readers could be shown two values of the same id. */
function assertDisjoint(elements: readonly SaltedElement[]): void {
  try {
    assertAscending([...elements].sort((a, b) => a.index - b.index));
  } catch (cause) {
    throw new DppError("sealed/leaf-collision", "an element stands twice, or out of its place", { cause });
  }
}
