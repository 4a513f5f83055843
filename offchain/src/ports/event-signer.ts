/** Holds the key that signs a source's events and packs: `pk` of its attestation. Secret keys do not leave the adapter. Forms: docs/spec/signature-forms.md. */
export interface EventSigner {
  /** 1 Ed25519, 2 P-256, 3 WebAuthn, which signs packs and no single events. */
  readonly alg: 1 | 2 | 3;
  /** `pk` as the attestation has it, hex. */
  readonly publicKey: string;
  /** The signature over these bytes, in its form. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
