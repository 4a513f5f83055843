/**
 * Where one operator's registry of suppliers is kept: a file with readers and index, and one sealed record per supplier named by its hash. The store knows no key and
 * judges nothing but whether a file went back. Spec: docs/spec/supplier-registry.md "Files".
 */
export interface SupplierRegistryStore {
  /** `null`: there is no registry. @throws DppError `supplier/unavailable`, `supplier/too-large`. */
  file(): Promise<Uint8Array | null>;
  /** A sealed record. `null`: not there. @throws DppError `supplier/unavailable`. */
  record(hash: string): Promise<Uint8Array | null>;
  /**
   * One writer at a time, in this process and in others; what another wrote before is seen by `file` inside `work`.
   * @throws DppError `supplier/busy` when another writer does not end.
   */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Within `exclusively`: new records first, then the file in their place at once, then every record that is not in `keep` goes away. Durable when it resolves; killed
   * on the way it is wholly done or not at all, but for records that the next commit removes. @throws DppError `supplier/unavailable`.
   */
  commit(change: SupplierChange): Promise<void>;
  /** The highest revision that was seen here, or -1; kept apart from the registry, so that a copy put back is noticed. */
  seen(): Promise<number>;
}

export interface SupplierChange {
  readonly file: Uint8Array;
  readonly revision: number;
  readonly records: readonly { readonly hash: string; readonly bytes: Uint8Array }[];
  /** Hashes of all records that stand after the change, those of `records` among them. */
  readonly keep: ReadonlySet<string>;
}
