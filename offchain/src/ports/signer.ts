/** Holds one Ed25519 key that signs transactions and messages. Secret keys do not leave the adapter. */
export interface Signer {
  /** blake2b-224 of the public key, hex. */
  readonly keyHash: string;
  /** Enterprise or base address (bech32) that the key pays from. */
  readonly address: string;
  /** Witness for a transaction: public key and signature over the transaction's body hash, hex. */
  signTx(bodyHash: string): Promise<{ readonly publicKey: string; readonly signature: string }>;
  /** CIP-8 / CIP-30 signData over the payload (hex): COSE_Sign1 and COSE_Key, hex. */
  signData(address: string, payload: string): Promise<{ readonly signature: string; readonly key: string }>;
}
