// Makes the pictures of docs/pictures: `kiket-gen dev` on a new project, its page in a real browser.
import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const cli = join(root, "dist/generator/cli.cjs");
const target = join(root, "docs/pictures");

/** In bytes, of one picture. */
const largest = 150_000;

const wide = { width: 1200, height: 720 };

const handler = `import { allow, defineHandler, deny } from "../generated/events/issue.created.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";

export default defineHandler({ requiredScopes: [Scope.IssuesRead] }, async ({ issue }, context) => {
  if (!issue.title) return deny({ message: "An issue needs a title" });
  const open = await context.endpoints.issues.list({ status: "open" });
  context.log.info("greeted", { issue: issue.id, open: open.issues.length });
  return allow({ message: \`\${context.settings.GREETING}, \${issue.title}!\` });
});
`;

const seeds = `table: greetings
records:
  - { name: "The lamp is dark", words: "Hello", times: 3 }
  - { name: "A rope is loose", words: "Good morning", times: 1, sent: true }
`;

async function createProject() {
  const parent = await mkdtemp(join(tmpdir(), "pictures-"));
  const folder = join(parent, "my-extension");
  await promisify(execFile)(process.execPath, [cli, "init", folder], { cwd: parent });
  await mkdir(join(folder, "node_modules"));
  await symlink(root, join(folder, "node_modules/kiket-gen"), "junction");
  const columns = ["name:string!", "words:string", "times:integer", "sent:boolean"];
  const add = ["add", "table", "helpdesk", "greetings", ...columns, "--operations", "read"];
  await promisify(execFile)(process.execPath, [cli, ...add], { cwd: folder });
  await mkdir(join(folder, ".kiket/modules/helpdesk/seeds"));
  await writeFile(join(folder, ".kiket/modules/helpdesk/seeds/first.yml"), seeds);
  const file = join(folder, "src/handlers/issue.created.v1.ts");
  await writeFile(file, handler);
  return { parent, folder, file };
}

/** A running `kiket-gen dev`. `next` waits for a word of a kind that was not taken before, and takes all up to it. */
function startDev(folder) {
  const dev = spawn(process.execPath, [cli, "dev", "--json", "--no-open"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const words = createInterface({ input: dev.stdout })[Symbol.asyncIterator]();
  const ended = new Promise((resolve) => dev.once("exit", resolve));
  const next = async (type, is = () => true) => {
    for (;;) {
      const { done, value } = await words.next();
      if (done) throw new Error(`dev has ended before "${type}"`);
      const word = JSON.parse(value);
      if (word.type === type && is(word)) return word;
    }
  };
  const stop = async () => {
    dev.kill("SIGTERM");
    await ended;
  };
  return { next, stop };
}

async function openBrowser() {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const folders = (process.env.PATH ?? "").split(":");
  const paths = [process.env.CHROMIUM, ...names.flatMap((name) => folders.map((folder) => join(folder, name)))];
  for (const executablePath of paths) {
    if (!executablePath || !(await stat(executablePath).catch(() => undefined))) continue;
    return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
  }
  throw new Error("No Chromium is on PATH; set CHROMIUM to its path");
}

/** Opens the page in a window of its own, and takes its picture after `act`. */
async function picture(browser, address, name, { viewport = wide, colorScheme = "light" } = {}, act = async () => {}) {
  const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
  await page.goto(address);
  await page.getByText("live", { exact: true }).waitFor();
  await act(page);
  const path = join(target, `${name}.png`);
  await page.screenshot({ path });
  await page.close();
  const { size } = await stat(path);
  if (size > largest) throw new Error(`${name}.png has ${size} bytes, more than ${largest}`);
  console.log(`docs/pictures/${name}.png  ${size} bytes`);
}

async function takeAll(browser, { file }, dev, { inspector, token }) {
  const address = `${inspector}/#token=${token}`;
  const send = async (body) => {
    const headers = { "x-kiket-gen-token": token, "content-type": "application/json" };
    const response = await fetch(`${inspector}/api/deliveries`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
  };
  const event = "issue.created";
  await send({ event, set: { "issue.title": "The lamp is dark" } });
  await send({ event, set: { "issue.title": "" } });
  await writeFile(file, handler.replace("greeted", "welcomed"));
  await dev.next("restarted");
  await send({ event, set: { "issue.title": "The printer is on fire" } });
  const openCall = async (page) => {
    await page.locator(".call summary").first().click();
    await page.locator(".call pre").first().waitFor();
  };
  await picture(browser, address, "deliveries", {}, openCall);
  await picture(browser, address, "dark", { colorScheme: "dark" }, openCall);
  await picture(browser, address, "narrow", { viewport: { width: 400, height: 700 } });
  await picture(browser, address, "edit-and-send", {}, async (page) => {
    await page.locator("details.section").first().waitFor();
    await page.keyboard.press("e");
    await page.locator(".cm-line", { hasText: '"title"' }).click();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type('"');
    await page.locator(".cm-tooltip-autocomplete li").first().waitFor();
    await page.mouse.move(0, 0);
  });
  await picture(browser, address, "save-as-test", {}, async (page) => {
    await page.locator("details.section").first().waitFor();
    await page.keyboard.press("s");
    await page.getByRole("heading", { name: "Save as a test" }).waitFor();
    await page.getByText("Asserts that").waitFor();
  });
  await picture(browser, address, "data", {}, async (page) => {
    await page.keyboard.press("2");
    await page.locator(".rows").waitFor();
  });
  await picture(browser, address, "scopes", {}, async (page) => {
    await page.keyboard.press("3");
    await page.getByRole("heading", { name: "issue.created v1" }).waitFor();
  });
  await picture(browser, address, "faults", {}, async (page) => {
    await page.keyboard.press("4");
    await page.getByRole("combobox", { name: "Fault", exact: true }).selectOption({ index: 1 });
    await page.getByRole("button", { name: "Inject", exact: true }).click();
    await page.locator(".active-faults li").waitFor();
  });
  await picture(browser, address, "charts", {}, async (page) => {
    await page.keyboard.press("5");
    await page.getByRole("combobox", { name: "Time" }).selectOption({ index: 0 });
    await page.locator("canvas").nth(1).waitFor();
  });
  await writeFile(file, handler.replace("if (!issue.title)", "if (!issue.title"));
  await dev.next("error", ({ severity }) => severity === "error");
  await picture(browser, address, "failure", {}, async (page) => {
    await page.locator(".build-problem").waitFor();
    await page.keyboard.press("Home");
  });
}

await mkdir(target, { recursive: true });
const project = await createProject();
const dev = startDev(project.folder);
const browser = await openBrowser();
try {
  const started = await dev.next("ready");
  await takeAll(browser, project, dev, started);
} finally {
  await browser.close();
  await dev.stop();
  await rm(project.parent, { recursive: true, force: true });
}
