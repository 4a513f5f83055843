/**
 * One operator's registry, opened with a reader's key: finds, shows and changes suppliers. All that is on the disk is sealed; the index answers who has a card or a phone.
 * Spec: docs/spec/supplier-registry.md. The verbs: enrol.ts, cards.ts, leave.ts, device-list.ts.
 */

import { decodeSupplier, encodeSupplier } from "../../codec/supplier-record.js";
import { decodeRegistryFile, encodeRegistryFile } from "../../codec/supplier-registry.js";
import {
  lookupTag,
  newRegistryKeys,
  openIndex,
  openRegistryKey,
  openSupplierRecord,
  type ReaderSecret,
  type RegistryKeys,
  type RegistryName,
  recordHash,
  type SealedRecord,
  sealIndex,
  sealSupplierRecord,
  wrapRegistryKey,
} from "../../crypto/registry-seal.js";
import { DppError, isDppError } from "../../domain/errors.js";
import type { Supplier } from "../../domain/supplier.js";
import { assertGrows } from "../../domain/supplier-acts.js";
import type {
  IndexEntry,
  RegistryFile,
  RegistryIndex,
  RegistryReader,
} from "../../domain/supplier-registry.js";
import { assertReaders, type RegistryParts } from "./found.js";
import { assertIndex, entryOf, indexed, tagsOf } from "./index-entries.js";

/** A reader's key pair: the public key hex, the secret 32 bytes. */
export interface ReaderKey extends ReaderSecret {
  /** Public keys (hex) of readers who may have sealed the registry, besides this one. */
  readonly trusted?: readonly string[];
}

const READ_TRIES = 5;

interface Opened {
  readonly file: RegistryFile;
  readonly keys: RegistryKeys;
  readonly index: RegistryIndex;
}

/** What a change makes of an index: suppliers that are new or changed, and those that go. */
export interface Edit {
  readonly put?: readonly Supplier[];
  readonly erase?: readonly number[];
}

/** Where the registry stands: noted elsewhere, it shows a copy that was put back. */
export interface RegistryHead {
  readonly revision: number;
  /** Hash of the file, hex. */
  readonly hash: string;
}

export class SupplierRegistry {
  readonly parts: RegistryParts;
  readonly name: RegistryName;
  private readonly key: ReaderKey;

  constructor(parts: RegistryParts, name: RegistryName, key: ReaderKey) {
    this.parts = parts;
    this.name = name;
    this.key = key;
  }

  /** @throws DppError `supplier/no-registry`, `supplier/rolled-back`, `supplier/other-registry`, `supplier/not-a-reader`, `supplier/tampered`. */
  private async open(): Promise<Opened & { readonly head: RegistryHead }> {
    const { store } = this.parts;
    // Before the file: a writer in between only makes the file newer.
    const seen = await store.seen();
    const bytes = await store.file();
    if (bytes === null)
      throw new DppError(
        "supplier/no-registry",
        `there is no registry of ${this.name.operator} here: dpp supplier init`,
      );
    const file = decodeRegistryFile(bytes);
    if (file.config !== this.name.config || file.operator !== this.name.operator)
      throw new DppError("supplier/other-registry", "this is the registry of another operator or deployment");
    if (file.revision < seen)
      throw new DppError(
        "supplier/rolled-back",
        `the registry is at revision ${file.revision}, and revision ${seen} was here: an older copy was put back`,
        { details: { revision: file.revision, seen } },
      );
    const keys = await openRegistryKey(file, this.key, this.key.trusted);
    const head = { revision: file.revision, hash: recordHash(bytes) };
    return { file, keys, index: openIndex(file, keys), head };
  }

  async head(): Promise<RegistryHead> {
    return (await this.open()).head;
  }

  /** Names and keys of who opens it. */
  async readers(): Promise<readonly RegistryReader[]> {
    return (await this.open()).file.readers;
  }

  /** All, by number. A damaged record is named. @throws DppError `supplier/tampered`, `supplier/missing`. */
  suppliers(): Promise<readonly Supplier[]> {
    return this.settled(async (opened) => {
      const all: Supplier[] = [];
      for (const entry of opened.index.entries) all.push(await this.read(opened, entry));
      return all;
    });
  }

  /** @throws DppError `supplier/unknown`. */
  supplier(number: number): Promise<Supplier> {
    return this.settled((opened) => this.read(opened, entryOf(opened.index, number)));
  }

  /** Suppliers with this card (id hex) or phone (E.164): none, one, or those who share a phone. */
  find(kind: "card" | "phone", id: string): Promise<readonly Supplier[]> {
    return this.settled((opened) => {
      const tag = lookupTag(opened.index.lookup, kind, id);
      const found = opened.index.entries.filter((entry) => tagsOf(entry, kind).includes(tag));
      return Promise.all(found.map((entry) => this.read(opened, entry)));
    });
  }

  /** Reads take no lock: a writer may remove a record between the index and it. Then the file is a newer one, and is read again. */
  private async settled<T>(read: (opened: Opened) => Promise<T>): Promise<T> {
    for (let tries = READ_TRIES; ; tries--) {
      const opened = await this.open();
      try {
        return await read(opened);
      } catch (error) {
        if (!isDppError(error, "supplier/missing") || tries <= 1) throw error;
        if ((await this.head()).revision === opened.file.revision) throw error;
      }
    }
  }

  /** Whether a card was a supplier's who is erased. */
  async isErasedCard(id: string): Promise<boolean> {
    const { index } = await this.open();
    return index.erased.includes(lookupTag(index.lookup, "card", id));
  }

  /**
   * Decides on the registry as it stands, with nobody else writing, and writes all that it decides at once.
   * `next`: number of the next new supplier. @throws DppError what `decide` throws; `supplier/rewritten`, `supplier/card-taken`, `supplier/too-many`.
   */
  change<T>(
    decide: (view: {
      readonly next: number;
      readonly supplier: (number: number) => Promise<Supplier>;
      readonly holdersOf: (phone: string) => readonly number[];
    }) => Promise<{ readonly edit: Edit; readonly answer: T }>,
  ): Promise<T> {
    return this.parts.store.exclusively(async () => {
      const opened = await this.open();
      const { index } = opened;
      const { edit, answer } = await decide({
        next: index.next,
        supplier: (number) => this.read(opened, entryOf(index, number)),
        holdersOf: (phone) => {
          const tag = lookupTag(index.lookup, "phone", phone);
          return index.entries.filter(({ phones }) => phones.includes(tag)).map(({ number }) => number);
        },
      });
      await this.write(opened, edit);
      return answer;
    });
  }

  private async write(opened: Opened, { put = [], erase = [] }: Edit): Promise<void> {
    const { index, keys } = opened;
    const entries = new Map(index.entries.map((entry) => [entry.number, entry]));
    const records: SealedRecord[] = [];
    for (const supplier of put) {
      const before = entries.get(supplier.number);
      if (before !== undefined) assertGrows(await this.read(opened, before), supplier);
      const sealed = this.sealed(keys, supplier);
      records.push(sealed);
      entries.set(supplier.number, indexed(index.lookup, supplier, sealed.hash));
    }
    const erased = new Set(index.erased);
    for (const number of erase) {
      for (const tag of entryOf(index, number).cards) erased.add(tag);
      entries.delete(number);
    }
    const after: RegistryIndex = {
      lookup: index.lookup,
      next: Math.max(index.next, ...put.map(({ number }) => number + 1)),
      entries: [...entries.values()].sort((a, b) => a.number - b.number),
      erased: [...erased].sort(),
    };
    assertIndex(after);
    await this.commit(opened, after, records);
  }

  private sealed(keys: RegistryKeys, supplier: Supplier): SealedRecord {
    const { random } = this.parts;
    return sealSupplierRecord(this.name, keys, supplier.number, encodeSupplier(supplier), random);
  }

  /**
   * Other readers: always with a new key, under which everything is sealed again, so that who is no reader any more opens nothing that is written from now on.
   * @throws DppError `supplier/readers`, `keyring/bad-public-key`.
   */
  setReaders(readers: readonly RegistryReader[]): Promise<void> {
    assertReaders(readers);
    const { store, random } = this.parts;
    return store.exclusively(async () => {
      const opened = await this.open();
      const keys = newRegistryKeys(random);
      const records: SealedRecord[] = [];
      const entries: IndexEntry[] = [];
      for (const entry of opened.index.entries) {
        const sealed = this.sealed(keys, await this.read(opened, entry));
        records.push(sealed);
        entries.push({ ...entry, record: sealed.hash });
      }
      const wrapped = await wrapRegistryKey(this.name, keys, readers, this.key, random);
      const file = { ...opened.file, ...wrapped };
      await this.commit({ ...opened, file, keys }, { ...opened.index, entries }, records);
    });
  }

  private async commit(
    { file: before, keys }: Opened,
    index: RegistryIndex,
    records: readonly SealedRecord[],
  ): Promise<void> {
    const { config, operator, sealer, readers } = before;
    const revision = before.revision + 1;
    const file = sealIndex({ config, operator, revision, sealer, readers }, keys, index, this.parts.random);
    const keep = new Set(index.entries.map(({ record }) => record));
    await this.parts.store.commit({ file: encodeRegistryFile(file), revision, records, keep });
  }

  private async read({ keys }: Opened, { number, record }: IndexEntry): Promise<Supplier> {
    const bytes = await this.parts.store.record(record);
    if (bytes === null)
      throw new DppError(
        "supplier/missing",
        `the record of supplier ${number} is gone: restore it from a copy`,
        {
          details: { number },
        },
      );
    return decodeSupplier(openSupplierRecord(this.name, keys, { number, hash: record, bytes }));
  }
}
