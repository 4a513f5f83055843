import { runCommand } from "./program.js";

/** ms for connections to close by themselves. */
const GRACE = 1000;

process.exitCode = await runCommand(
  process.argv.slice(2),
  {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    // Unreferenced: a process that has nothing left to do ends before.
    abandon: () => setTimeout(() => process.exit(), GRACE).unref(),
  },
  process.env,
);
