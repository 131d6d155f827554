import { createDataDesk, type DataDesk } from "../../../../runtime/dev/data/data-desk.js";
import type { DevProject, DevVariable } from "../../../../runtime/dev/options.js";
import { RequestProblem } from "../../../../runtime/platform/inspector/request-problem.js";
import type { Platform, PlatformSeed } from "../../../../runtime/testing.js";
import { openPlatform } from "../../../support/open-kiket.js";
import { project } from "../project.js";

export const time = "2026-03-02T08:25:04Z";

interface DeskOptions {
  readonly seed?: PlatformSeed;
  readonly project?: Partial<DevProject>;
  readonly variables?: Readonly<Record<string, DevVariable>>;
  /** False: nobody can set variables. */
  readonly isSettable?: boolean;
}

export interface OpenedDesk {
  readonly desk: DataDesk;
  readonly platform: Platform;
  /** What was told, in order. */
  readonly told: string[];
  set(): Readonly<Record<string, string>>;
  /** The values of the rows. */
  values(collection: string, search?: string): readonly object[];
}

/** The data of a platform of its own. */
export async function openDesk(options: DeskOptions = {}): Promise<OpenedDesk> {
  const { seed = {}, variables = {}, isSettable = true } = options;
  const platform = await openPlatform({ seed, now: () => Date.parse(time), workspaceToken: "t".repeat(20) });
  const told: string[] = [];
  let set: Readonly<Record<string, string>> = {};
  const desk = createDataDesk({
    platform: () => ({
      snapshot: platform.snapshot,
      restore: platform.restore,
      variables: () => set,
      setVariables(next) {
        set = next;
      },
    }),
    project: () => ({ ...project, seed, ...options.project }),
    variable: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
    ...(isSettable ? { onVariables: () => void told.push("variables") } : {}),
    sources: () => new Map(),
    now: () => Date.parse(time),
    changed: () => void told.push("changed"),
    forgotten: () => void told.push("forgotten"),
  });
  return {
    desk,
    platform,
    told,
    set: () => set,
    values: (collection, search) => (desk.rows(collection, search)?.rows ?? []).map(({ values }) => values),
  };
}

/** What a request is refused with: status, message, and the columns that are wrong. */
export function refusal(act: () => unknown): readonly unknown[] {
  try {
    act();
  } catch (error) {
    if (error instanceof RequestProblem)
      return [error.status, error.message, error.problems.map(({ column }) => column)];
    throw error;
  }
  return [];
}
