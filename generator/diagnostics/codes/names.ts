/** Names that become identifiers and files. */
export const nameCodes = {
  KG301: {
    severity: "error",
    title: "two names become one identifier",
    explanation:
      "Two names of the manifest differ only in what an identifier or a file name cannot hold, so their generated names are the same. Rename one.",
  },
} as const;
