/** The rooms in their order: each may import itself and those before it. */
export const rooms = {
  runtime: [
    ...[
      "base",
      "logging",
      "vaults",
      "values",
      "secrecy",
      "audit",
      "api",
      "handler",
      "receive",
      "stores",
      "jobs",
      "telemetry",
      "metrics",
      "config",
      "verify",
    ],
    ...["pipeline", "recordings", "server", "ingestion", "platform", "testing", "dev"],
  ],
  generator: [
    ...["base", "model", "diagnostics", "yaml", "project", "manifest", "contracts", "output", "generate", "terminal"],
    ...["lint", "usage", "audit", "rename", "add", "deploy", "init", "compare", "dev", "doctor", "commands"],
  ],
} as const;

/** A package of its own among the rooms, with its own build. It may import any room. */
export const ownPackage = "generator/create/";

export type Side = keyof typeof rooms;

export const sides: readonly Side[] = ["runtime", "generator"];
