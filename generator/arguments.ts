import { type ParseArgsConfig, parseArgs } from "node:util";
import { UsageError } from "./command.js";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true }>>;

/** Parses a command's words; throws a `UsageError` for an option that it does not have. */
export function parseArguments<const T extends Options>(args: readonly string[], options: T): Parsed<T> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Where a command finds a project's parts; the same words for every command. */
export const projectOptions: {
  readonly manifest: { readonly type: "string" };
  readonly out: { readonly type: "string" };
  readonly handlers: { readonly type: "string" };
  readonly events: { readonly type: "string" };
  readonly openapi: { readonly type: "string" };
} = {
  manifest: { type: "string" },
  out: { type: "string" },
  handlers: { type: "string" },
  events: { type: "string" },
  openapi: { type: "string" },
};
