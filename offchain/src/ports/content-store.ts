/** A store of immutable blobs named by their IPFS CID (v1). */
export interface ContentStore {
  /** Stores the blob durably before it answers; the same bytes give the same CID on every adapter. */
  put(bytes: Uint8Array): Promise<string>;
  /**
   * The blob, checked against its CID. `null`: this store does not have it (or a block of it is missing).
   * @throws DppError `content/corrupt` bytes that do not hash to the CID; `content/too-large` beyond `maxBytes`;
   *   `content/bad-cid` text that is no CID; `content/unavailable` the store cannot be reached.
   */
  get(cid: string, options?: { maxBytes?: number }): Promise<Uint8Array | null>;
  has(cid: string): Promise<boolean>;
}
