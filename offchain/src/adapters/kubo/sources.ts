/** Nodes and gateways in the order in which they are asked: as configured, but who failed lately comes last. */
import type { Clock } from "../../ports/clock.js";
import { type ContentFault, errorOf, SourceFault } from "./fault.js";

export interface Source {
  /** Scheme, host and port. */
  readonly origin: string;
}

/** ms for which a failure counts. */
const FAILED_LATELY = 30_000;

export class Sources<S extends Source> {
  readonly #sources: readonly S[];
  readonly #clock: Clock;
  readonly #report: (fault: ContentFault) => void;
  /** POSIX ms of the last failure. */
  readonly #failures = new Map<S, number>();

  constructor(sources: readonly S[], clock: Clock, report: (fault: ContentFault) => void) {
    this.#sources = sources;
    this.#clock = clock;
    this.#report = report;
  }

  inOrder(): readonly S[] {
    const since = this.#clock.now() - FAILED_LATELY;
    const failed = (source: S): boolean => (this.#failures.get(source) ?? Number.NEGATIVE_INFINITY) > since;
    return [...this.#sources.filter((it) => !failed(it)), ...this.#sources.filter(failed)];
  }

  /**
   * What the first source gives. `null`: all of them said that they do not have it.
   * @param what for the message: "the block bafk…".
   * @throws DppError `content/corrupt`, `content/unavailable` when none gave it and not all said no.
   */
  async first<T>(
    what: string,
    signal: AbortSignal,
    ask: (source: S) => Promise<T | null>,
  ): Promise<T | null> {
    const faults: ContentFault[] = [];
    for (const source of this.inOrder()) {
      const answer = await this.#attempt(source, signal, ask, faults);
      if (answer !== null) return answer;
      if (signal.aborted) break;
    }
    if (faults.length > 0) throw errorOf(what, faults);
    return null;
  }

  /** Has every source do it. @throws DppError when one of them failed; the others did it. */
  async each(what: string, signal: AbortSignal, ask: (source: S) => Promise<void>): Promise<void> {
    const faults: ContentFault[] = [];
    const done = async (source: S): Promise<null> => {
      await ask(source);
      return null;
    };
    for (const source of this.inOrder()) await this.#attempt(source, signal, done, faults);
    if (faults.length > 0) throw errorOf(what, faults);
  }

  async #attempt<T>(
    source: S,
    signal: AbortSignal,
    ask: (source: S) => Promise<T | null>,
    faults: ContentFault[],
  ): Promise<T | null> {
    try {
      const answer = await ask(source);
      this.#failures.delete(source);
      return answer;
    } catch (error) {
      if (!(error instanceof SourceFault)) throw error;
      const fault = { source: source.origin, reason: error.reason, message: error.message };
      faults.push(fault);
      // Who was interrupted did not fail.
      if (signal.aborted) return null;
      this.#failures.set(source, this.#clock.now());
      this.#report(fault);
      return null;
    }
  }
}
