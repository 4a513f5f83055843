/** Folders that their owner alone may enter; also those that an earlier version made open to all. */
import { chmod, stat } from "node:fs/promises";

const OPEN_TO_OTHERS = 0o077;

/**
 * Takes the rights of group and others away, of files as of folders. What is absent, or belongs to another user, stays as it is. Windows has no such modes:
 * there the folder of the user's profile keeps others out.
 */
export async function closeToOthers(...paths: readonly string[]): Promise<void> {
  if (process.platform === "win32") return;
  for (const path of paths) {
    try {
      const { mode } = await stat(path);
      if ((mode & OPEN_TO_OTHERS) !== 0) await chmod(path, mode & 0o700);
    } catch (error) {
      if (!LEFT_ALONE.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
}

const LEFT_ALONE = new Set(["ENOENT", "ENOTDIR", "EPERM", "EACCES", "EROFS"]);
