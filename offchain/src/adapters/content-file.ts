/** Reading files that may be missing or swollen, for the content store on disk. */
import { open } from "node:fs/promises";

/** `otherwise` when there is no such file. */
export async function unlessMissing<T, O>(work: Promise<T>, otherwise: O): Promise<T | O> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return otherwise;
    throw error;
  }
}

/** The first `limit` bytes; `null` when there is no such file. */
export async function readBounded(path: string, limit: number): Promise<Uint8Array | null> {
  const file = await unlessMissing(open(path, "r"), null);
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    const buffer = new Uint8Array(Math.min(size, limit));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await file.close();
  }
}
