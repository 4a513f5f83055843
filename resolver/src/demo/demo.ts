/** What `npm start` adds to a resolver: wallets for visitors and a page of its passports. Nothing else serves them. */
import type { App } from "../app-types.js";
import { type DemoPassport, registerHomePage } from "./home-page.js";
import { type DemoWallet, registerDemoWallets } from "./wallets.js";

export interface Demo {
  readonly wallets: readonly DemoWallet[];
  /** `base`: origin that the links lead to. */
  passports(base: string): Promise<readonly DemoPassport[]>;
}

export function registerDemo(app: App, demo: Demo, origin: string): void {
  registerDemoWallets(app, demo.wallets, origin);
  registerHomePage(app, () => demo.passports(origin));
}
