/** Finds, reads and answers one passport; the route only speaks HTTP around it. Holds the caches. */
import { createHash } from "node:crypto";
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { idCommit, parseIdentifier } from "@cardano-dpp/offchain/domain/identifier";
import { parseLinkParameters } from "@cardano-dpp/offchain/domain/identifier-link";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import type { ProductIndex } from "@cardano-dpp/offchain/ports/product-index";
import { deploymentOf } from "@cardano-dpp/offchain/tx/contracts";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import type { PassportState } from "@cardano-dpp/offchain/usecases/resolve";
import { type Prover, recheckRoles, requireRole } from "@cardano-dpp/offchain/usecases/role-proof";
import { confirmationsOf } from "@cardano-dpp/offchain/usecases/track";
import type { ReadLog } from "../ports/read-log.js";
import { type Located, type PassportAnswer, publicAnswer } from "./answer.js";
import { RecentMap } from "./cache.js";
import { DocumentReader, type LoadedDocument } from "./document.js";
import { KeyringReader } from "./keyrings.js";
import type { KnownPolicies } from "./policies.js";
import { type EscrowGroups, openEscrow, readByRole } from "./role-reading.js";
import { type StateAtTip, StateReader } from "./state.js";

export interface PassportParts {
  readonly reading: Reading;
  readonly content: ContentStore;
  readonly index: ProductIndex;
  readonly readLog: ReadLog;
  readonly policies: KnownPolicies;
  readonly resolverKey: Uint8Array | null;
  readonly tipAge: number;
}

export interface ProductRequest {
  readonly gtin: string;
  readonly serial: string;
  readonly p?: string | undefined;
  readonly s?: string | undefined;
}

/** Bytes that are sent as they are until the next block. */
export interface PublicBody {
  readonly json: Buffer;
  readonly etag: string;
}

interface KeptBody {
  readonly at: StateAtTip;
  readonly body: PublicBody;
  /** Hash of the document's policy when it was unknown: once it is known, the body says more. */
  readonly lacks: string | null;
}

const REMEMBERED = 1000;
const REMEMBERED_ESCROWS = 200;
const unknownProduct = (): DppError =>
  new DppError("resolver/unknown-product", "no passport is known for this product");

export class PassportResolver {
  private readonly parts: PassportParts;
  private readonly states: StateReader;
  private readonly documents: DocumentReader;
  private readonly keyrings: KeyringReader;
  private readonly bodies = new RecentMap<string, KeptBody>(REMEMBERED);

  /** In clear, in memory only: the key that opens them lies there too. */
  private readonly escrows = new RecentMap<string, EscrowGroups>(REMEMBERED_ESCROWS);

  constructor(parts: PassportParts) {
    this.parts = parts;
    this.states = new StateReader(parts.reading, parts.tipAge);
    this.documents = new DocumentReader(parts.content, parts.reading.contracts.config.hash, parts.policies);
    this.keyrings = new KeyringReader(parts.content, parts.resolverKey);
  }

  /** From the QR's `p` and `s`, or by the index. @throws DppError `identifier/*`, `resolver/unknown-product`. */
  async locate({ gtin, serial, p, s }: ProductRequest): Promise<Located> {
    const identifier = parseIdentifier(gtin, serial);
    if (p !== undefined || s !== undefined) {
      const { passportId, salt } = parseLinkParameters(p ?? "", s ?? "");
      return { id: passportId, salt, identifier, source: "qr" };
    }
    const entry = await this.parts.index.find(identifier.gtin, identifier.serial);
    if (entry === null) throw unknownProduct();
    return { id: entry.id, salt: fromHex(entry.salt), identifier, source: "index" };
  }

  /** @throws DppError `resolver/unknown-product`, `resolver/identifier-mismatch`; `content/*`, `sealed/*`, `ledger/*`. */
  async publicBody(located: Located): Promise<PublicBody> {
    const { at, state } = await this.stateOf(located);
    const key = `${located.source} ${located.id}`;
    const known = this.bodies.get(key);
    if (known !== undefined && known.at === at && !(await this.isLearnt(known.lacks))) return known.body;
    const loaded = await this.documents.read(state);
    const lacks = loaded.policy === null ? loaded.document.header.policy.hash : null;
    const json = Buffer.from(JSON.stringify(this.answer(located, at, state, loaded)));
    const etag = `"${createHash("sha256").update(json).digest("base64url").slice(0, 27)}"`;
    return this.bodies.set(key, { at, body: { json, etag }, lacks }).body;
  }

  /** The answer with what the prover's roles add, logged before it is given. @throws DppError `access/*` and those of `publicBody`. */
  async roleAnswer(
    located: Located,
    prover: Prover,
    attestations: readonly string[],
    only?: string,
  ): Promise<PassportAnswer> {
    const { reading, readLog } = this.parts;
    const proof = requireRole(await recheckRoles(reading, prover, attestations));
    const { at, state } = await this.stateOf(located);
    const loaded = await this.documents.read(state);
    const cid = state.issuer?.keyring ?? null;
    const keyring = cid === null ? null : await this.keyrings.read(cid);
    const escrow = (): EscrowGroups => {
      const key = `${state.content} ${state.dataRoot} ${cid}`;
      return this.escrows.get(key) ?? this.escrows.set(key, openEscrow(state, loaded, keyring));
    };
    const read = readByRole(loaded, keyring, escrow, proof, only);
    if (read.groups.length > 0) {
      await readLog.append({
        time: reading.clock.now(),
        passport: state.id,
        revision: state.revision,
        attestations: proof.granted.map(({ name }) => name),
        groups: read.groups.map(({ name }) => name),
      });
    }
    return { ...this.answer(located, at, state, loaded), reading: read };
  }

  private async isLearnt(lacks: string | null): Promise<boolean> {
    return lacks !== null && (await this.parts.policies.find(lacks)) !== null;
  }

  private answer(
    located: Located,
    { tip }: StateAtTip,
    state: PassportState,
    loaded: LoadedDocument,
  ): PassportAnswer {
    const { contracts, ledger } = this.parts.reading;
    return publicAnswer(located, state, tip, loaded, deploymentOf(contracts), confirmationsOf(ledger));
  }

  private async stateOf(
    located: Located,
  ): Promise<{ readonly at: StateAtTip; readonly state: PassportState }> {
    const at = await this.states.read(located.id);
    if (at.state === null) throw unknownProduct();
    if (idCommit(located.salt, located.identifier) !== at.state.idCommit) {
      throw new DppError(
        "resolver/identifier-mismatch",
        "the passport on the ledger was not made for this product: the code may be forged or misread",
      );
    }
    return { at, state: at.state };
  }
}
