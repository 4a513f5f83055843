/** ReadLog of one process, for tests. */
import { entryHash, FIRST_PREVIOUS, type ReadLog, type ReadLogEntry } from "../ports/read-log.js";

export function createMemoryReadLog(): ReadLog {
  const log: ReadLogEntry[] = [];
  return {
    async append(read) {
      const last = log.at(-1);
      const entry = {
        seq: log.length,
        previous: last === undefined ? FIRST_PREVIOUS : entryHash(last),
        ...read,
      };
      log.push(entry);
      return entry;
    },
    async *entries(from = 0) {
      yield* log.slice(from);
    },
  };
}
