/** Where keys, nonces and salts come from: the `Random` port, by its shape, so that `crypto/` stands before the ports. */
export interface Entropy {
  bytes(length: number): Uint8Array;
}
