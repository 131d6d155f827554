import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../../generator/doctor/finding.js";
import {
  type GradeRequest,
  type GradeTools,
  gradeReceiver,
} from "../../../../generator/doctor/receiver/grade-receiver.js";
import { createHost } from "../../../../generator/project/host.js";
import { createExtension, defineHandler } from "../../../../runtime/index.js";
import { serve } from "../../../../runtime/node.js";
import { freePort } from "../../../support/free-port.js";
import { closeAfterwards } from "../../../support/open-kiket.js";
import { openProjectFolder, openReceiver, openServer } from "../../../support/receiver.js";
import { runCli } from "../../../support/run-node.js";
import { listening, nodeSdk } from "./receivers.js";

/** For a receiver that never answers. */
const impatient: Run = { tools: { times: { answer: 300, look: 3000, all: 30_000 } } };

interface Run {
  readonly request?: Partial<GradeRequest>;
  readonly tools?: Partial<GradeTools>;
}

async function grade(url: string, { request, tools }: Run = {}) {
  const said: string[] = [];
  const graded = await gradeReceiver(
    {
      ...{ url, secretFile: undefined, yes: false, port: await freePort(), dir: await openProjectFolder() },
      ...{ event: undefined, version: undefined, path: undefined, wait: 0 },
      ...request,
    },
    {
      ...{ host: createHost, environment: {}, interrupted: () => new Promise(() => {}), now: Date.now },
      loadKit: async () => ({ ...(await import("kiket-gen/testing")), ...(await import("kiket-gen/dev")) }),
      say: (line) => void said.push(line),
      times: { answer: 10_000, look: 3000, all: 60_000 },
      ...tools,
    },
  );
  return { graded, said };
}

/** The only finding. */
async function onlyFinding(url: string, run?: Run): Promise<Finding> {
  const { graded } = await grade(url, run);
  if ("refusal" in graded) throw new Error(graded.refusal);
  expect(graded).toHaveLength(1);
  return graded[0] as Finding;
}

async function openTcp(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    answer(socket);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  closeAfterwards(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a receiver that cannot be graded", () => {
  it.each([
    ["is down", async () => `http://127.0.0.1:${await freePort()}`, "nothing listens there"],
    ["hangs", () => openTcp(() => undefined), "no answer in time"],
    ["hangs up", () => openTcp((socket) => void socket.destroy()), "connection closed without an answer"],
    [
      "answers garbage",
      () => openTcp((socket) => void socket.once("data", () => socket.end("220 mail.example ESMTP\r\n"))),
      "an answer that is no HTTP",
    ],
  ] as const)("because it %s", async (_what, open, words) => {
    const url = await open();
    expect(await onlyFinding(url, words === "no answer in time" ? impatient : {})).toMatchObject({
      ...{ id: "reachable", status: "wrong", what: `${url}: ${words}`, where: url },
      fix: expect.stringMatching(/\.$/),
    });
  });

  it("because it has nothing at the path of a delivery", async () => {
    const { url } = await openServer((_request, response) => void response.writeHead(404).end());
    expect(await onlyFinding(url)).toMatchObject({
      ...{ status: "wrong", what: `${url} answers 404 to issue.created v1` },
      fix: expect.stringContaining("--path"),
    });
  });

  it("because it sends elsewhere, where doctor does not follow", async () => {
    let visits = 0;
    const elsewhere = await openServer((_request, response) => {
      visits += 1;
      response.end();
    });
    const { url } = await openServer(
      (_request, response) => void response.writeHead(307, { location: elsewhere.url }).end(),
    );
    const { what, why } = await onlyFinding(url);
    expect([what, why, visits]).toEqual([
      `${url} answers 307 to issue.created v1`,
      "It sends elsewhere, and doctor follows no redirect.",
      0,
    ]);
  });

  it("because its body never ends", async () => {
    const url = await openTcp((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n");
      const timer = setInterval(() => socket.write("x"), 50);
      socket.on("close", () => clearInterval(timer));
    });
    expect((await onlyFinding(url, impatient)).what).toBe(`${url}: no answer in time`);
  });
});

describe("a receiver that is not on this machine", () => {
  const [address] = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map((own) => own.address);

  it.skipIf(address === undefined)("gets nothing without --yes, and is told what would be sent", async () => {
    let requests = 0;
    const { port } = await openServer((_request, response) => {
      requests += 1;
      response.end();
    }, "0.0.0.0");
    const { graded } = await grade(`http://${address}:${port}`);
    expect([graded, requests]).toEqual([
      {
        refusal: `http://${address}:${port} is not on this machine; nothing was sent`,
        hint: `to send forged and good deliveries to http://${address}:${port} (${address}), pass --yes`,
      },
      0,
    ]);
    await grade(`http://${address}:${port}`, { request: { yes: true } });
    expect(requests).toBeGreaterThan(20);
  });
});

describe("a receiver with HTTPS", () => {
  /** A certificate for 127.0.0.1 that is its own issuer. */
  function certificate(folder: string): void {
    const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
    const names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync("openssl", [...args, ...files, ...names], { stdio: "ignore" });
  }

  async function openTls(folder: string, port: number): Promise<string> {
    certificate(folder);
    const [key, cert] = await Promise.all([readFile(join(folder, "key.pem")), readFile(join(folder, "cert.pem"))]);
    const server = createTlsServer({ key, cert }, nodeSdk(`http://127.0.0.1:${port}`)).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    closeAfterwards(async () => {
      server.closeAllConnections();
      server.close();
    });
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("needs a certificate that is trusted, and is graded as any other then", async () => {
    const [folder, port] = [await openProjectFolder(), await freePort()];
    const url = await openTls(folder, port);
    expect(await onlyFinding(url, { request: { port } })).toMatchObject({
      what: `${url}: a certificate that is not trusted`,
      fix: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
    });
    const { stdout, code } = await runCli(["doctor", "--url", url, "--port", String(port), "--json"], folder, {
      ...process.env,
      NODE_EXTRA_CA_CERTS: join(folder, "cert.pem"),
    });
    const { findings } = JSON.parse(stdout);
    expect([code, findings.find(({ id }: Finding) => id === "good-delivery").status]).toEqual([1, "ok"]);
  });
});

describe("grading", () => {
  it("waits for a receiver that is restarted with the address of doctor's Kiket, and says it once", async () => {
    const [port, old] = [await freePort(), await freePort()];
    const first = await openReceiver(old);
    const { port: place } = new URL(first.url);
    const said: string[] = [];
    let restarted: Promise<void> | undefined;
    const run = grade(first.url, {
      request: { port, wait: 30 },
      tools: {
        times: { answer: 5000, look: 3000, all: 60_000 },
        say(line) {
          said.push(line);
          if (line.startsWith("waits")) restarted = restart();
        },
      },
    });
    async function restart(): Promise<void> {
      await first.close();
      const handler = defineHandler({ event: "issue.created", version: "v1" }, () => undefined);
      const baseUrl = `http://127.0.0.1:${port}`;
      const extension = createExtension({ handlers: [handler], baseUrl, env: {}, logLevel: "silent" });
      const server = await serve(extension, { port: Number(place), host: "127.0.0.1", env: {}, signals: false });
      closeAfterwards(() => server.close());
    }
    const { graded } = await run;
    await restarted;
    expect(said).toEqual([
      `sends good and forged deliveries of issue.created v1 to ${first.url}`,
      `waits for up to 30 s until the receiver fetches the keys of doctor's Kiket: start it with KIKET_BASE_URL=http://127.0.0.1:${port}`,
    ]);
    if ("refusal" in graded) throw new Error(graded.refusal);
    expect(graded.filter(({ status }) => status !== "ok")).toEqual([]);
  });

  it("ends when the user interrupts it, and when the time is over, with nothing left open", async () => {
    const port = await freePort();
    const url = await listening(nodeSdk(`http://127.0.0.1:${port}`));
    const { graded } = await grade(url, { request: { port }, tools: { interrupted: () => Promise.resolve() } });
    expect(graded).toEqual({ refusal: "interrupted before all was graded", hint: "run doctor again" });
    const late = await grade(url, { request: { port }, tools: { times: { answer: 5000, look: 3000, all: 0 } } });
    if ("refusal" in late.graded) throw new Error(late.graded.refusal);
    expect(late.graded.filter(({ status }) => status === "not-testable").map(({ id }) => id)).toContain("keys-rotated");
    // The port is free again.
    expect((await grade(url, { request: { port } })).graded).not.toHaveProperty("refusal");
  });

  it("takes what a receiver answers only where it says something, and never shows a secret", async () => {
    const secret = "whsec_shown_by_the_receiver";
    const folder = await openProjectFolder();
    await writeFile(join(folder, "secret"), secret);
    const { url } = await openServer((request, response) => {
      const given = request.headers["x-kiket-signature"];
      request.resume().on("end", () => {
        const body = JSON.stringify({ error: `no \u001b[31m${secret} ${given} eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2ln` });
        response.writeHead(given === undefined ? 401 : 400, { "content-type": "application/json" }).end(body);
      });
    });
    const { graded } = await grade(url, {
      request: { dir: folder, path: "/hook", secretFile: join(folder, "secret") },
    });
    if ("refusal" in graded) throw new Error(graded.refusal);
    const { status, why } = graded.find(({ id }) => id === "good-delivery") ?? {};
    expect([status, why]).toEqual([
      "wrong",
      "Right is 2xx: Kiket loses the delivery. It says: no \u001b[31m[redacted] sha256=[redacted] [redacted]",
    ]);
    expect(JSON.stringify(graded)).not.toContain(secret);
  });

  it("sends nothing for a manifest with errors", async () => {
    let requests = 0;
    const { url } = await openServer((_request, response) => {
      requests += 1;
      response.end();
    });
    const { graded } = await grade(url, {
      request: { dir: await openProjectFolder({ ".kiket/manifest.yaml": "extension: [\n" }) },
    });
    expect([graded, requests]).toEqual([
      {
        refusal: "the manifest of the project has errors",
        hint: "see them with kiket-gen lint, or pass another folder",
      },
      0,
    ]);
  });

  it("says which port another program has taken, and how to use another one", async () => {
    const { port } = await openServer(() => undefined);
    const { graded } = await grade("http://127.0.0.1:9", { request: { port } });
    expect(graded).toMatchObject({
      refusal: `port ${port} is taken, and the receiver must know the address of doctor's Kiket`,
      hint: expect.stringContaining(`--port ${port + 1} and start the receiver with KIKET_BASE_URL`),
    });
  });
});
