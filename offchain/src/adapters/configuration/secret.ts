/** A secret that a configuration holds. It shows itself to nobody by accident: JSON, string templates and `util.inspect` print a mask. */

export const MASK = "[secret]";

/** Node's hook for `util.inspect`, and so for `console.log`. */
const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The secret itself, for the request that needs it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [INSPECT](): string {
    return MASK;
  }
}
