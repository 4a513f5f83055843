import { once } from "node:events";
import { connect } from "node:net";
import { expect, it } from "vitest";
import { startServer } from "../src/server.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld } from "../src/testing/world.js";

it("ends although a browser holds a connection open that never asked for anything", async () => {
  const world = await makeTestWorld([productFile("C1")], [TEST_POLICY]);
  const { publicUrl: _, ...parts } = world.parts("http://localhost");
  const server = await startServer(parts, { port: 0 });
  const socket = connect(server.port, "127.0.0.1");
  await once(socket, "connect");
  const ended = once(socket, "close");
  await server.close();
  await ended;
  expect(socket.destroyed).toBe(true);
}, 20_000);
