/** Signers that are not ours: OpenSSL's command, Node's crypto, and Chromium with a virtual authenticator behind `navigator.credentials`. */
import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { provideChromium } from "../../../scripts/chromium.mjs";
import { readPublicKey } from "../../src/adapters/p256-node.js";
import type { KeyFields } from "../../src/codec/event-key.js";
import { encodeAssertion } from "../../src/codec/webauthn.js";
import { assertionFromJson } from "../../src/crypto/assertion-json.js";
import { keyFromPoint } from "../../src/crypto/event-key-form.js";
import { derToRaw } from "../../src/crypto/p256.js";
import { toHex } from "../../src/domain/bytes.js";

export interface RealSigner {
  readonly key: KeyFields;
  /** In the form of the key, hex. */
  sign(digest: Uint8Array): Promise<string>;
}

export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

const pointIn = (spki: Uint8Array): Uint8Array => {
  const found = readPublicKey(spki);
  if (found.kind !== "P-256") throw new Error("the signer made a key of another kind");
  return found.point;
};

/** The key is made by the command, too; it lies in a folder until `close`. */
export function opensslSigner(): RealSigner & { close(): void } {
  const folder = mkdtempSync(join(tmpdir(), "dpp-openssl-"));
  const [key, spki, message] = ["key.pem", "key.der", "digest"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { stdio: ["ignore", "pipe", "ignore"] });
  openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key);
  openssl("pkey", "-in", key, "-pubout", "-outform", "DER", "-out", spki);
  return {
    key: keyFromPoint(pointIn(readFileSync(spki))),
    sign: async (digest) => {
      writeFileSync(message, digest);
      return toHex(derToRaw(new Uint8Array(openssl("dgst", "-sha256", "-sign", key, message))));
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}

export function nodeSigner(): RealSigner {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return {
    key: keyFromPoint(pointIn(publicKey.export({ format: "der", type: "spki" }))),
    sign: async (digest) => toHex(derToRaw(new Uint8Array(sign("sha256", digest, privateKey)))),
  };
}

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
];
export const RP_ID = "localhost";

/** A browser with an authenticator that verifies its user, a page on two origins, and credentials of the relying party `localhost`. */
export class BrowserAuthenticator {
  private readonly browser: Browser;
  private readonly servers: readonly Server[];
  /** Goes from origin to origin: the authenticator belongs to it. */
  private readonly page: Page;
  private readonly session: CDPSession;
  private readonly authenticatorId: string;
  readonly origins: readonly string[];

  private constructor(made: {
    browser: Browser;
    servers: readonly Server[];
    page: Page;
    session: CDPSession;
    authenticatorId: string;
    origins: readonly string[];
  }) {
    this.browser = made.browser;
    this.servers = made.servers;
    this.page = made.page;
    this.session = made.session;
    this.authenticatorId = made.authenticatorId;
    this.origins = made.origins;
  }

  /** @throws Error where there is no Chromium: the test fails, it is not skipped. */
  static async open(): Promise<BrowserAuthenticator> {
    const executablePath = provideChromium() as string | null;
    if (executablePath === null) throw new Error("this test needs Chromium: see scripts/chromium.mjs");
    const servers = await Promise.all([served(), served()]);
    const origins = servers.map((server) => `http://localhost:${(server.address() as AddressInfo).port}`);
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    const page = await (await browser.newContext()).newPage();
    const session = await page.context().newCDPSession(page);
    await session.send("WebAuthn.enable");
    const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new BrowserAuthenticator({ browser, servers, page, session, authenticatorId, origins });
  }

  private async at(origin: number): Promise<Page> {
    const { page } = this;
    const url = `${this.origins[origin]}/`;
    if (page.url() !== url) await page.goto(url);
    return page;
  }

  /** Makes a credential on the first origin. Answers its id (base64url), and its public key as the browser gives it. */
  async create(): Promise<{ readonly id: string; readonly point: Uint8Array }> {
    const page = await this.at(0);
    const made = await page.evaluate(async (rpId) => {
      const credential = (await navigator.credentials.create({
        publicKey: {
          rp: { id: rpId, name: "Example capture" },
          user: {
            id: crypto.getRandomValues(new Uint8Array(16)),
            name: "supervisor",
            displayName: "Supervisor",
          },
          challenge: crypto.getRandomValues(new Uint8Array(32)),
          pubKeyCredParams: [{ type: "public-key", alg: -7 }],
          authenticatorSelection: { userVerification: "required" },
        },
      })) as PublicKeyCredential;
      const spki = (credential.response as AuthenticatorAttestationResponse).getPublicKey();
      return { id: credential.id, spki: spki === null ? [] : [...new Uint8Array(spki)] };
    }, RP_ID);
    return { id: made.id, point: pointIn(Uint8Array.from(made.spki)) };
  }

  /** What the browser answers to the challenge, hex of our CBOR. `origin`: on which of the two the page asks; `isVerified`: whether the user shows who he is. */
  async assert(
    id: string,
    challenge: Uint8Array,
    { origin = 0, isVerified = true }: { readonly origin?: number; readonly isVerified?: boolean } = {},
  ): Promise<string> {
    const page = await this.at(origin);
    const { authenticatorId } = this;
    await this.session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: isVerified });
    const json: unknown = await page.evaluate(
      async ({ rpId, id, challenge, userVerification }) => {
        const bytes = (text: string): Uint8Array<ArrayBuffer> =>
          Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (it) => it.charCodeAt(0));
        const credential = (await navigator.credentials.get({
          publicKey: {
            rpId,
            challenge: bytes(challenge),
            allowCredentials: [{ type: "public-key", id: bytes(id) }],
            userVerification,
          },
        })) as PublicKeyCredential;
        return JSON.parse(JSON.stringify(credential.toJSON()));
      },
      {
        rpId: RP_ID,
        id,
        challenge: Buffer.from(challenge).toString("base64url"),
        userVerification: isVerified ? ("required" as const) : ("discouraged" as const),
      },
    );
    return toHex(encodeAssertion(assertionFromJson(json)));
  }

  async close(): Promise<void> {
    await this.browser.close();
    for (const server of this.servers) server.close();
  }
}

function served(): Promise<Server> {
  const server = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html; charset=utf-8");
    answer.end("<!doctype html><title>capture</title>");
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
