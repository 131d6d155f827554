import { getEventListeners } from "node:events";
import { inspect } from "node:util";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { describe, expect, it } from "vitest";
import { ConfigError, KiketError } from "../../../runtime/base/errors.js";
import { type AwsSecretsManagerOptions, awsSecretsManager } from "../../../runtime/secrets.js";
import { type AwsAnswer, openAws, storedAtAws } from "../../support/aws-secrets-server.js";
import { openServer } from "../../support/receiver.js";

const never = new AbortController().signal;

/** A source whose server has these secrets, each with its current and its previous version. */
async function open(
  secrets: Readonly<Record<string, readonly AwsAnswer[]>>,
  options: Omit<AwsSecretsManagerOptions, "client"> = {},
) {
  const aws = await openAws(storedAtAws(secrets));
  const source = awsSecretsManager({ client: aws.client, ...options });
  const load = async (...names: string[]) => Object.fromEntries(await source.load(names, { signal: never }));
  return { ...aws, source, load };
}

/** What a load rejects with. */
async function errorOf(loading: Promise<unknown>): Promise<Error> {
  return loading.then(
    (value) => expect.fail(`got ${JSON.stringify(value)}`),
    (error: Error) => error,
  );
}

describe("a secret in AWS Secrets Manager", () => {
  it("has its current and its previous version as live values, the newest first; the requests are signed", async () => {
    const { load, requests } = await open({
      "prod/hook": [{ text: "new" }, { text: "old" }],
      plain: [{ text: "one" }],
    });
    expect(await load("prod/hook", "plain", "absent")).toEqual({ "prod/hook": ["new", "old"], plain: ["one"] });
    expect(requests.filter(({ id }) => id === "absent")).toEqual([{ id: "absent", stage: "AWSCURRENT" }]);
  });

  it("has one value if both versions are equal, and none if it is empty", async () => {
    const { load } = await open({ same: [{ text: "a" }, { text: "a" }], empty: [{ text: "" }, { text: "old" }] });
    expect(await load("same", "empty")).toEqual({ same: ["a"] });
  });

  it("is exact: line ends, characters beyond ASCII, a byte order mark, and the longest one", async () => {
    const text = "\ufeffline\r\nnext\n\u{1f511} Schlüssel ";
    const longest = "ü".repeat(32_768);
    const bytes = new TextEncoder().encode(text);
    const { load } = await open({ text: [{ text }], bytes: [{ bytes }], longest: [{ text: longest }] });
    expect(await load("text", "bytes", "longest")).toEqual({ text: [text], bytes: [text], longest: [longest] });
  });

  it("that is binary and not text is an error; as the previous version it is not live", async () => {
    const bytes = Uint8Array.of(0xff, 0xfe, 1);
    const { load } = await open({ broken: [{ bytes }], before: [{ text: "now" }, { bytes }] });
    expect(await load("before")).toEqual({ before: ["now"] });
    const error = await errorOf(load("broken"));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(
      'The secret "broken" in AWS Secrets Manager is not text in UTF-8. Store binary data as base64, and decode it in the handler.',
    );
  });

  it.each(["", "a b", "arn:aws:secretsmanager:eu-central-1:1:secret:x", "a%2Fb", "ü", "x".repeat(513), "a\nb"])(
    "is not asked for by the name %j, which no secret can have: an ARN is one of another account",
    async (name) => {
      const { load, requests } = await open({});
      const error = await errorOf(load(name));
      expect(error).toBeInstanceOf(ConfigError);
      expect(error.message).toContain("cannot be the name of a secret in AWS Secrets Manager: give the option nameOf");
      expect(requests).toEqual([]);
    },
  );

  it("may have dots in its name, which mean nothing", async () => {
    const { load, requests } = await open({ "../x": [{ text: "not a path" }] });
    expect(await load("../x")).toEqual({ "../x": ["not a path"] });
    expect(requests[0]).toEqual({ id: "../x", stage: "AWSCURRENT" });
  });
});

describe("many names", () => {
  it("are asked for 8 at a time, each once, and nothing stays on the signal", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `name-${index}`);
    const { source, requests, mostAtOnce } = await open(
      Object.fromEntries(names.map((name) => [name, [{ text: `of ${name}` }]])),
    );
    const { signal } = new AbortController();
    const loaded = await source.load([...names, "name-1"], { signal });
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(loaded.size).toBe(40);
    expect(loaded.get("name-39")).toEqual(["of name-39"]);
    expect(requests).toHaveLength(80);
    expect(mostAtOnce()).toBeGreaterThan(1);
    expect(mostAtOnce()).toBeLessThanOrEqual(8);
  });

  it("are not asked for any more after a failure", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `name-${index}`);
    const { load, requests } = await open(
      Object.fromEntries(names.map((name) => [name, [{ error: "DecryptionFailure" }]])),
    );
    await expect(load(...names)).rejects.toThrow("kms:Decrypt");
    expect(requests.length).toBeLessThanOrEqual(8);
  });
});

describe("one secret with many fields", () => {
  const current = JSON.stringify({ hook: "new", token: "t", port: 5432, none: null, toString2: "x" });
  const previous = JSON.stringify({ hook: "old", token: "t" });

  it("has the names as its fields, and is asked for once", async () => {
    const { load, requests, source } = await open(
      { "prod/app": [{ text: current }, { text: previous }] },
      { secretId: "prod/app" },
    );
    expect(await load("hook", "token", "absent", "none", "toString", "__proto__", "../x")).toEqual({
      hook: ["new", "old"],
      token: ["t"],
    });
    expect(requests).toHaveLength(2);
    expect(source.name).toBe("AWS Secrets Manager, secret prod/app");
  });

  it("must have text in a field that is asked for", async () => {
    const { load } = await open({ app: [{ text: current }] }, { secretId: "app" });
    await expect(load("port")).rejects.toThrow(
      'The secret "app" in AWS Secrets Manager has a value that is not text under "port". Store it in quotes.',
    );
  });

  it("must be a JSON object; nothing of it is in the error", async () => {
    const { load } = await open({ app: [{ text: "hunter2-not-json" }] }, { secretId: "app" });
    const error = await errorOf(load("hook"));
    expect(error.message).toBe('The secret "app" in AWS Secrets Manager is not a JSON object.');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hunter2");
  });

  it("may have had another form before", async () => {
    const { load } = await open({ app: [{ text: current }, { text: "plain" }] }, { secretId: "app" });
    expect(await load("hook")).toEqual({ hook: ["new"] });
  });

  it("has none of the names if it does not exist", async () => {
    const { load } = await open({}, { secretId: "app" });
    expect(await load("hook")).toEqual({});
  });
});

describe("one field of each secret", () => {
  it("is the value", async () => {
    const { load } = await open(
      { db: [{ text: '{"username":"u","password":"new"}' }, { text: '{"password":"old"}' }], other: [{ text: "{}" }] },
      { field: "password" },
    );
    expect(await load("db", "other", "absent")).toEqual({ db: ["new", "old"] });
  });
});

describe("a call that fails", () => {
  const fails = (answer: AwsAnswer) => open({ hook: [answer] });

  it.each([
    ["AccessDeniedException", "Allow secretsmanager:GetSecretValue on it"],
    ["DecryptionFailure", "Allow kms:Decrypt"],
    ["InvalidRequestException", "It may be marked for deletion"],
    ["UnrecognizedClientException", "Check the credentials and the region"],
  ])("for good (%s) says what to do", async (error, remedy) => {
    const { load } = await fails({ error, message: "User: arn:aws:iam::1:user/x is not authorized\u001b[2J" });
    const thrown = await errorOf(load("hook"));
    expect(thrown).toBeInstanceOf(ConfigError);
    expect(thrown.message).toContain(
      `The secret "hook" in AWS Secrets Manager cannot be read (${error}: User: arn:aws:iam::1:user/x is not authorized\\u001b[2J). ${remedy}`,
    );
  });

  it.each<[string, AwsAnswer]>([
    ["ThrottlingException", { error: "ThrottlingException", message: "Rate exceeded" }],
    ["InternalServiceError", { error: "InternalServiceError", status: 500 }],
  ])("for now (%s) is tried three times by the client, and may be tried again", async (name, answer) => {
    const { load, requests } = await fails(answer);
    const thrown = await errorOf(load("hook"));
    expect(thrown).toBeInstanceOf(KiketError);
    expect(thrown).not.toBeInstanceOf(ConfigError);
    expect(thrown.message).toContain(`The secret "hook" in AWS Secrets Manager cannot be read (${name}`);
    expect(requests).toHaveLength(3);
  });

  it("with the wrong credentials says so", async () => {
    const { client } = await open({});
    const endpoint = await client.config.endpoint?.();
    const wrong = new SecretsManager({
      region: "eu-central-1",
      endpoint: `http://127.0.0.1:${endpoint?.port}`,
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wrong" },
    });
    await expect(awsSecretsManager({ client: wrong }).load(["hook"], { signal: never })).rejects.toThrow(
      "Check the credentials of the client, and the clock of this machine.",
    );
  });

  it("because there are no credentials says so, and may be tried again", async () => {
    const credentials = async () => {
      throw Object.assign(new Error("Could not load credentials from any providers"), {
        name: "CredentialsProviderError",
      });
    };
    const client = new SecretsManager({ region: "eu-central-1", endpoint: "http://127.0.0.1:1", credentials });
    const thrown = await errorOf(awsSecretsManager({ client }).load(["hook"], { signal: never }));
    expect(thrown).not.toBeInstanceOf(ConfigError);
    expect(thrown.message).toBe(
      'The secret "hook" in AWS Secrets Manager cannot be read (CredentialsProviderError: Could not load credentials from any providers)',
    );
  });

  it("because the connection breaks names the secret", async () => {
    const { load } = await fails("reset");
    const thrown = await errorOf(load("hook"));
    expect(thrown).not.toBeInstanceOf(ConfigError);
    expect(thrown.message).toMatch(/^The secret "hook" in AWS Secrets Manager cannot be read \(.*ECONNRESET.*\)$/);
  });

  it.each([
    ["cut off", '{"SecretString":"hunter2'],
    ["damaged", '{"SecretString":hunter2}'],
  ])("because the answer is %s has nothing of the value", async (_what, raw) => {
    const { load } = await fails({ raw });
    const thrown = await errorOf(load("hook"));
    expect(thrown.message).toBe('The secret "hook" in AWS Secrets Manager cannot be read (SyntaxError)');
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain("hunter");
  });

  it("because it is redirected goes nowhere else", async () => {
    let asked = 0;
    const elsewhere = await openServer((_request, response) => {
      asked += 1;
      response.end(JSON.stringify({ SecretString: "of somebody else" }));
    });
    const { load } = await fails({ raw: "", status: 307, headers: { location: elsewhere.url } });
    await expect(load("hook")).rejects.toThrow('The secret "hook" in AWS Secrets Manager cannot be read');
    expect(asked).toBe(0);
  });

  it("only for the previous version leaves the current one, if that version may not be used", async () => {
    const { load } = await open({ hook: [{ text: "now" }, { error: "AccessDeniedException" }] });
    expect(await load("hook")).toEqual({ hook: ["now"] });
  });

  it("for now for the previous version fails as a whole: a rotation would lose a value", async () => {
    const { load } = await open({ hook: [{ text: "now" }, { error: "InternalServiceError", status: 500 }] });
    await expect(load("hook")).rejects.toThrow("InternalServiceError");
  });

  it("to answer ends with the signal, by its reason", async () => {
    const { source, requests } = await fails("silence");
    const controller = new AbortController();
    const loading = errorOf(source.load(["hook", "other"], { signal: controller.signal }));
    await expect.poll(() => requests.length).toBeGreaterThan(0);
    const reason = new Error("too late");
    controller.abort(reason);
    expect(await loading).toBe(reason);
  });
});

describe("what the source is made of", () => {
  it("is the client that has the call, and one way to name secrets", async () => {
    const { client } = await open({});
    expect(() => awsSecretsManager({ client: {} as never })).toThrow(
      "awsSecretsManager needs a client: new SecretsManager({ region }) of @aws-sdk/client-secrets-manager. SecretsManagerClient has no getSecretValue.",
    );
    expect(() => awsSecretsManager({ client, secretId: "a", field: "b" })).toThrow(
      "awsSecretsManager takes secretId or field",
    );
  });

  it("shows nothing of a value", async () => {
    const { load, source } = await open({ hook: [{ text: "hunter2" }] });
    await load("hook");
    expect(inspect(source, { depth: 9, showHidden: true })).not.toContain("hunter2");
    expect(source.name).toBe("AWS Secrets Manager");
  });
});
