/** Files and output. */
export const fileCodes = {
  KG502: {
    severity: "warning",
    title: "a file that nothing generates any more was edited by hand",
    explanation:
      "The generator deletes its own files when the manifest no longer asks for them, but not one that was changed since. Move what you need out of it, then delete it.",
  },
  KG504: {
    severity: "warning",
    title: "the event of a handler is no longer in the manifest",
    explanation:
      "A handler is yours: it is reported, never deleted. Delete the file, or put its event back into the manifest.",
  },
  KG505: {
    severity: "warning",
    title: "the lock file cannot be read",
    explanation:
      "`kiket-gen.lock.json` keeps where the project's own schemas stand, and a merge may have left it in pieces. Generate once more with the same --events and --openapi, or with --no-events and --no-openapi where there are none: that writes it anew.",
  },
} as const;
