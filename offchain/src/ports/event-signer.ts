/** Holds the key that signs a source's events and packs: `pk` of its attestation. Secret keys do not leave the adapter. */
export interface EventSigner {
  /** Signature form of docs/spec/datum.md "Attestation": 1 is Ed25519. */
  readonly alg: 1;
  /** Hex. */
  readonly publicKey: string;
  /** The signature over these bytes, 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
