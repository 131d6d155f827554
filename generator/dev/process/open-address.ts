import { spawn } from "node:child_process";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** The system's own program that opens an address, absolute: a project has a say in `PATH` when `npx` or `npm run` starts the command. */
function openerOf(
  platform: NodeJS.Platform,
  { SystemRoot = "C:\\Windows" }: Environment,
): readonly [string, ...string[]] {
  if (platform === "darwin") return ["/usr/bin/open"];
  if (platform === "win32") return [join(SystemRoot, "System32", "rundll32.exe"), "url.dll,FileProtocolHandler"];
  return ["/usr/bin/xdg-open"];
}

/** Whether a browser can be shown: not where there is no display, and not in CI. */
export function hasDisplay(platform: NodeJS.Platform, environment: Environment): boolean {
  const { CI = "", DISPLAY = "", WAYLAND_DISPLAY = "", SSH_CONNECTION = "" } = environment;
  if (CI !== "" && CI !== "false" && CI !== "0") return false;
  if (platform === "darwin" || platform === "win32") return SSH_CONNECTION === "";
  return DISPLAY !== "" || WAYLAND_DISPLAY !== "";
}

/** Opens an address of this machine in the browser. False if there is no program for it. Other users can read the arguments of a program: so a ticket may stand in it, and no token. */
export function openAddress(address: string, platform: NodeJS.Platform, environment: Environment): Promise<boolean> {
  if (!/^http:\/\/127\.0\.0\.1:\d{1,5}\/(?:#ticket=[0-9a-f]+)?$/.test(address)) return Promise.resolve(false);
  const [program, ...before] = openerOf(platform, environment);
  // What the opener itself starts is found in the system's folders only.
  const env = platform === "win32" ? environment : { ...environment, PATH: "/usr/local/bin:/usr/bin:/bin" };
  return new Promise((resolve) => {
    const child = spawn(program, [...before, address], { stdio: "ignore", detached: true, env });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}
