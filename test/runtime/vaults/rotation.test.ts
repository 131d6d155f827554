import { describe, expect, it } from "vitest";
import { createExtension, defineHandler } from "../../../runtime/index.js";
import {
  awsSecretsManager,
  googleSecretManager,
  hashicorpVault,
  type SecretSource,
  secretsFrom,
} from "../../../runtime/secrets.js";
import { openAws, storedAtAws } from "../../support/aws-secrets-server.js";
import { createTestLogger } from "../../support/deliveries.js";
import { openGoogleGrpc } from "../../support/google-secrets-server.js";
import { openHashicorpServer } from "../../support/hashicorp-server.js";
import { hmacRequest } from "../../support/hmac.js";
import { closeAfterwards } from "../../support/open-kiket.js";
import { testTime } from "../../support/tokens.js";

/** A vault whose secret `hook` has these versions, the oldest first. They can be changed. */
interface Vault {
  readonly source: SecretSource;
  readonly hook: string[];
}

async function aws(): Promise<Vault> {
  const hook = ["one-one-one"];
  const { client } = await openAws((request) =>
    storedAtAws({
      hook: hook
        .slice(-2)
        .reverse()
        .map((text) => ({ text })),
    })(request),
  );
  return { source: awsSecretsManager({ client }), hook };
}

async function google(): Promise<Vault> {
  const hook = ["one-one-one"];
  const secrets = {
    get hook() {
      return hook.map((data) => ({ data }));
    },
  };
  const { client } = await openGoogleGrpc({ secrets });
  return { source: googleSecretManager({ client, project: "app" }), hook };
}

async function hashicorp(): Promise<Vault> {
  const hook = ["one-one-one"];
  const versions = {
    get "secret/app"() {
      return hook.map((value) => ({ hook: value }));
    },
  };
  const { address } = await openHashicorpServer({ versions });
  return { source: hashicorpVault({ address, path: "app", auth: { token: "hvs.root" } }), hook };
}

describe.each([
  ["AWS Secrets Manager", aws],
  ["Google Secret Manager", google],
  ["HashiCorp Vault", hashicorp],
])("a webhook secret in %s", (_name, openVault) => {
  it("is rotated without a restart: both versions prove a delivery, and the one before them none", async () => {
    const { source, hook } = await openVault();
    const secrets = secretsFrom(source);
    let time = testTime;
    const logger = createTestLogger();
    const extension = createExtension({
      handlers: [defineHandler({ event: "issue.created", version: "v1" }, () => "done")],
      ...{ auth: "hmac", webhookSecrets: secrets.secret("hook"), env: {}, logger, now: () => time },
    });
    closeAfterwards(() => extension.close());
    let id = 0;
    const deliver = async (secret: string): Promise<number> => {
      id += 1;
      const body = `{"event":"issue.created","issue":{"id":${id}}}`;
      const timestamp = String(Math.floor(time / 1000));
      return (await extension.fetch(hmacRequest({ body, secret, timestamp }))).status;
    };
    expect([await deliver("one-one-one"), await deliver("two-two-two")]).toEqual([200, 401]);
    hook.push("two-two-two");
    time += 300_000;
    expect([await deliver("one-one-one"), await deliver("two-two-two")]).toEqual([200, 200]);
    hook.push("three-three");
    time += 300_000;
    expect([await deliver("one-one-one"), await deliver("two-two-two"), await deliver("three-three")]).toEqual([
      401, 200, 200,
    ]);
    expect(JSON.stringify(logger.lines)).not.toMatch(/one-one|two-two|three-three/);
  });
});
