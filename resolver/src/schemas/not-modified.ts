/** The answer to who has it already (RFC 9110 §15.4.5). */
import { Type } from "@sinclair/typebox";

export const NotModified = Type.Null({ description: "If-None-Match names what would be sent; no body" });
