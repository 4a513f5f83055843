/** What `dpp event record` reads: one event, a list, or one a line; or the options of one event. A refused one harms no other. */

import { fromUtf8 } from "../src/domain/bytes.js";
import { DppError, isDppError } from "../src/domain/errors.js";
import { type EventInput, eventInputOf } from "../src/domain/event-input.js";
import { parseJson } from "../src/domain/json.js";
import { readInput } from "./input.js";

export interface RefusedInput {
  /** Position in the file, from 1. */
  readonly at: number;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface EventInputs {
  readonly inputs: readonly { readonly at: number; readonly input: EventInput }[];
  readonly refused: readonly RefusedInput[];
}

export interface InputOptions {
  readonly type?: string;
  readonly subject?: string;
  readonly field: readonly string[];
  readonly place?: string;
}

/** Of a file with many events. */
const MAX_FILE = 64 * 1024 * 1024;
const MAX_EVENTS = 10_000;

/** @throws DppError `usage/arguments`, `input/*`; what is wrong with a single event of several is in `refused`, of one it is thrown. */
export async function readEventInputs(file: string | undefined, options: InputOptions): Promise<EventInputs> {
  if (file === undefined)
    return { inputs: [{ at: 1, input: eventInputOf(fromOptions(options)) }], refused: [] };
  if (
    options.type !== undefined ||
    options.field.length > 0 ||
    options.place !== undefined ||
    options.subject !== undefined
  )
    throw new DppError("usage/arguments", "give a file, or --type with --field, --place and --subject");
  const texts = split(await textOf(file));
  if (texts.length === 0) throw new DppError("input/file", `${file} holds no event`);
  if (texts.length > MAX_EVENTS)
    throw new DppError(
      "input/too-large",
      `${texts.length} events in one file, at most ${MAX_EVENTS} are read: split it`,
    );
  if (texts.length === 1) return { inputs: [{ at: 1, input: eventInputOf(texts[0] ?? "") }], refused: [] };
  const inputs: EventInputs["inputs"][number][] = [];
  const refused: RefusedInput[] = [];
  texts.forEach((text, place) => {
    try {
      inputs.push({ at: place + 1, input: eventInputOf(text) });
    } catch (error) {
      if (!isDppError(error)) throw error;
      const { code, message, details } = error;
      refused.push({ at: place + 1, code, message, details });
    }
  });
  return { inputs, refused };
}

async function textOf(file: string): Promise<string> {
  const bytes = file === "-" ? await standardInput() : await readInput(file, MAX_FILE);
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw new DppError("input/file", `${file === "-" ? "standard input" : file} is not UTF-8 text`, {
      cause,
    });
  }
}

async function standardInput(): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of process.stdin) {
    size += (part as Buffer).length;
    if (size > MAX_FILE)
      throw new DppError("input/too-large", `standard input is larger than ${MAX_FILE / 1024 / 1024} MiB`);
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

/** Each event as JSON text of its own, so that each is judged by the same reader. */
function split(text: string): readonly string[] {
  const whole = text.trim();
  if (whole.startsWith("[")) {
    const list = parsed(whole);
    return Array.isArray(list) ? list.map((item) => JSON.stringify(item)) : [whole];
  }
  if (whole === "") return [];
  const lines = whole
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  // One event over several lines is one event; of one a line, a damaged line harms no other.
  return lines.length > 1 && lines.some(isEvent) ? lines : [whole];
}

function isEvent(line: string): boolean {
  if (!line.startsWith("{")) return false;
  try {
    return "type" in JSON.parse(line);
  } catch {
    return false;
  }
}

/** Strict for the whole list: of two equal keys, the first would be lost when an item becomes a text of its own. */
function parsed(text: string): unknown {
  try {
    return parseJson(text, "event", MAX_FILE);
  } catch (error) {
    // The parser quotes the text, and a text can hold a place.
    if (isDppError(error, "event/duplicate-key"))
      throw new DppError(error.code, "a key stands twice in one object");
    throw new DppError("event/malformed-json", "no well-formed JSON");
  }
}

/** @throws DppError `usage/arguments`. */
function fromOptions({ type, subject, field, place }: InputOptions): string {
  if (type === undefined)
    throw new DppError("usage/arguments", "give a file, or --type and what else there is to say");
  return JSON.stringify({
    type,
    ...(subject === undefined ? {} : { subject }),
    elements: field.map(elementOf),
    ...(place === undefined ? {} : { place: placeOf(place) }),
  });
}

/** `event.quantity.mass=45.5`: whole numbers of counts become numbers, lists are separated by commas in brackets; the schema says what fits. */
function elementOf(text: string): object {
  const [, id, value] = /^([A-Za-z0-9.]{1,96})=(.*)$/s.exec(text) ?? [];
  if (id === undefined || value === undefined)
    throw new DppError(
      "usage/arguments",
      `--field takes id=value, e.g. event.quantity.mass=45.5, not ${JSON.stringify(text.slice(0, 40))}`,
    );
  const full = id.startsWith("event.") ? id : `event.${id}`;
  if (full === "event.quantity.count" && /^\d{1,9}$/.test(value)) return { id: full, value: Number(value) };
  if (value.startsWith("[") && value.endsWith("]"))
    return {
      id: full,
      value: value
        .slice(1, -1)
        .split(",")
        .map((item) => item.trim()),
    };
  return { id: full, value };
}

function placeOf(text: string): object | string {
  if (text.startsWith("cell:")) return text;
  const [, latitude, longitude] =
    /^\s*([+-]?\d{1,2}(?:\.\d+)?)\s*,\s*([+-]?\d{1,3}(?:\.\d+)?)\s*$/.exec(text) ?? [];
  if (latitude === undefined || longitude === undefined)
    throw new DppError(
      "usage/arguments",
      "--place takes latitude,longitude in degrees, e.g. 9.3,-0.8, or a cell",
    );
  return { latitude: Number(latitude), longitude: Number(longitude) };
}
