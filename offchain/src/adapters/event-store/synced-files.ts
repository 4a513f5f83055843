/**
 * PGlite's files with the syncs that PostgreSQL asks for. PGlite runs PostgreSQL with `-F` and its file system answers every sync without doing it: what was
 * committed would survive `kill -9` but not a power cut, and a power cut could leave the files in a state that no recovery undoes. Here each sync is one of the
 * operating system, before the commit is reported.
 */
import fs from "node:fs";
import type { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

type Options = Parameters<NodeFS["init"]>[1];

/** What is used of Emscripten's file system on the host's files. */
interface FilesModule {
  readonly NODEFS: { readonly stream_ops: { fsync?: (stream: { readonly nfd: number }) => number } };
  readonly FS: { readonly ErrnoError: new (errno: number) => Error };
}

/** "I/O error" in the numbering of Emscripten (WASI). */
const EIO = 29;

export class SyncedFiles extends NodeFS {
  override async init(pglite: PGlite, options: Options): Promise<{ emscriptenOpts: Options }> {
    const { emscriptenOpts } = await super.init(pglite, options);
    const preRun = [emscriptenOpts.preRun ?? []].flat();
    const sync = (module: unknown): void => addSync(module as FilesModule);
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...preRun, sync] as typeof preRun } };
  }
}

function addSync({ NODEFS, FS }: FilesModule): void {
  NODEFS.stream_ops.fsync = ({ nfd }) => {
    try {
      fs.fsyncSync(nfd);
      return 0;
    } catch {
      // PostgreSQL stops at this, as it must: nobody knows which of its pages are on the disk.
      throw new FS.ErrnoError(EIO);
    }
  };
}
