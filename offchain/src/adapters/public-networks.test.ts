import { SLOT_CONFIG_NETWORK } from "@lucid-evolution/lucid";
import { expect, it } from "vitest";
import { PUBLIC_NETWORKS } from "./public-networks.js";

it("slots of the public networks are Lucid's", () => {
  const { mainnet, preprod, preview } = PUBLIC_NETWORKS;
  expect([mainnet.slots, preprod.slots, preview.slots]).toEqual([
    SLOT_CONFIG_NETWORK.Mainnet,
    SLOT_CONFIG_NETWORK.Preprod,
    SLOT_CONFIG_NETWORK.Preview,
  ]);
});
