/** Names that become identifiers and file names. */
export const nameCodes = {
  KG301: {
    severity: "error",
    title: "two names become the same identifier",
    explanation:
      "Two names in the manifest differ only in characters that an identifier or a file name cannot contain, so their generated names are the same. Rename one of them.",
  },
} as const;
