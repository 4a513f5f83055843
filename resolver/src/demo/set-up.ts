/**
 * Brings a home directory to the state that the demo shows: a consortium, four accredited actors and two sources of events, a keyring, the passports of `examples/`.
 * Each step looks at what is there first, so a start that was killed goes on where it stopped. On a test network the founder pays for everybody.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadConfiguration } from "@cardano-dpp/offchain/adapters/configuration/load";
import { networkOf } from "@cardano-dpp/offchain/adapters/configuration/open";
import { homePaths, readDeployment } from "@cardano-dpp/offchain/adapters/home";
import type { OpenKey } from "@cardano-dpp/offchain/adapters/keystore";
import { withProcessLock } from "@cardano-dpp/offchain/adapters/process-lock";
import { BADGE_IMAGE } from "@cardano-dpp/offchain/cli/actor";
import { consortiumSigners, FAUCET, FREEZE, foundConsortium } from "@cardano-dpp/offchain/cli/consortium";
import { findAttestation, type Home, keyHolding, openHome } from "@cardano-dpp/offchain/cli/home";
import { knownPolicies, policyFor } from "@cardano-dpp/offchain/cli/policies";
import { ensureResolverKey } from "@cardano-dpp/offchain/cli/resolver-key";
import type { Attestation } from "@cardano-dpp/offchain/domain/attestation";
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import type { Config } from "@cardano-dpp/offchain/domain/config";
import { parsePassportFile } from "@cardano-dpp/offchain/domain/document-input";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { lacking } from "@cardano-dpp/offchain/tx/contracts";
import { planPay } from "@cardano-dpp/offchain/tx/pay";
import { loadDeployment } from "@cardano-dpp/offchain/usecases/deployment";
import { refreshManufacturerKeyring } from "@cardano-dpp/offchain/usecases/keyrings";
import { issuePassports } from "@cardano-dpp/offchain/usecases/passports";
import { listAttestations, readPassport } from "@cardano-dpp/offchain/usecases/resolve";
import { issueRoles } from "@cardano-dpp/offchain/usecases/roles";
import type { ProductFile } from "@cardano-dpp/offchain/usecases/sealing";
import { submitPlan } from "@cardano-dpp/offchain/usecases/submit";
import { ACTORS, type DemoActor } from "./actors.js";
import { EXAMPLES, EXAMPLES_FOLDER } from "./examples.js";
import { SOURCES } from "./sources.js";

/** Whoever has a key in the demo. */
const EVERYBODY: readonly DemoActor[] = [...ACTORS, ...SOURCES];
/** ms to wait for another start to finish its set-up. */
const PATIENCE = 30_000;
/** How long the demo's sources may hold events back. */
const MAX_DELAY = 240 * 3_600_000;
const YEAR = 365 * 24 * 3_600_000;

export function setUpDemo(
  directory: string,
  env: NodeJS.ProcessEnv,
  progress: (line: string) => void,
): Promise<Home> {
  // Two starts on one directory must not accredit everybody twice.
  const lock = join(homePaths(directory).directory, "set-up.lock");
  return withProcessLock(lock, PATIENCE, () => setUp(directory, env, progress));
}

async function setUp(
  directory: string,
  env: NodeJS.ProcessEnv,
  progress: (line: string) => void,
): Promise<Home> {
  const paths = homePaths(directory);
  const { ledger } = (await loadConfiguration(paths, env)).configuration;
  const network = networkOf(ledger);
  if (network === "mainnet") {
    throw new DppError(
      "home/demo-network",
      "the demo makes keys, roles and passports that mean nothing: not on mainnet. `dpp consortium init` founds, `dpp-resolver` serves",
    );
  }
  if ((await readDeployment(paths)) === null) {
    progress(`founding a consortium on ${network === "embedded" ? "an embedded ledger" : network} …`);
    const size = { members: 3, threshold: 2, freezeKeys: 1 };
    await foundConsortium(
      directory,
      env,
      size,
      () => undefined,
      EVERYBODY.map(({ key }) => key),
    );
  }
  const home = await openHome(directory, env);
  await fund(home, progress);
  await accredit(home, progress);
  await refreshKeyring(home, progress);
  await issueExamples(home, progress);
  return home;
}

/** Lovelace: below it an actor is given `GIFT`. */
const POOR = 20_000_000n;
const GIFT = 100_000_000n;
/** Outputs of a gift: one pays, another is the collateral. */
const GIFT_OUTPUTS = 3;

/** An embedded ledger that the demo founded has given everybody coins at its genesis. */
async function fund({ context, keys }: Home, progress: (line: string) => void): Promise<void> {
  const known = new Set((await keys.list()).map(({ name }) => name));
  for (const { key } of EVERYBODY) if (!known.has(key)) await keys.create(key);
  const names = [...EVERYBODY.map(({ key }) => key), ...[...known].filter((name) => name.startsWith(FREEZE))];
  const signers = await Promise.all(names.map(async (name) => (await keys.load(name)).signer));
  const poor: string[] = [];
  for (const { address } of signers) {
    const held = (await context.ledger.utxosAt(address)).map(({ assets }) => assets.lovelace ?? 0n);
    if (held.reduce((sum, lovelace) => sum + lovelace, 0n) < POOR) poor.push(address);
  }
  if (poor.length === 0) return;
  progress(`giving ${poor.length} keys coins …`);
  const payer = known.has(FAUCET)
    ? (await keys.load(FAUCET)).signer
    : (await consortiumSigners(context, keys))[0];
  const plans = poor.map((address) => planPay(address, GIFT, GIFT_OUTPUTS));
  const plan = { ...planPay(payer.address, GIFT), outputs: plans.flatMap(({ outputs }) => outputs) };
  await submitPlan(context, [payer], async () => plan);
}

async function accredit({ context, keys }: Home, progress: (line: string) => void): Promise<void> {
  const holders = new Set((await listAttestations(context)).map(({ holder }) => holder));
  const opened = await Promise.all(
    EVERYBODY.map(async (actor) => ({ actor, key: await keys.load(actor.key) })),
  );
  const missing = opened.filter(({ key }) => !holders.has(key.signer.keyHash));
  if (missing.length === 0) return;
  progress(`accrediting ${missing.map(({ actor }) => actor.key).join(", ")} …`);
  const validFrom = context.clock.now() - 60_000;
  const { state } = await loadDeployment(context);
  await issueRoles(
    context,
    await consortiumSigners(context, keys),
    missing.map(({ actor, key }) => ({
      metadata: { name: actor.title, image: BADGE_IMAGE },
      attestation: {
        role: actor.role,
        holder: key.signer.keyHash,
        ...captureOf(actor.key, key, context.contracts.config.hash, state),
        encPk: key.reading.publicKey,
        operator: actor.operator,
        place: "",
        validFrom,
        validTo: validFrom + YEAR,
      },
      badgeAddress: key.signer.address,
    })),
  );
}

/** Sources sign events with a key of their own, in a form that the ledger checks; nobody else captures any. */
function captureOf(
  name: string,
  key: Pick<OpenKey, "events">,
  config: string,
  state: Config,
): Pick<Attestation, "kind" | "alg" | "pk" | "maxDelay"> {
  const source = SOURCES.find(({ key: held }) => held === name);
  if (source === undefined) return { kind: "Individual", alg: 0, pk: "", maxDelay: 0 };
  const form = lacking(state).includes("p256") ? "Ed25519" : source.form;
  const { alg, publicKey: pk } = key.events(config, 0, form);
  return { kind: source.kind, alg, pk, maxDelay: MAX_DELAY };
}

const manufacturerOf = async ({ context, keys }: Home) => {
  const view = await findAttestation(context, keys, "manufacturer");
  const { signer, reading } = await keyHolding(keys, view.holder);
  return { view, signer, secretKey: reading.secret() };
};

/** Only the first: later changes of readers are the visitor's to make, with `dpp keyring refresh`. */
async function refreshKeyring(home: Home, progress: (line: string) => void): Promise<void> {
  const { view, signer, secretKey } = await manufacturerOf(home);
  if (view.keyring !== null) return;
  progress("publishing the manufacturer's keyring …");
  await refreshManufacturerKeyring(home.context, [signer], {
    attestation: view.name,
    secretKey,
    policies: await knownPolicies(home.paths),
    resolvers: [fromHex((await ensureResolverKey(home.keys)).publicKey)],
  });
}

async function issueExamples(home: Home, progress: (line: string) => void): Promise<void> {
  const products = await Promise.all(EXAMPLES.map((name) => readExample(home, name)));
  const wanted: ProductFile[] = [];
  for (const product of products) {
    const { gtin, serial } = product.file.identifier;
    const entry = await home.index.find(gtin, serial);
    if (entry === null || (await readPassport(home.context, entry.id)) === null) wanted.push(product);
  }
  if (wanted.length === 0) return;
  progress(`sealing and issuing ${wanted.length} passports in one transaction …`);
  const { view, signer, secretKey } = await manufacturerOf(home);
  const issuer = { attestation: view.name, secretKey };
  await issuePassports(home.context, [signer], issuer, wanted, signer.address, home.index);
}

async function readExample(home: Home, name: string): Promise<ProductFile> {
  const file = parsePassportFile(await readFile(new URL(name, EXAMPLES_FOLDER)));
  return { file, policy: await policyFor(home.paths, file.policy) };
}
