/** A store of immutable blobs named by their IPFS CID (v1). Every method throws DppError `content/bad-cid` for text that is no CID. */
export interface ContentStore {
  /**
   * Stores the blob durably and pins it before it answers; the same bytes give the same CID on every adapter.
   * @throws DppError `content/unavailable` nobody took it.
   */
  put(bytes: Uint8Array): Promise<string>;
  /**
   * The blob, checked against its CID. `null`: this store does not have it (or a block of it is missing).
   * @throws DppError `content/corrupt` bytes that do not hash to the CID; `content/too-large` beyond `maxBytes`;
   *   `content/unavailable` the store cannot be reached, so nobody knows whether it has the blob.
   */
  get(cid: string, options?: { maxBytes?: number }): Promise<Uint8Array | null>;
  has(cid: string): Promise<boolean>;
  /** Keeps a blob until it is unpinned. `false`: this store does not have it. @throws DppError as `get` does. */
  pin(cid: string): Promise<boolean>;
  /**
   * Ends the keeping; does nothing when the blob is not pinned. Its bytes go at once or when the store cleans up next; blobs that are
   * still pinned stay whole, also when they have blocks in common with it. @throws DppError `content/unavailable`.
   */
  unpin(cid: string): Promise<void>;
  /** Whether this very blob is pinned, not merely part of a pinned one. @throws DppError `content/unavailable`. */
  pinned(cid: string): Promise<boolean>;
}
