import { expect, test } from "vitest";
import * as codegen from "../../runtime/codegen.js";
import * as runtime from "../../runtime/index.js";
import * as lmdb from "../../runtime/lmdb.js";
import * as node from "../../runtime/node.js";

test("the values that each entry exports", () => {
  expect(Object.keys(runtime).sort()).toEqual([
    "ApiConnectionError",
    "ApiError",
    "ConfigError",
    "KiketError",
    "NotImplementedError",
    "ScopeError",
    "actions",
    "allow",
    "canonicalJson",
    "channelValidationResponse",
    "contentHash",
    "createExtension",
    "createIngestionClient",
    "createMemoryStore",
    "defineHandler",
    "deny",
    "directive",
    "notImplemented",
    "notificationRequest",
    "notificationResponse",
    "parseChannelValidationRequest",
    "parseNotificationRequest",
    "pending",
    "subject",
    "verifyMerkleProof",
  ]);
  expect(Object.keys(codegen).sort()).toEqual([
    "allow",
    "bindHandler",
    "bindNormalizer",
    "createExtension",
    "deny",
    "joinNormalizers",
    "notImplemented",
    "notNormalized",
    "pending",
    "subject",
  ]);
  expect(Object.keys(node)).toEqual(["runAdapter", "serve", "run"]);
  expect(Object.keys(lmdb)).toEqual(["createLmdbStore"]);
});
