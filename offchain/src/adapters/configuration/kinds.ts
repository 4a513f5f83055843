/**
 * Kinds of values that a configuration holds: what is allowed, how it is read from JSON and from the text of an environment variable. A fault says what
 * is allowed and never repeats the value, which may be a secret in the wrong place.
 */
import { isIP } from "node:net";
import { Secret } from "./secret.js";
import { nearest } from "./suggestion.js";

/** Receives what is wrong; `under` extends the path: `[1]`, `.name`. */
export type Report = (code: FaultCode, message: string, under?: string) => void;

export type FaultCode =
  | "unknown-key"
  | "missing"
  | "wrong-type"
  | "not-allowed"
  | "out-of-bounds"
  | "contradiction"
  | "exposed-secret"
  | "unreadable";

export interface Kind<T> {
  /** What is allowed, as in "expected {allowed}". */
  readonly allowed: string;
  /** `undefined` after a report. */
  read(value: unknown, report: Report): T | undefined;
  /** The JSON that the text of an environment variable stands for. */
  fromText(text: string): unknown;
}

const asText = (text: string): unknown => text;

const expected = (allowed: string): string => `expected ${allowed}`;

export const oneOf = <const T extends string>(...values: readonly T[]): Kind<T> => {
  const allowed = values.map((value) => `"${value}"`).join(" or ");
  return {
    allowed,
    fromText: asText,
    read(value, report) {
      const found = values.find((candidate) => candidate === value);
      if (found !== undefined) return found;
      const meant = typeof value === "string" ? nearest(value, values) : undefined;
      const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
      report(typeof value === "string" ? "not-allowed" : "wrong-type", expected(allowed) + hint);
      return undefined;
    },
  };
};

export const wholeNumber = (min: number, max: number, unit = ""): Kind<number> => {
  const allowed = `a whole number from ${min} to ${max}${unit && ` (${unit})`}`;
  return {
    allowed,
    fromText: (text) => (/^-?\d{1,15}$/.test(text.trim()) ? Number(text) : text),
    read(value, report) {
      if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max)
        return value;
      report(typeof value === "number" ? "out-of-bounds" : "wrong-type", expected(allowed));
      return undefined;
    },
  };
};

export const text = (allowed: string, pattern: RegExp): Kind<string> => ({
  allowed,
  fromText: asText,
  read(value, report) {
    if (typeof value === "string" && pattern.test(value)) return value;
    report(typeof value === "string" ? "not-allowed" : "wrong-type", expected(allowed));
    return undefined;
  },
});

const MAX_URL = 2048;

/** Without credentials, query and fragment: what a URL holds gets into messages. The slashes at its end are taken off. */
export const httpUrl = (form: "base" | "origin"): Kind<string> => {
  const allowed =
    form === "base"
      ? "an http or https URL without credentials, query and fragment"
      : "an origin such as https://passports.example";
  return {
    allowed,
    fromText: asText,
    read(value, report) {
      const parsed = typeof value === "string" && value.length <= MAX_URL ? parseUrl(value) : null;
      const fits =
        parsed !== null &&
        ["http:", "https:"].includes(parsed.protocol) &&
        parsed.username === "" &&
        parsed.password === "" &&
        !/[?#]/.test(String(value)) &&
        (form === "base" || parsed.pathname === "/");
      if (fits) return String(value).replace(/\/+$/, "");
      report(typeof value === "string" ? "not-allowed" : "wrong-type", expected(allowed));
      return undefined;
    },
  };
};

const parseUrl = (value: string): URL | null => (URL.canParse(value) ? new URL(value) : null);

/** Goes into HTTP headers, so neither spaces nor line ends. */
const SECRET = /^[\x21-\x7e]{1,1024}$/;

export const secret: Kind<Secret> = {
  allowed: "1 to 1024 printable ASCII characters without spaces",
  fromText: (value) => value.trim(),
  read(value, report) {
    if (typeof value === "string" && SECRET.test(value)) return new Secret(value);
    report(typeof value === "string" ? "not-allowed" : "wrong-type", expected(secret.allowed));
    return undefined;
  },
};

/** In the environment: separated by commas. */
export const listOf = <T>(item: Kind<T>, min: number, max: number): Kind<readonly T[]> => {
  const allowed = `a list of ${min} to ${max}, each ${item.allowed}`;
  return {
    allowed,
    fromText: (value) =>
      value
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== "")
        .map((part) => item.fromText(part)),
    read(value, report) {
      if (!Array.isArray(value)) report("wrong-type", expected(allowed));
      else if (value.length < min || value.length > max) report("out-of-bounds", expected(allowed));
      else {
        const read = value.map((each, at) =>
          item.read(each, (code, message, under = "") => report(code, message, `[${at}]${under}`)),
        );
        if (!read.includes(undefined)) return read as readonly T[];
      }
      return undefined;
    },
  };
};

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/;
const HEADER_VALUE = /^[\x20-\x7e]{1,1024}$/;
const MAX_HEADERS = 16;

/** HTTP headers by name; every value is a secret. In the environment: a JSON object. */
export const headers: Kind<Readonly<Record<string, Secret>>> = {
  allowed: `an object of up to ${MAX_HEADERS} header names with texts`,
  fromText(value) {
    try {
      return JSON.parse(value);
    } catch {
      // The text is no object either: `read` refuses it.
      return value;
    }
  },
  read(value, report) {
    const entries = isObject(value) ? Object.entries(value) : null;
    if (entries === null || entries.length > MAX_HEADERS) {
      report(entries === null ? "wrong-type" : "out-of-bounds", expected(headers.allowed));
      return undefined;
    }
    const wrong = entries.filter(
      ([name, entry]) => !HEADER_NAME.test(name) || typeof entry !== "string" || !HEADER_VALUE.test(entry),
    );
    for (const [name] of wrong) {
      const under = HEADER_NAME.test(name) ? `.${name}` : "";
      report("not-allowed", "expected the name of an HTTP header with a text of printable ASCII", under);
    }
    if (wrong.length > 0) return undefined;
    return Object.fromEntries(entries.map(([name, entry]) => [name, new Secret(String(entry))]));
  },
};

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isNetwork = (text: string): boolean => {
  const [address = "", prefix, ...more] = text.split("/");
  const version = isIP(address);
  const bits =
    prefix === undefined ? 0 : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.POSITIVE_INFINITY;
  return version !== 0 && more.length === 0 && bits <= (version === 4 ? 32 : 128);
};

/** IP addresses and networks (CIDR), separated by commas. */
export const networks: Kind<string> = {
  allowed: "addresses or networks such as 10.0.0.1 or 10.0.0.0/8, separated by commas",
  fromText: asText,
  read(value, report) {
    if (
      typeof value === "string" &&
      value.length <= 512 &&
      value.split(",").every((part) => isNetwork(part.trim()))
    )
      return value;
    report(typeof value === "string" ? "not-allowed" : "wrong-type", expected(this.allowed));
    return undefined;
  },
};
