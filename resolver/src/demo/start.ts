/**
 * `npm start`: the whole system on this machine, with Node alone. `PORT` and `DPP_HOME` move it, `PUBLIC_URL` says how phones reach it; other parts
 * are a matter of configuration (docs/configuration.md).
 */

import type { Home } from "@cardano-dpp/offchain/cli/home";
import { rememberLinkBase } from "@cardano-dpp/offchain/cli/link-base";
import { terminalQr } from "@cardano-dpp/offchain/cli/qr";
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import { identifierPath } from "@cardano-dpp/offchain/domain/identifier";
import { formatPassportLink } from "@cardano-dpp/offchain/domain/identifier-link";
import { listAttestations, readPassport } from "@cardano-dpp/offchain/usecases/resolve";
import { explain } from "../explain.js";
import { partsOf } from "../parts.js";
import { startServer, stopOnSignal } from "../server.js";
import { ACTORS } from "./actors.js";
import type { DemoPassport } from "./home-page.js";
import { nextSteps } from "./next-steps.js";
import { recordAside } from "./record-aside.js";
import { setUpDemo } from "./set-up.js";
import { EVENTS_ABOUT, SOURCES } from "./sources.js";
import type { DemoWallet } from "./wallets.js";

const say = (text = ""): void => {
  process.stdout.write(`${text}\n`);
};

async function start(env: NodeJS.ProcessEnv): Promise<void> {
  const began = performance.now();
  const elapsed = (): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const directory = env.DPP_HOME || ".dpp";
  say(`cardano-dpp: everything lies in ${directory} (DPP_HOME)`);
  const home = await setUpDemo(directory, env, (line) => say(`  ${elapsed().padStart(6)}  ${line}`));
  const { host, port } = home.configuration.resolver;
  const server = await startServer(
    {
      // The terminal is for the links; a log is written when it is asked for.
      ...(await partsOf(home, "silent")),
      demo: {
        wallets: isLoopback(host) ? await demoWallets(home) : [],
        passports: (base) => passportsOf(home, base),
      },
    },
    { host, port },
  );
  const base = server.publicUrl;
  await rememberLinkBase(home.paths, base);
  await printPassports(await passportsOf(home, base));
  await printActors(home, env.DPP_PASSPHRASE ? "keys locked with DPP_PASSPHRASE" : "keys in clear text");
  say(nextSteps(directory));
  say(`ready in ${elapsed()}: ${base}  (Ctrl-C stops; the next start goes on from here)`);
  stopOnSignal(server);
  await tellEvents(home, env, (line) => say(`  ${elapsed().padStart(6)}  ${line}`));
}

async function tellEvents(
  home: Home,
  env: NodeJS.ProcessEnv,
  progress: (line: string) => void,
): Promise<void> {
  const names = SOURCES.map(({ title }) => title).join(" and ");
  const recorded = await recordAside(home, env, () =>
    progress(`meanwhile recording what ${names} saw of ${EVENTS_ABOUT} …`),
  );
  if (recorded === null) return;
  progress(
    recorded.fault === null
      ? `${recorded.count} events are on the ledger: reload its page, "How it was made"`
      : `its events could not be recorded, the next start tries again: ${recorded.fault}`,
  );
}

/** On an open network anybody could have the demo's wallets sign. */
const isLoopback = (host: string): boolean => ["127.0.0.1", "localhost", "::1"].includes(host);

const demoWallets = ({ keys }: Home): Promise<DemoWallet[]> =>
  Promise.all(
    ACTORS.map(async ({ key, title }) => ({
      id: `demo-${key}`,
      title,
      signer: (await keys.load(key)).signer,
    })),
  );

async function passportsOf({ context, index }: Home, base: string): Promise<readonly DemoPassport[]> {
  const known = await Promise.all(
    (await index.list()).map(async (entry) => {
      const state = await readPassport(context, entry.id);
      if (state === null) return [];
      const link = formatPassportLink({
        base,
        identifier: entry,
        passportId: entry.id,
        salt: fromHex(entry.salt),
      });
      return [
        {
          name: state.name,
          product: identifierPath(entry),
          status: `${state.status}, revision ${state.revision}`,
          link,
        },
      ];
    }),
  );
  return known.flat();
}

async function printPassports(passports: readonly DemoPassport[]): Promise<void> {
  for (const { name, product, status, link } of passports) {
    say(`\n${name}  ·  ${product}  ·  ${status}`);
    say(await terminalQr(link, process.stdout.isTTY === true));
    say(link);
  }
}

async function printActors({ context, keys }: Home, kept: string): Promise<void> {
  const attestations = await listAttestations(context);
  say(`\nDemo wallets (${kept}, and all consortium keys in the same place: a trial, not a consortium)`);
  for (const actor of [...ACTORS, ...SOURCES]) {
    const { signer } = await keys.load(actor.key);
    const view = attestations.find(({ holder }) => holder === signer.keyHash);
    say(`  ${actor.key.padEnd(13)} ${view?.status ?? "no role"}, ${actor.does}`);
    say(`  ${"".padEnd(13)} ${signer.address}`);
  }
}

try {
  await start(process.env);
} catch (error) {
  if (process.env.DPP_DEBUG) console.error(error);
  process.stderr.write(`cannot start: ${explain(error)}`);
  process.exit(1);
}
