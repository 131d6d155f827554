/** Names that become identifiers and file names. */
export const nameCodes = {
  KG301: {
    severity: "error",
    title: "two names become the same identifier",
    explanation:
      "Two names in the manifest differ only in characters that an identifier or a file name cannot contain, so their generated names are the same. Rename one of them.",
  },
  KG302: {
    severity: "warning",
    title: "file name that Windows does not allow",
    explanation:
      "Windows takes names such as `aux`, `con`, `nul` and `com1` for devices, also with an ending: the files of the event `con.created` cannot exist there, and git cannot check them out. Rename the event if it is your own, or choose another folder. If the name must stay, use Linux, macOS or WSL. On Windows this is an error.",
  },
  KG303: {
    severity: "error",
    title: "file name that is too long",
    explanation:
      "The name of an event becomes the name of its files, and file systems take at most 255 bytes. Letters outside a-z and most punctuation become several characters each. Shorten the name of the event, or that of the folder. Nothing was written.",
  },
  KG304: {
    severity: "warning",
    title: "misspelled event",
    explanation:
      "No documentation, fixture or known extension contains an event with this name, but a known event has almost the same name. The platform never sends a misspelled event, so its handler never runs. Correct the name in the manifest, and delete the new stub. If the name is right, describe the event with a schema of your own (--events), and it counts as documented.",
  },
} as const;
