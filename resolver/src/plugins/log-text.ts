/** A log record as one line for people: time, level, message, then what else it holds as `key=value`. */

export function textLine(line: string): string {
  const record = parse(line);
  if (record === null) return line;
  const { time, level, msg, pid: _, ...rest } = record;
  const facts = Object.entries(rest).flatMap(([key, value]) => factsOf(key, value));
  return `${[String(time ?? ""), String(level ?? "").padEnd(5), String(msg ?? ""), ...facts].join(" ")}\n`;
}

function parse(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function factsOf(path: string, value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [`${path}=${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => factsOf(`${path}.${key}`, inner));
}
