/** The sealed document behind a state: fetched by its CID, held against the ledger's root, and kept, since both name its bytes. */
import { MAX_DOCUMENT_BYTES, type SealedDocument } from "@cardano-dpp/offchain/domain/document";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Policy } from "@cardano-dpp/offchain/domain/policy";
import {
  type Disclosure,
  discloseElement,
  discloseHeader,
  type HeaderDisclosure,
} from "@cardano-dpp/offchain/merkle/disclosure";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import type { PassportState } from "@cardano-dpp/offchain/usecases/resolve";
import { openPassport } from "@cardano-dpp/offchain/usecases/seal-open";
import { RecentMap } from "./cache.js";
import type { KnownPolicies } from "./policies.js";

export interface LoadedDocument {
  readonly bytes: Uint8Array;
  readonly document: SealedDocument;
  readonly header: HeaderDisclosure;
  readonly publicElements: readonly Disclosure[];
  /** Null: a policy that this resolver does not have; then nobody reads sealed groups here. */
  readonly policy: Policy | null;
}

/** Of a few hundred kilobytes each. */
const REMEMBERED = 200;

export class DocumentReader {
  private readonly content: ContentStore;
  private readonly configPolicy: string;
  private readonly policies: KnownPolicies;
  private readonly documents = new RecentMap<string, Omit<LoadedDocument, "policy">>(REMEMBERED);

  constructor(content: ContentStore, configPolicy: string, policies: KnownPolicies) {
    this.content = content;
    this.configPolicy = configPolicy;
    this.policies = policies;
  }

  /** @throws DppError `content/missing` when the store lacks a block; `content/*`, `sealed/*`, `document/*` when it holds something else. */
  async read(state: PassportState): Promise<LoadedDocument> {
    const key = `${state.content} ${state.dataRoot} ${state.sealedBy}`;
    const loaded = this.documents.get(key) ?? this.documents.set(key, await this.load(state));
    // Not kept with the document: a policy may become known later.
    return { ...loaded, policy: await this.policies.find(loaded.document.header.policy.hash) };
  }

  private async load(state: PassportState): Promise<Omit<LoadedDocument, "policy">> {
    const bytes = await this.content.get(state.content, { maxBytes: MAX_DOCUMENT_BYTES });
    if (bytes === null) {
      throw new DppError("content/missing", "the passport's document is not on the content store", {
        details: { cid: state.content },
      });
    }
    const expected = { config: this.configPolicy, issuer: state.sealedBy, dataRoot: state.dataRoot };
    const { document } = openPassport(bytes, expected);
    return {
      bytes,
      document,
      header: discloseHeader(document),
      publicElements: document.elements.map((entry) => discloseElement(document, entry)),
    };
  }
}
