/** What `dpp event record` reads: one event, a list, or one a line; or the options of one event. A refused one harms no other. */

import { fromUtf8 } from "../src/domain/bytes.js";
import { DppError, isDppError } from "../src/domain/errors.js";
import { type EventInput, eventInputOf } from "../src/domain/event-input.js";
import { parseJson } from "../src/domain/json.js";
import { readInput } from "./input.js";

export interface RefusedInput {
  /** Line of the file where each line is an event, else the event's position in the list; from 1. */
  readonly at: number;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface EventInputs {
  /** What `at` counts. */
  readonly counts: "line" | "event";
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
    return { counts: "event", inputs: [{ at: 1, input: eventInputOf(fromOptions(options)) }], refused: [] };
  if (
    options.type !== undefined ||
    options.field.length > 0 ||
    options.place !== undefined ||
    options.subject !== undefined
  )
    throw new DppError("usage/arguments", "give a file, or --type with --field, --place and --subject");
  const { counts, texts } = split(await textOf(file));
  if (texts.length === 0) throw new DppError("input/file", `${file} holds no event`);
  if (texts.length > MAX_EVENTS)
    throw new DppError(
      "input/too-large",
      `${texts.length} events in one file, at most ${MAX_EVENTS} are read: split it`,
    );
  const [only] = texts;
  if (texts.length === 1 && only !== undefined)
    return { counts, inputs: [{ at: only.at, input: eventInputOf(only.text) }], refused: [] };
  const inputs: EventInputs["inputs"][number][] = [];
  const refused: RefusedInput[] = [];
  for (const { at, text } of texts) {
    try {
      inputs.push({ at, input: eventInputOf(text) });
    } catch (error) {
      if (!isDppError(error)) throw error;
      const { code, message, details } = error;
      refused.push({ at, code, message, details });
    }
  }
  return { counts, inputs, refused };
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

interface Split extends Pick<EventInputs, "counts"> {
  readonly texts: readonly { readonly at: number; readonly text: string }[];
}

/** Each event as JSON text of its own, as it stands in the file, so that each is judged by the same reader, its size too. */
function split(text: string): Split {
  const whole = text.trim();
  if (whole.startsWith("[")) {
    const list = parsed(text);
    const items = Array.isArray(list) ? list.map((item) => JSON.stringify(item)) : [text];
    return { counts: "event", texts: items.map((item, place) => ({ at: place + 1, text: item })) };
  }
  if (whole === "") return { counts: "event", texts: [] };
  const lines = text
    .split("\n")
    .map((line, place) => ({ at: place + 1, text: line }))
    .filter((line) => line.text.trim() !== "");
  // One event over several lines is one event; of one a line, a damaged line harms no other.
  if (lines.length > 1 && lines.some((line) => isEvent(line.text.trim())))
    return { counts: "line", texts: lines };
  return { counts: "event", texts: [{ at: 1, text }] };
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
