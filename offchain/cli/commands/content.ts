/** `dpp content`: blobs of the configured content store by CID, and their pins. Needs no deployment. */
import { open } from "node:fs/promises";
import type { Command } from "commander";
import { loadConfiguration } from "../../src/adapters/configuration/load.js";
import { openConfiguredContent } from "../../src/adapters/configuration/open.js";
import { createFile } from "../../src/adapters/durable-file.js";
import { homePaths } from "../../src/adapters/home.js";
import { DppError } from "../../src/domain/errors.js";
import type { ContentStore } from "../../src/ports/content-store.js";
import type { RunVerb } from "../verb.js";

/** What a store reads at most unless it is told otherwise. */
const MAX_BYTES = 64 * 1024 * 1024;

export function contentCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const content = program
    .command("content")
    .description("the content store: sealed documents and keyrings by CID (docs/ipfs.md)");

  const opened = async (home: string): Promise<ContentStore> => {
    const paths = homePaths(home);
    const { configuration } = await loadConfiguration(paths, env);
    return openConfiguredContent(configuration.content, paths);
  };

  content
    .command("put <file>")
    .description("store a file, pinned, and print its CID (up to 64 MiB)")
    .action((file: string) =>
      run(async ({ output, home }) => {
        const bytes = await readBlobFile(file);
        const cid = await (await opened(home)).put(bytes);
        output.result({ cid, bytes: bytes.length }, [cid]);
      }),
    );

  content
    .command("get <cid>")
    .description("write a blob to a new file, checked against its CID")
    .requiredOption("--out <file>", "the file; an existing one stays")
    .action((cid: string, { out }: { out: string }) =>
      run(async ({ output, home }) => {
        const bytes = await (await opened(home)).get(cid, { maxBytes: MAX_BYTES });
        if (bytes === null) throw notHere(cid);
        if (!(await createFile(out, bytes))) throw new DppError("input/file", `${out} exists already`);
        output.result({ cid, bytes: bytes.length, path: out }, [`${bytes.length} bytes in ${out}`]);
      }),
    );

  content
    .command("pin <cid>")
    .description("keep a blob that the store has or finds")
    .action((cid: string) =>
      run(async ({ output, home }) => {
        if (!(await (await opened(home)).pin(cid))) throw notHere(cid);
        output.result({ cid, pinned: true }, [`${cid} is pinned`]);
      }),
    );

  content
    .command("unpin <cid>")
    .description("end the keeping: the blob goes now or when the store cleans up next")
    .action((cid: string) =>
      run(async ({ output, home }) => {
        await (await opened(home)).unpin(cid);
        output.result({ cid, pinned: false }, [`${cid} is not pinned`]);
      }),
    );

  content
    .command("pinned <cid>")
    .description("is it pinned? exit 1 when it is not")
    .action((cid: string) =>
      run(async ({ output, home, refuse }) => {
        const pinned = await (await opened(home)).pinned(cid);
        output.result({ cid, pinned }, [`${cid} is ${pinned ? "" : "not "}pinned`]);
        if (!pinned) refuse();
      }),
    );

  content
    .command("has <cid>")
    .description("is it there, whole and sound? exit 1 when it is not")
    .action((cid: string) =>
      run(async ({ output, home, refuse }) => {
        const there = await (await opened(home)).has(cid);
        output.result({ cid, there }, [`${cid} is ${there ? "" : "not "}there`]);
        if (!there) refuse();
      }),
    );
}

const notHere = (cid: string): DppError =>
  new DppError("content/not-found", `the content store does not hold ${cid}`, { details: { cid } });

/** @throws DppError `input/file`, `input/too-large`. */
async function readBlobFile(path: string): Promise<Uint8Array> {
  const file = await open(path, "r").catch((cause: unknown) => {
    throw new DppError("input/file", `cannot read ${path}`, { cause });
  });
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new DppError("input/file", `${path} is not a file`);
    if (found.size > MAX_BYTES) throw new DppError("input/too-large", `${path} is larger than 64 MiB`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
