/** For the description; the bytes are the file's own (docs/spec/receipt.md "Trust root"). */
import { Type } from "@sinclair/typebox";

export const TrustRootBody = {
  description: "A trust root (docs/spec/receipt.md)",
  content: { "application/json": { schema: Type.Unsafe<unknown>({ type: "object" }) } },
};
