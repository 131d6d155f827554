/** A program as the warden starts it, with this Node. */
export interface ProgramStart {
  /** Options of Node, the script, and its arguments. */
  readonly words: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether it has a low priority. */
  readonly isBackground: boolean;
}

/** What the command tells its warden. The numbers of programs are the command's. All times are in milliseconds. */
export type WardenOrder =
  | { readonly type: "start"; readonly id: number; readonly program: ProgramStart }
  | { readonly type: "stop"; readonly id: number; readonly within: number }
  /** End all programs, and then itself. */
  | { readonly type: "close"; readonly within: number };

/** What the warden tells the command. `ended` is the last of a program. */
export type WardenReport =
  | { readonly type: "started"; readonly id: number; readonly pid: number }
  | {
      readonly type: "lines";
      readonly id: number;
      readonly stream: "stdout" | "stderr";
      readonly lines: readonly string[];
    }
  | { readonly type: "listening"; readonly id: number; readonly address: string; readonly port: number }
  | { readonly type: "ended"; readonly id: number; readonly exitCode: number | null; readonly signal: string | null };
