/** A transaction output by reference: hash of its transaction (hex) and position. */
export interface OutRef {
  readonly txHash: string;
  readonly outputIndex: number;
}
