/** Attacks on transfers. Rules: docs/spec/datum.md "Redeemers", "The chain of actions". */
import { parseAddress } from "../../src/codec/address.js";
import { encodePassportMint, encodePassportSpend } from "../../src/codec/redeemer.js";
import { LABEL_USER, userUnit } from "../../src/domain/tokens.js";
import { withOutput } from "../../src/testing/forge.js";
import type { World } from "../../src/testing/world.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { type Attack, attacks } from "./attack.js";
import { transfer } from "./attempts.js";
import { NO_SUCH_OUTPUT, staked, stateForgeries } from "./forgeries.js";
import { gapForgeries, headed, headForgeries, recordForgeries } from "./heads.js";
import { ownershipForgeries, part } from "./ownership.js";
import { hijacks } from "./passport-datum.js";
import { confusions, RECORD, withRedeemer } from "./redeemers.js";
import { NO_SUCH_REFERENCE } from "./standing.js";
import { afterTheEnd } from "./status.js";
import { doubleSatisfaction, swappedDatums, together } from "./together.js";

/** Positions of the state and of the (222) among the outputs. */
const [STATE, RECEIVED] = [0, 1];

const received = (address: (world: World) => string) => (plan: TxPlan, world: World) =>
  withOutput(plan, RECEIVED, (output) => ({ ...output, address: address(world) }));

const toScript: Attack = {
  name: "transfer to a script",
  rule: "expect Address { payment: VerificationKey(_), .. } = to",
  change: (plan, world) => {
    const { address } = world.contracts.roles;
    const { payment, stake } = parseAddress(address).address;
    return withRedeemer(
      received(() => address)(plan, world),
      encodePassportSpend({ act: "Transfer", to: { payment, stake }, record: RECORD }),
    );
  },
};

attacks("transferring a passport", { script: "passport", purpose: "spend" }, (world) => transfer(world), [
  ...ownershipForgeries("state.is_token_spent(self, policy, ownership)"),
  {
    name: "keep what is given away",
    rule: "is_received",
    change: received(({ actors }) => actors.owner.address),
  },
  {
    name: "give it to another than named",
    rule: "is_received",
    change: received(({ actors }) => actors.maker.address),
  },
  {
    name: "give it to the key named, its rewards to another",
    rule: "is_received",
    change: received(({ actors }) => staked(actors.stranger.address, actors.owner.keyHash)),
  },
  {
    name: "give the receiver the token of another passport",
    rule: "is_received",
    before: part,
    change: async (plan, world) => {
      const unit = userUnit(world.contracts.passport.hash, world.passports[1] ?? "");
      const [state, given, ...rest] = plan.outputs;
      if (state === undefined || given === undefined) throw new Error("two outputs");
      return {
        ...plan,
        inputs: [...plan.inputs, { utxo: await world.owned(1) }],
        outputs: [
          state,
          { ...given, assets: { [unit]: 1n } },
          { ...given, address: world.actors.owner.address },
          ...rest,
        ],
      };
    },
  },
  {
    name: "burn what is given away",
    rule: "is_received",
    change: (plan, { contracts, passports }) => ({
      ...plan,
      mints: [
        {
          policy: contracts.passport.hash,
          assets: { [LABEL_USER + passports[0]]: -1n },
          redeemer: encodePassportMint({ act: "Burn" }),
        },
      ],
      outputs: plan.outputs.filter((_, at) => at !== RECEIVED),
    }),
  },
  toScript,
  ...afterTheEnd,
  ...stateForgeries(STATE),
  ...hijacks(["actionHead"]),
  ...headForgeries,
  ...recordForgeries,
  ...confusions({
    Update: NO_SUCH_REFERENCE,
    Revoke: NO_SUCH_REFERENCE,
    Amend: NO_SUCH_REFERENCE,
    Retire: NO_SUCH_REFERENCE,
    Succeed: NO_SUCH_OUTPUT,
    Reassign: "quorum_signs",
    Erase: NO_SUCH_REFERENCE,
  }),
]);

attacks(
  "transferring two passports at once",
  { script: "passport", purpose: "spend" },
  async (world) => {
    const [one, two] = [await transfer(world, { at: 0 }), await transfer(world, { at: 1 })];
    const units = world.passports.map((id) => userUnit(world.contracts.passport.hash, id));
    return {
      plan: together(one.plan, two.plan, [
        {
          address: world.actors.stranger.address,
          assets: Object.fromEntries(units.map((unit) => [unit, 1n])),
        },
      ]),
      payer: "owner",
    };
  },
  [
    ...doubleSatisfaction,
    swappedDatums,
    {
      name: "give one token for both",
      rule: "is_received",
      change: (plan, { contracts, passports, actors }) => {
        const kept = userUnit(contracts.passport.hash, passports[1] ?? "");
        const [one, two, given] = plan.outputs;
        if (one === undefined || two === undefined || given === undefined) throw new Error("three outputs");
        const { [kept]: _, ...assets } = given.assets;
        const back = { address: actors.owner.address, assets: { [kept]: 1n } };
        return { ...plan, outputs: [one, two, { ...given, assets }, back] };
      },
    },
  ],
);

attacks(
  "transferring a passport with a history",
  { script: "passport", purpose: "spend" },
  async (world) => {
    await headed(world);
    return transfer(world);
  },
  [...gapForgeries, ...hijacks(["actionHead"])],
);
