/** Threads of events that several parties sign together. Spec: docs/spec/anchor.md "Joint threads". */
import { toHex, utf8 } from "./bytes.js";

/** What a joint thread's name begins with, hex; no role is called so. */
export const JOINT_PREFIX = toHex(utf8("DPP_JOINT"));
const SERIAL_BYTES = 12;

export const MIN_PARTIES = 2;
export const MAX_PARTIES = 9;

/** `name`: hex. */
export const isJointThread = (name: string): boolean =>
  name.length === JOINT_PREFIX.length + 2 * SERIAL_BYTES && name.startsWith(JOINT_PREFIX);

/** Enough of them, ascending, none twice. `names`: hex, lower case, so that their order is that of their bytes. */
export const arePartyNames = (names: readonly string[]): boolean =>
  names.length >= MIN_PARTIES &&
  names.length <= MAX_PARTIES &&
  names.every((name, at) => at === 0 || name > (names[at - 1] as string));
