/** The feed of a passport. Spec: docs/spec/feed.md. */
import { Type } from "@sinclair/typebox";
import { ProductQuery } from "./passport.js";

export const FeedQuery = Type.Object({
  p: ProductQuery.properties.p,
  s: ProductQuery.properties.s,
  page: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,4}$", description: "From 1, the newest" })),
});

export const AtomBody = {
  description: "RFC 4287",
  content: { "application/atom+xml": { schema: Type.String() } },
};
