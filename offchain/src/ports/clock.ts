/** The wall clock, in POSIX milliseconds. Tests pass a clock that they move themselves. */
export interface Clock {
  now(): number;
}

/** Random bytes from a cryptographic source; tests pass a seeded one and print the seed. */
export interface Random {
  bytes(length: number): Uint8Array;
}
