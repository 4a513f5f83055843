/** Where blocks are kept: a directory (`journal-files.ts`) or memory. Appending is the one act that several processes race for. */
export interface Journal {
  readonly genesis: Uint8Array;
  /** The block at this height, or null when there is none. */
  read(height: number): Uint8Array | null;
  /** Writes the block durably at this height; false when another one stands there already. */
  append(height: number, bytes: Uint8Array): boolean;
  /** Greatest height at which a block stands; 0 when there is none. */
  last(): number;
  /** What a message calls the block of this height, so that a person finds it. */
  nameOf(height: number): string;
  /** Snapshots, newest first. */
  snapshots(): Iterable<Uint8Array>;
  keepSnapshot(height: number, bytes: Uint8Array): void;
}

/** @param first blocks to start with, e.g. of a journal that is copied. */
export function memoryJournal(genesis: Uint8Array, first: readonly Uint8Array[] = []): Journal {
  const blocks: Uint8Array[] = [...first];
  return {
    genesis,
    read: (height) => blocks[height - 1] ?? null,
    append(height, bytes) {
      if (height !== blocks.length + 1) return false;
      blocks.push(bytes);
      return true;
    },
    last: () => blocks.length,
    nameOf: (height) => `block ${height}`,
    snapshots: () => [],
    keepSnapshot: () => {},
  };
}
