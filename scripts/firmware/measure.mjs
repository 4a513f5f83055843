// How much code and stack the C library takes on RV32IMC, from the compiler's own records.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** All that the library may leave to the linker: `string.h`, and 64-bit shifts that RV32 has no instruction for. */
const ALLOWED = new Set(["memcpy", "memcmp", "memset", "memmove", "__ashldi3", "__lshrdi3", "__ashrdi3"]);

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", timeout: 120_000 });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
  return stdout;
}

/** Frames and calls of one translation unit: GCC's call graph (`-fcallgraph-info=su`), in VCG. */
function readGraph(text, graph) {
  for (const [, title, label] of text.matchAll(/^node: \{ title: "([^"]+)" label: "([^"]*)"/gm)) {
    const bytes = /(\d+) bytes \((\w[\w,]*)\)/.exec(label);
    if (bytes !== null) graph.frames.set(title, { bytes: Number(bytes[1]), kind: bytes[2] });
  }
  for (const [, from, to] of text.matchAll(/^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"/gm))
    graph.calls.set(from, [...(graph.calls.get(from) ?? []), to]);
}

/** The deepest chain of frames from a function on. What is outside the library counts nothing. @throws for a recursion. */
function deepest(graph, name, above = []) {
  if (above.includes(name)) throw new Error(`${name} calls itself`);
  const below = (graph.calls.get(name) ?? []).map((callee) => deepest(graph, callee, [...above, name]));
  return (graph.frames.get(name)?.bytes ?? 0) + Math.max(0, ...below);
}

/** @returns a Markdown table, and the symbols that the library wants and may not. */
export function measure({ riscvGcc, component, out, flags }) {
  const names = readdirSync(join(component, "src"))
    .filter((name) => name.endsWith(".c"))
    .sort();
  const objects = names.map((name) => join(out, `${basename(name, ".c")}.o`));
  for (const [index, name] of names.entries())
    run(
      riscvGcc,
      [...flags, "-fcallgraph-info=su", "-c", join(component, "src", name), "-o", objects[index]],
      out,
    );
  const sizes = run(riscvGcc.replace(/gcc$/, "size"), ["-t", ...objects], out)
    .trim()
    .split("\n")
    .slice(1);
  const rows = sizes.map((line) => line.trim().split(/\s+/).slice(0, 3).map(Number));
  const graph = { frames: new Map(), calls: new Map() };
  for (const object of objects) readGraph(readFileSync(object.replace(/\.o$/, ".ci"), "utf8"), graph);
  const symbols = run(riscvGcc.replace(/gcc$/, "nm"), ["-g", ...objects], out);
  const defined = new Set([...symbols.matchAll(/^\w+ [TRDB] (\w+)$/gm)].map(([, name]) => name));
  const wanted = new Set([...symbols.matchAll(/^ +U (\w+)$/gm)].map(([, name]) => name));
  const foreign = [...wanted].filter((name) => !defined.has(name) && !ALLOWED.has(name));
  const version = run(riscvGcc, ["-dumpfullversion"], out).trim();
  const stacks = [...defined].filter((name) => name.startsWith("dpp_") && graph.frames.has(name)).sort();
  const kinds = new Set([...graph.frames.values()].map(({ kind }) => kind));
  const table = [
    `riscv64-unknown-elf-gcc ${version}, \`-march=rv32imc -mabi=ilp32 -Os\`; frame sizes: ${[...kinds].join(", ")};`,
    `data that changes: ${rows.at(-1)[1] + rows.at(-1)[2]} bytes.`,
    "",
    "| source | code and constants, bytes |",
    "| --- | --: |",
    ...names.map((name, index) => `| \`${name}\` | ${rows[index][0]} |`),
    `| all | ${rows.at(-1)[0]} |`,
    "",
    "| function | deepest stack, bytes |",
    "| --- | --: |",
    ...stacks.map((name) => `| \`${name}\` | ${deepest(graph, name)} |`),
    "",
  ].join("\n");
  return { table, foreign };
}
