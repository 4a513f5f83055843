/** The process that `npm start` has the demo's events recorded in: making the event store's database takes seconds and much memory, and a server that did it would stand still. */
import { openHome } from "@cardano-dpp/offchain/cli/home";
import { explain } from "../explain.js";
import { recordDemoEvents } from "./record-events.js";

try {
  const home = await openHome(process.env.DPP_HOME || ".dpp", process.env);
  process.stdout.write(String(await recordDemoEvents(home, process.env)));
} catch (error) {
  if (process.env.DPP_DEBUG) console.error(error);
  process.stderr.write(explain(error));
  process.exit(1);
}
