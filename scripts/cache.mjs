// Where tools that are brought once per machine are kept: outside every clone.
import { homedir } from "node:os";
import { join } from "node:path";

export const cacheRoot = () =>
  process.env.DPP_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "cardano-dpp");
