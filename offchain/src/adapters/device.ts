/**
 * This computer as a capturing device: an id that stays with its home directory, and what it knows of its own time (docs/spec/event.md, `device`, `clock`,
 * `uptime`, `boot`). Boots are counted as far as the home sees them: a boot in which nothing was recorded does not count.
 */
import { readFile } from "node:fs/promises";
import { uptime } from "node:os";
import { fromUtf8, toHex, utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import type { DeviceEvidence } from "../domain/event.js";
import type { Random } from "../ports/clock.js";
import { replaceFile } from "./durable-file.js";

interface DeviceFile {
  readonly device: string;
  /** Names the boot: changes with each one. */
  readonly bootId: string;
  readonly boot: number;
}

/** RFC 9562 variant. */
const UUID = /^[0-9a-f]{16}[89ab][0-9a-f]{15}$/;
const MAX_BOOTS = 2 ** 32 - 1;
const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/** Random UUID (RFC 9562, version 4), 32 hex digits. */
function newUuid(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return toHex(bytes);
}

/** Where the system does not name its boots, the minute in which it started does: a clock that is set moves that too, and counts as a boot. */
async function bootIdNow(now: number): Promise<string> {
  try {
    return (await readFile(BOOT_ID, "utf8")).trim();
  } catch {
    return `started ${Math.round((now - uptime() * 1000) / 60_000)}`;
  }
}

function parse(path: string, bytes: Uint8Array): DeviceFile {
  try {
    const { device, bootId, boot } = JSON.parse(fromUtf8(bytes)) as Partial<DeviceFile>;
    if (
      typeof device === "string" &&
      UUID.test(device) &&
      typeof bootId === "string" &&
      typeof boot === "number" &&
      Number.isSafeInteger(boot) &&
      boot > 0 &&
      boot <= MAX_BOOTS
    )
      return { device, bootId, boot };
  } catch {
    // Said below.
  }
  throw new DppError("home/device", `${path} is damaged: move it away, and this home is a new device`);
}

/** `path`: the device file, made when missing. @throws DppError `home/device`. */
export async function openDevice(path: string, random: Random, now: number): Promise<() => DeviceEvidence> {
  const known = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  const bootId = await bootIdNow(now);
  const before = known === null ? null : parse(path, known);
  const file: DeviceFile =
    before === null
      ? { device: newUuid(random), bootId, boot: 1 }
      : before.bootId === bootId
        ? before
        : { ...before, bootId, boot: Math.min(before.boot + 1, MAX_BOOTS) };
  if (file !== before) await replaceFile(path, utf8(`${JSON.stringify(file)}\n`), 0o600);
  // Whether somebody set the system's clock, and by what, an ordinary program is not told.
  return () => ({ device: file.device, clock: "free", uptime: Math.floor(uptime() * 1000), boot: file.boot });
}
