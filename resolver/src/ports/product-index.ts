/** Finds the passport of a product that somebody names by its printed numbers alone. The ledger proves what it answers: `id_commit` must open. */
export interface ProductIndex {
  /** `gtin`: 14 digits; `serial`: decoded. `null`: not known here. Answers hex: passport id (28 bytes), salt (16 bytes). */
  find(gtin: string, serial: string): Promise<{ readonly id: string; readonly salt: string } | null>;
}
