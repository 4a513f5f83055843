/** The beginning of a joint thread. Rules: docs/spec/anchor.md "Joint threads". */
import { DppError } from "../../domain/errors.js";
import type { Signer } from "../../ports/signer.js";
import { lacking } from "../../tx/contracts.js";
import { planOpenJoint } from "../../tx/joint.js";
import type { Context } from "../context.js";
import { loadDeployment } from "../deployment.js";
import { readAttestation } from "../resolve.js";
import { type Submitted, seedOf, submitPlan, validityNow } from "../submit.js";
import { standingText } from "./standing.js";

/**
 * Any live attestation opens one; whoever signs on it is free. `signers[0]` pays, and its coin makes the name; the holder of `opener` is among them.
 * @throws DppError `role/unknown`, `thread/not-live`; `joint/not-here` in a deployment that was founded without the script; as `submitPlan`.
 */
export async function openJoint(
  context: Context,
  signers: readonly [Signer, ...Signer[]],
  opener: string,
): Promise<Submitted & { readonly name: string }> {
  const view = await readAttestation(context, opener);
  if (view === null) throw new DppError("role/unknown", `this deployment has no attestation ${opener}`);
  if (!view.live)
    throw new DppError(
      "thread/not-live",
      `the attestation ${opener} is ${standingText(view, context.clock.now())}: one that is in force opens a joint thread`,
    );
  let name = "";
  const submitted = await submitPlan(
    context,
    signers,
    async () => {
      const deployment = await loadDeployment(context);
      requireJoint(deployment.state);
      const opening = planOpenJoint(
        context.contracts,
        deployment,
        await seedOf(context, signers[0].address),
        { name: view.name, utxo: view.utxo },
        await validityNow(context, view),
      );
      name = opening.name;
      return opening.plan;
    },
    "open a joint thread",
  );
  return { ...submitted, name };
}

/** @throws DppError `joint/not-here`. */
export function requireJoint(config: Parameters<typeof lacking>[0]): void {
  if (!lacking(config).includes("joint")) return;
  throw new DppError(
    "joint/not-here",
    "this deployment was founded without the script of joint threads: nobody signs jointly in it",
  );
}
