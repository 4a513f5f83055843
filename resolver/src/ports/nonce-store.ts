/** Remembers which challenges were answered, so that each serves once. */
export interface NonceStore {
  /**
   * Marks the nonce as used. `true` for exactly one caller, also among several processes over one store; `false` for all others.
   * `id`: 32 hex digits; `expires`: POSIX ms after which the store may forget it (an expired nonce is refused before it comes here).
   */
  consume(id: string, expires: number): Promise<boolean>;
}
