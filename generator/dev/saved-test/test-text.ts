import { posix } from "node:path";
import type { TestMaterial } from "kiket-gen/dev";
import { stringLiteral } from "../../base/literals.js";
import { paths } from "../../output/plan.js";
import type { ImportExtension } from "../../project/import-extension.js";
import type { Layout } from "../../project/layout.js";

/** What the text of a test is made of. Nothing of a payload is among it. */
export interface TestSubject extends Pick<TestMaterial, "kind" | "auth" | "status" | "verdict" | "operations"> {
  /** As the manifest declares them. */
  readonly event: string;
  readonly version: string;
  /** False for an adapter whose manifest declares no types, and which takes all. */
  readonly isDeclared: boolean;
  /** Members of the data file. */
  readonly members: readonly string[];
  /** The folder of the test, relative to the project. */
  readonly folder: string;
  /** The name of the data file, of `a-z0-9-` and its ending. */
  readonly dataFile: string;
  readonly layout: Layout;
  readonly extension: ImportExtension;
}

const matcherOf = { allow: "toBeAllowed", deny: "toBeDenied", pending: "toBePending" } as const;

/** What the test asserts, in phrases. */
export function assertions({ kind, status, verdict, operations }: TestSubject): readonly string[] {
  if (kind === "adapter") return ["an event is submitted", "the types of its evidence are the same"];
  return [
    `the status is ${status}`,
    ...(verdict === undefined ? [] : [`the verdict is ${verdict}`]),
    ...operations.map((operation) => `${operation} is called`),
  ];
}

function importsOf({ kind, folder, layout, extension }: TestSubject): string {
  const from = (path: string) => stringLiteral(`${posix.relative(folder, path)}${extension}`);
  const testing = from(paths.testing(layout));
  const own =
    kind === "adapter"
      ? `import type { SourceEventType } from ${from(paths.evidence(layout))};\nimport { createTestAdapter } from ${testing};`
      : `import { createTestExtension, type Payloads } from ${testing};`;
  return `import { readFile } from "node:fs/promises";
import { type DeliveryMatchers, matchers } from "kiket-gen/testing";
import { expect, it, onTestFinished } from "vitest";
${own}

declare module "vitest" {
  interface Matchers extends DeliveryMatchers {}
}
expect.extend(matchers);
`;
}

function readData({ dataFile }: TestSubject): string {
  return `  const saved = JSON.parse(await readFile(new URL("./${dataFile}", import.meta.url), "utf8"));\n`;
}

function adapterTest(subject: TestSubject): string {
  const { event, isDeclared } = subject;
  return `
const sourceEventType = ${stringLiteral(event)}${isDeclared ? " satisfies SourceEventType" : ""};

it(${stringLiteral(`submits ${event}`)}, async () => {
  // The raw event, without secrets, and the types of the evidence that was submitted.
${readData(subject)}  const kiket = await createTestAdapter();
  onTestFinished(() => kiket.close());
  const outcome = await kiket.run({ sourceEventType, payload: saved.payload });
  expect(outcome).toHaveSubmitted();
  expect(outcome.submitted?.evidence.map(({ evidenceType }) => evidenceType)).toEqual(saved.evidenceTypes);
});
`;
}

function extensionTest(subject: TestSubject): string {
  const { event, version, kind, auth, status, verdict, operations, members } = subject;
  const isSigned = kind === "extension" && auth === "hmac";
  const options = [
    ...(isSigned ? ['auth: "both"', 'webhookSecrets: "secret of this test"'] : []),
    ...(members.includes("env") ? ["env: saved.env"] : []),
  ];
  const delivery = [
    ...(isSigned ? ['auth: "hmac"'] : []),
    ...(members.includes("secrets") ? ["secrets: saved.secrets"] : []),
  ];
  const object = (parts: readonly string[]) => (parts.length === 0 ? "" : `{ ${parts.join(", ")} }`);
  const more = object(delivery);
  const end = verdict === undefined ? "" : ` and ${verdict}`;
  const lines = [
    ...(status < 400 ? [] : ["// As it was when it was saved. Change this line when the handler is fixed."]),
    `expect(outcome).toHaveStatus(${status});`,
    ...(verdict === undefined ? [] : [`expect(outcome).${matcherOf[verdict]}();`]),
    ...operations.map((operation) => `expect(outcome).toHaveCalled(${stringLiteral(operation)});`),
  ];
  const what = members.includes("answers")
    ? "The delivery, and Kiket's answers to the calls of the handler, without tokens and secrets."
    : "The delivery, without tokens and secrets.";
  const inject = members.includes("answers")
    ? "  for (const answer of saved.answers) kiket.platform.faults.inject(answer);\n"
    : "";
  return `
// The names are those of the manifest: the compiler tells when it no longer has them.
const event = ${stringLiteral(event)} satisfies keyof Payloads;
const version = ${stringLiteral(version)} satisfies keyof Payloads[typeof event];

it(${stringLiteral(`answers ${event} ${version} with ${status}${end}`)}, async () => {
  // ${what}
${readData(subject)}  const kiket = await createTestExtension(${object(options)});
  onTestFinished(() => kiket.close());
${inject}  const outcome = await kiket.replay({ ...saved, event, version }${more === "" ? "" : `, ${more}`});
${lines.map((line) => `  ${line}\n`).join("")}});
`;
}

/** The text of a vitest file that delivers what the data file has, typed by the project's generated code. */
export function testText(subject: TestSubject): string {
  return importsOf(subject) + (subject.kind === "adapter" ? adapterTest(subject) : extensionTest(subject));
}
