import type * as kit from "kiket-gen/dev";
import { type Refusal, refuse } from "../../base/refusal.js";
import type { CachingHost } from "../../project/host.js";
import type { Finding } from "../finding.js";

/** What the user asks for. */
export interface GradeRequest {
  /** The base URL of the receiver, as given. */
  readonly url: string;
  /** The file with the webhook secret, as given. */
  readonly secretFile: string | undefined;
  /** Whether a receiver on another machine may get probes. */
  readonly yes: boolean;
  /** Port of doctor's own local Kiket; undefined: the usual one. */
  readonly port: number | undefined;
  /** The project whose events are sent, if there is one. */
  readonly dir: string;
}

/** What grading needs of its surroundings. */
export interface GradeTools {
  readonly host: (folder: string) => CachingHost;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly loadKit: () => Promise<typeof kit>;
  /** Tells a person who waits something, in one line. */
  readonly say: (line: string) => void;
  /** Resolves when the user ends the command. */
  readonly interrupted: () => Promise<unknown>;
}

/** Sends good and bad deliveries to a receiver, and says what it does with them. */
export async function gradeReceiver({ url }: GradeRequest, _tools: GradeTools): Promise<readonly Finding[] | Refusal> {
  return refuse(`${url} cannot be graded yet`, "leave --url out to look at the project");
}
