import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ConfigError } from "../../../runtime/index.js";
import { type LiveValues, type SecretSource, type SecretsFromOptions, secretsFrom } from "../../../runtime/secrets.js";
import { type OpenSecrets, openerOf } from "../../../runtime/vaults/live-secrets.js";
import { createTestLogger } from "../../support/deliveries.js";
import { closeAfterwards } from "../../support/open-kiket.js";

interface Opened {
  readonly secrets: OpenSecrets;
  readonly log: ReturnType<typeof createTestLogger>;
  /** Moves the clock. */
  pass(milliseconds: number): void;
}

function open(load: SecretSource["load"], options: SecretsFromOptions = {}, clock?: () => number): Opened {
  let time = 0;
  const log = createTestLogger();
  const opener = openerOf("secretSource", secretsFrom({ name: "the source", load }, { startWithin: 0, ...options }));
  const secrets = opener.open({
    wanted: [{ key: "hook" }, { key: "mail" }],
    ages: clock ?? (() => time),
    log: () => log,
    learned: () => undefined,
  });
  closeAfterwards(async () => secrets.close());
  return {
    secrets,
    log,
    pass(milliseconds) {
      time += milliseconds;
    },
  };
}

async function failureOf(load: SecretSource["load"]): Promise<Error> {
  return await open(load)
    .secrets.started()
    .then(
      () => new Error("it started"),
      (error: Error) => error,
    );
}

const answering = (answer: unknown) => async () => answer as ReadonlyMap<string, LiveValues>;

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("an answer of the wrong type", () => {
  it.each([
    ["undefined", undefined, "its answer is not a Map from names to lists of values"],
    ["an object", { hook: ["value-value"] }, "its answer is not a Map from names to lists of values"],
    ["a text in place of a list", new Map([["hook", "value-value"]]), "the values of hook are not a list of texts"],
    ["a number in a list", new Map([["hook", ["value-value", 42]]]), "the values of hook are not a list of texts"],
    ["bytes", new Map([["mail", [new Uint8Array(3)]]]), "the values of mail are not a list of texts"],
  ])("is an error that names the secret, and no value: %s", async (_name, answer, message) => {
    const failure = await failureOf(answering(answer));
    expect(failure).toBeInstanceOf(ConfigError);
    expect(failure.message).toBe(`Secrets cannot be loaded from the source: ${message}`);
  });

  it("withdraws nothing: the last values stay", async () => {
    let answer: unknown = new Map([["hook", ["value-value"]]]);
    const { secrets, pass } = open(async () => answer as never);
    await secrets.started();
    answer = new Map([["hook", "value-value"]]);
    pass(300_000);
    await secrets.refreshed();
    expect(secrets.values("hook")).toEqual(["value-value"]);
  });

  it("that has no value, or a blank one, means that the source does not have the secret", async () => {
    const { secrets } = open(
      answering(
        new Map<string, unknown>([
          ["hook", []],
          ["mail", ["  ", "older-value"]],
        ]),
      ),
    );
    await secrets.started();
    expect([secrets.values("hook"), secrets.values("mail")]).toEqual([[], []]);
  });
});

describe("the error of a source", () => {
  const parse = () => JSON.parse("hunter2-hunter2") as never;

  it("is told without what the parser of JSON quotes, which may be a value", async () => {
    const { secrets, log } = open(async () => parse());
    await expect(secrets.started()).rejects.toThrow(
      "Secrets cannot be loaded from the source: its answer cannot be parsed",
    );
    expect(inspect(log.lines, { depth: 9 })).toContain("its answer cannot be parsed");
    expect(inspect(log.lines, { depth: 9 })).not.toContain("hunter2");
  });

  it("keeps its own text where the quote is its cause", async () => {
    const { secrets, log } = open(async () => {
      try {
        return parse();
      } catch (cause) {
        throw new Error("the keys of the team are broken", { cause: new Error("again", { cause }) });
      }
    });
    await expect(secrets.started()).rejects.toThrow("the keys of the team are broken");
    expect(inspect(log.lines, { depth: 9 })).toContain("the keys of the team are broken");
    expect(inspect(log.lines, { depth: 9 })).not.toContain("hunter2");
  });

  it("shows nothing of a thrown value that is no error", async () => {
    const { secrets, log } = open(async () => {
      throw { status: 500, body: { hook: "hunter2-hunter2" } };
    });
    await expect(secrets.started()).rejects.toThrow("the thrown value is not an Error");
    expect(inspect(log.lines, { depth: 9 })).not.toContain("hunter2");
  });

  it("may be thrown before there is a promise", async () => {
    const failure = await failureOf(() => {
      throw new ConfigError("no credentials");
    });
    expect(failure.message).toBe("Secrets cannot be loaded from the source: no credentials");
  });
});

describe("a source", () => {
  it("that takes longer than ttl is asked once at a start", async () => {
    let asked = 0;
    const load = async () => {
      asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return new Map([["hook", ["value-value"] as const]]);
    };
    const { secrets } = open(load, { ttl: 5 }, () => performance.now());
    const started = secrets.started();
    await Promise.race([started, new Promise((resolve) => setTimeout(resolve, 400))]);
    const askedAtStart = asked;
    secrets.close();
    await started.catch(() => undefined);
    expect(askedAtStart).toBeLessThan(3);
  });

  it("whose extension is closed during its start is not waited for, and the start fails", async () => {
    const { secrets } = open(() => new Promise(() => undefined), { startWithin: 30_000 });
    const started = secrets.started();
    secrets.close();
    await expect(started).rejects.toThrow("Secrets cannot be loaded from the source: The extension is closed");
  });

  it("cannot change what is asked for", async () => {
    const asked: string[] = [];
    const { secrets, pass } = open(async (names) => {
      asked.push(names.join());
      (names as string[]).length = 0;
      return new Map([["hook", ["value-value"] as const]]);
    });
    await secrets.started();
    pass(300_000);
    await secrets.refreshed();
    expect(asked).toEqual(["hook,mail", "hook,mail"]);
  });
});

describe("in a worker, where loads are not shared", () => {
  /** A source whose answers a test gives, in its order. */
  const opened = async () => {
    vi.stubGlobal("navigator", { userAgent: "Cloudflare-Workers" });
    const answers: { give(value: string): void; fail(): void }[] = [];
    const load = () =>
      new Promise<ReadonlyMap<string, LiveValues>>((resolve, reject) => {
        answers.push({
          give: (value) => resolve(new Map([["hook", [value]]])),
          fail: () => reject(new Error("gone")),
        });
      });
    const own = open(load);
    const started = own.secrets.started();
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    answers[0]?.give("first-value");
    await started;
    return { ...own, answers };
  };
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

  it("an answer that is late does not take the place of a newer one", async () => {
    const { secrets, answers, pass } = await opened();
    const slow = secrets.renewed();
    pass(1_000);
    const quick = secrets.renewed();
    await settled();
    answers[2]?.give("newest-value");
    await quick;
    answers[1]?.give("outdated-value");
    await slow;
    expect(secrets.values("hook")).toEqual(["newest-value"]);
  });

  it("a failure that is late says nothing about a newer answer", async () => {
    const { secrets, answers, log } = await opened();
    const slow = secrets.renewed();
    const quick = secrets.renewed();
    await settled();
    answers[2]?.give("first-value");
    await quick;
    answers[1]?.fail();
    await slow;
    expect(log.lines).toEqual([]);
  });

  it("somebody who sends many requests before there are values causes a few loads", async () => {
    vi.stubGlobal("navigator", { userAgent: "Cloudflare-Workers" });
    let asked = 0;
    const { secrets, pass } = open(() => {
      asked += 1;
      return new Promise(() => undefined);
    });
    const causeMany = async () => {
      for (let each = 0; each < 50; each += 1) void secrets.refreshed();
      await settled();
      return asked;
    };
    expect(await causeMany()).toBe(5);
    pass(1_000);
    expect(await causeMany()).toBe(6);
  });

  it("one delivery after ttl waits for the source, and the others use the last values meanwhile", async () => {
    const { secrets, answers, pass } = await opened();
    pass(300_000);
    const waits = Array.from({ length: 50 }, () => secrets.refreshed());
    await settled();
    expect(waits.filter((wait) => wait !== undefined)).toHaveLength(1);
    expect(answers).toHaveLength(2);
    // Its request may be cancelled, and then it never ends.
    pass(10_000);
    expect(secrets.refreshed()).toBeInstanceOf(Promise);
  });
});
