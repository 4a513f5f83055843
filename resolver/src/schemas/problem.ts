/** Error answers (RFC 9457). */
import { type Static, Type } from "@sinclair/typebox";

export const Problem = Type.Object(
  {
    type: Type.String({ description: "urn:cardano-dpp:problem:{code}" }),
    title: Type.String({ description: "The stable code, area/name" }),
    status: Type.Integer(),
    detail: Type.String({ description: "One sentence for a person" }),
    instance: Type.String({ description: "urn:request:{id}, as in the log" }),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { $id: "Problem" },
);
export type Problem = Static<typeof Problem>;
