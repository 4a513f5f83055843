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
import type { RoleEntry } from "@cardano-dpp/offchain/usecases/history/roles";
import type { PassportState } from "@cardano-dpp/offchain/usecases/resolve";
import {
  type Prover,
  type RoleProof,
  recheckRoles,
  requireRole,
} from "@cardano-dpp/offchain/usecases/role-proof";
import { confirmationsOf } from "@cardano-dpp/offchain/usecases/track";
import type { ReadLog } from "../ports/read-log.js";
import { type Located, type PassportAnswer, publicAnswer } from "./answer.js";
import { RecentMap } from "./cache.js";
import { DocumentReader, type LoadedDocument } from "./document.js";
import { historyAnswer, issuerOf, withoutOwners } from "./history-answer.js";
import { locatedHistory, readPast } from "./history-as-of.js";
import { HistoryReader, type KnownHistory } from "./history-reader.js";
import { KeyringReader } from "./keyrings.js";
import { NoticeReader } from "./notices.js";
import type { KnownPolicies } from "./policies.js";
import { type EscrowGroups, openEscrow, type RoleReading, readByRole } from "./role-reading.js";
import { readStandings } from "./standing.js";
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

interface KeptHistory {
  readonly roles: readonly RoleEntry[] | null;
  readonly bodies: Readonly<Record<Located["source"], PublicBody>>;
}

/** Who reads as of a moment, and which group alone. */
export interface AsOfReader {
  readonly prover: Prover;
  readonly attestations: readonly string[];
  readonly only?: string | undefined;
}

export function bodyOf(answer: object): PublicBody {
  const json = Buffer.from(JSON.stringify(answer));
  return { json, etag: `"${createHash("sha256").update(json).digest("base64url").slice(0, 27)}"` };
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

  readonly histories: HistoryReader;
  private readonly notices: NoticeReader;
  /** By what they were made of: a history or a standing that is read again is another object. */
  private readonly historyBodies = new WeakMap<KnownHistory, KeptHistory>();

  constructor(parts: PassportParts) {
    this.parts = parts;
    this.histories = new HistoryReader(parts.reading);
    this.notices = new NoticeReader({ ...parts.reading, content: parts.content }, this.histories);
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
    const body = bodyOf(await this.answer(located, at, state, loaded));
    return this.bodies.set(key, { at, body, lacks }).body;
  }

  /** The answer with what the prover's roles add, logged before it is given. @throws DppError `access/*` and those of `publicBody`. */
  async roleAnswer(
    located: Located,
    prover: Prover,
    attestations: readonly string[],
    only?: string,
  ): Promise<PassportAnswer> {
    const proof = requireRole(await recheckRoles(this.parts.reading, prover, attestations));
    const { at, state } = await this.stateOf(located);
    const loaded = await this.documents.read(state);
    const read = await this.readFor(proof, state, loaded, state.sealer?.keyring ?? null, only);
    return { ...(await this.answer(located, at, state, loaded)), reading: read };
  }

  /**
   * The answer as of a moment (POSIX ms); with a prover, what the roles that he proves today add, by today's keyring of the issuer that sealed the document.
   * @throws DppError `archive/*` and those of `roleAnswer`.
   */
  async answerAsOf(located: Located, time: number, who: AsOfReader | null): Promise<PassportAnswer> {
    const { reading } = this.parts;
    const proof =
      who === null ? null : requireRole(await recheckRoles(reading, who.prover, who.attestations));
    const tip = await reading.ledger.tip();
    const { state, asOf } = await readPast(reading, this.histories, located, time);
    const loaded = await this.documents.read(state);
    const read =
      proof === null
        ? null
        : await this.readFor(proof, state, loaded, state.sealer?.keyring ?? null, who?.only);
    return { ...(await this.answer(located, { tip }, state, loaded)), reading: read, asOf };
  }

  /**
   * By the code from the label all of it, by the index without owners.
   * @throws DppError `resolver/unknown-product`, `resolver/identifier-mismatch`, `history/*`, `ledger/*`.
   */
  async historyBody(located: Located): Promise<PublicBody> {
    const { reading, content } = this.parts;
    const known = await locatedHistory(this.histories, located);
    const issuer = issuerOf(known);
    const roles = issuer === null ? null : await this.histories.role(issuer);
    const kept = this.historyBodies.get(known);
    if (kept !== undefined && kept.roles === roles) return kept.bodies[located.source];
    const answer = await historyAnswer({ ...reading, content }, known, roles ?? []);
    const bodies = { qr: bodyOf(answer), index: bodyOf(withoutOwners(answer)) };
    // A record that is missing today may be there tomorrow.
    if (answer.entries.every(({ action }) => action?.mark == null))
      this.historyBodies.set(known, { roles, bodies });
    return bodies[located.source];
  }

  /** What the roles add, logged before it is given. `cid`: of the keyring. */
  private async readFor(
    proof: RoleProof,
    state: PassportState,
    loaded: LoadedDocument,
    cid: string | null,
    only: string | undefined,
  ): Promise<RoleReading> {
    const { reading, readLog } = this.parts;
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
    return read;
  }

  private async isLearnt(lacks: string | null): Promise<boolean> {
    return lacks !== null && (await this.parts.policies.find(lacks)) !== null;
  }

  private async answer(
    located: Located,
    { tip }: Pick<StateAtTip, "tip">,
    state: PassportState,
    loaded: LoadedDocument,
  ): Promise<PassportAnswer> {
    const { contracts, ledger } = this.parts.reading;
    const needed = confirmationsOf(ledger);
    const standings = await readStandings(this.parts.reading, this.histories, state);
    const notices = await this.notices.read(state);
    return publicAnswer(located, state, tip, loaded, deploymentOf(contracts), needed, standings, notices);
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
