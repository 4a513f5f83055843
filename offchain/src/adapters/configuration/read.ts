/**
 * Reads a configuration from its two sources: the JSON of `config.json`, and environment variables, which go before it. Strict: a key that is unknown, or
 * that belongs to a part which is not chosen, is a fault. All faults are found at once. Spec: docs/configuration.md.
 */
import { type Fault, FILE_NAME, faulty, inEnvironment, inFile, type Sources } from "./faults.js";
import { type FaultCode, isObject, oneOf } from "./kinds.js";
import { contradictions } from "./rules.js";
import { type Field, isField, isVariants, type Section, type Variants, variableOf } from "./shape.js";
import { nearest } from "./suggestion.js";
import { type Configuration, OTHER_VARIABLES, TABLE } from "./table.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ReadConfiguration {
  readonly configuration: Configuration;
  readonly sources: Sources;
}

export interface Reading {
  /** `undefined` when there are faults. */
  readonly read: ReadConfiguration | undefined;
  readonly faults: readonly Fault[];
}

/** @throws DppError `home/configuration` with `details.faults`. */
export function readConfiguration(file: unknown, env: Environment): ReadConfiguration {
  const { read, faults } = examineConfiguration(file, env);
  if (read === undefined) throw faulty(faults);
  return read;
}

/** `file`: `undefined` when there is none. */
export function examineConfiguration(file: unknown, env: Environment): Reading {
  const reader = new Reader(env);
  const values = reader.section<Configuration>(TABLE, "", file);
  reader.strayVariables();
  // Contradictions are told of values that are sound by themselves.
  const sound = !reader.faults.some(({ path }) => /ledger|DPP_LEDGER/.test(path));
  const faults = [...reader.faults, ...(sound ? contradictions(values, reader.sources) : [])];
  return { read: faults.length > 0 ? undefined : { configuration: values, sources: reader.sources }, faults };
}

class Reader {
  readonly faults: Fault[] = [];
  readonly sources = new Map<string, string>();
  private readonly env: Environment;
  /** Variables that the chosen parts have, and those of parts that are not chosen. */
  private readonly known = new Set<string>();

  constructor(env: Environment) {
    this.env = env;
  }

  // The table makes the type (`ValueOf`); TypeScript cannot follow a walk through it.
  section<T>(section: Section, path: string, file: unknown): T {
    const keys = this.keysOf(file, path);
    this.unknownKeys(keys, Object.keys(section), path);
    const values = Object.entries(section).map(([key, node]) => {
      const under = path === "" ? key : `${path}.${key}`;
      const value = keys[key];
      if (isField(node)) return [key, this.field(node, under, value)];
      return [key, isVariants(node) ? this.variants(node, under, value) : this.section(node, under, value)];
    });
    return Object.fromEntries(values) as T;
  }

  private keysOf(file: unknown, path: string): Readonly<Record<string, unknown>> {
    if (file === undefined) return {};
    if (isObject(file)) return file;
    this.fault(inFile(path), "wrong-type", "expected an object");
    return {};
  }

  private unknownKeys(found: object, known: readonly string[], path: string): void {
    for (const key of Object.keys(found).filter((key) => !known.includes(key))) {
      const meant = nearest(key, known);
      const message = meant === undefined ? `expected only ${known.join(", ")}` : `did you mean "${meant}"?`;
      this.fault(inFile(path === "" ? named(key) : `${path}.${named(key)}`), "unknown-key", message);
    }
  }

  private variants({ variants }: Variants, path: string, file: unknown): unknown {
    const keys = this.keysOf(file, path);
    const kinds = Object.keys(variants);
    const tag = `${path}.kind`;
    const kind = this.field(kindField(kinds), tag, keys.kind) as string | undefined;
    const all = Object.assign({}, ...Object.values(variants)) as Readonly<Record<string, Field<unknown>>>;
    this.unknownKeys(keys, ["kind", ...Object.keys(all)], path);
    const chosen = (kind === undefined ? undefined : variants[kind]) ?? {};
    for (const [key, { variables }] of Object.entries(all).filter(([key]) => !(key in chosen))) {
      const names = [variableOf(`${path}.${key}`), ...variables];
      for (const name of names) this.known.add(name);
      if (kind === undefined) continue;
      const owners = kinds.filter((other) => key in (variants[other] ?? {}));
      const message = `belongs to ${quoted(owners)}, but ${tag} is "${kind}" (${this.sources.get(tag)})`;
      this.notChosen(`${path}.${key}`, keys[key], names, message);
    }
    const values = Object.entries(chosen).map(([key, field]) => [
      key,
      this.field(field, `${path}.${key}`, keys[key]),
    ]);
    return { kind, ...Object.fromEntries(values) };
  }

  /** A key of a part that is not chosen has no effect: whoever set it expects one. */
  private notChosen(path: string, value: unknown, variables: readonly string[], message: string): void {
    if (value !== undefined) this.fault(inFile(path), "contradiction", message);
    for (const name of variables.filter((name) => isSet(this.env[name]))) {
      this.fault(inEnvironment(name), "contradiction", message);
    }
  }

  private field(field: Field<unknown>, path: string, inJson: unknown): unknown {
    const names = [variableOf(path), ...field.variables];
    for (const name of names) this.known.add(name);
    const variable = names.find((name) => isSet(this.env[name]));
    if (variable === undefined && inJson === undefined) {
      this.sources.set(path, "default");
      if (field.required) {
        this.fault(inFile(path), "missing", `expected ${field.kind.allowed}, here or in ${names[0]}`);
      }
      return field.otherwise;
    }
    const source = variable === undefined ? inFile(path) : inEnvironment(variable);
    this.sources.set(path, variable === undefined ? FILE_NAME : source);
    const raw = variable === undefined ? inJson : field.kind.fromText(this.env[variable] ?? "");
    return field.kind.read(raw, (code, message, under = "") => this.fault(source + under, code, message));
  }

  /** A variable that looks like one of ours and is none would be silently without effect. Others' variables are none of our business. */
  strayVariables(): void {
    const known = [...this.known];
    const sections = Object.keys(TABLE).map((section) => `DPP_${section.toUpperCase()}_`);
    for (const name of Object.keys(this.env)) {
      const ours = name.startsWith("DPP_") && !this.known.has(name) && isSet(this.env[name]);
      if (!ours || (OTHER_VARIABLES as readonly string[]).includes(name)) continue;
      const meant = nearest(name, [...known, ...OTHER_VARIABLES]);
      if (meant !== undefined || sections.some((section) => name.startsWith(section))) {
        const hint = meant === undefined ? "there is no such setting" : `did you mean ${meant}?`;
        this.fault(inEnvironment(named(name)), "unknown-key", hint);
      }
    }
  }

  private fault(path: string, code: FaultCode, message: string): void {
    this.faults.push({ path, code, message });
  }
}

const kindField = ([first, ...others]: readonly string[]): Field<unknown> => ({
  node: "field",
  about: "",
  required: false,
  variables: [],
  otherwise: first,
  kind: oneOf(...[first ?? "", ...others]),
});

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(" and ");
const isSet = (value: string | undefined): boolean => value !== undefined && value !== "";

/** A key that somebody else wrote, for a message: bounded, without control characters. */
const named = (key: string): string => key.slice(0, 64).replace(/[^\x20-\x7e]/g, "?");
