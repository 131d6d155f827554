/** Codes of `kiket-gen audit` and `kiket-gen rename`. */
export const auditCodes = {
  KG601: {
    severity: "warning",
    title: "unused permission",
    explanation:
      "No handler uses this permission, and no API call in the handlers is known to need it. The extension asks organizations for more access than it needs. Remove the permission (`kiket-gen audit --fix` does this). If a handler needs it, add it to the `requiredScopes` of that handler.",
  },
  KG602: {
    severity: "error",
    title: "undeclared permission",
    explanation:
      "A handler requires a permission that the manifest does not declare, or makes an API call that needs one. No token will contain this permission, so the delivery or the call fails with status 403. Add it to the permissions in the manifest (`kiket-gen audit --fix` does this).",
  },
  KG603: {
    severity: "warning",
    title: "unused secret",
    explanation:
      "No handler reads this secret, so organizations enter a credential that is never used. Remove it from the manifest and from its setup steps.",
  },
  KG604: {
    severity: "error",
    title: "undeclared secret",
    explanation:
      "A handler reads a secret that the manifest does not declare, so organizations are never asked for it. Declare it in the manifest, or correct the name in the handler.",
  },
  KG605: {
    severity: "warning",
    title: "unused setting",
    explanation:
      "No handler reads this setting and the manifest does not use it, so the value that an organization enters has no effect. Remove the setting, or read it in a handler.",
  },
  KG606: {
    severity: "error",
    title: "undeclared setting",
    explanation:
      "A handler reads a setting that the manifest does not declare, so its value is always `undefined`. Declare it under `configuration`, or correct the name in the handler.",
  },
  KG607: {
    severity: "warning",
    title: "unused custom-data operation",
    explanation:
      "`custom_data.permissions` grants an operation that no handler uses. `read` allows list and get, `write` allows create and update, and `delete` allows delete. `admin` allows all of these, and no call needs more. Grant only the operations that the handlers use (`kiket-gen audit --fix` does this).",
  },
  KG608: {
    severity: "error",
    title: "undeclared custom data",
    explanation:
      "A handler uses a module, a table or an operation that `custom_data.permissions` or the schema of the module does not declare. Declare it (`kiket-gen audit --fix` adds operations), or correct the name in the handler.",
  },
  KG609: {
    severity: "note",
    title: "cannot tell what is used",
    explanation:
      "A name is computed, or a part of the context is passed to code that is not analysed, so kiket-gen cannot tell what is used there. It therefore reports nothing of that kind as unused. To have it checked, write the name as a literal, or give the parameter the generated type `Context`. A permission is also noted here if it is not known whether a call needs it.",
  },
  KG610: {
    severity: "error",
    title: "cannot analyse the handlers",
    explanation:
      "The handlers are read together with their types. For this, the project's tsconfig.json must be valid. The project's packages need not be installed. Of a source with an unresolved merge conflict, nobody can tell what it uses.",
  },
  KG621: {
    severity: "error",
    title: "event cannot be renamed",
    explanation:
      "The manifest does not declare the event, already declares the new name, or contains the event in a form that cannot be edited automatically. No file was changed. Correct the names, or rename the event by hand.",
  },
  KG622: {
    severity: "error",
    title: "working tree is not clean",
    explanation:
      "`kiket-gen rename` edits handlers, and only version control can undo that. Commit or stash your changes first, or use --force. A project that is not in a git repository also needs --force. The repository is only read, and git is not started, because a project may name programs that git would run. Where it cannot be read so, for example with a filter of git or an index of version 4, a patch that undoes the renaming is written first.",
  },
  KG623: {
    severity: "note",
    title: "old event name remains",
    explanation:
      "A text still contains the old name of the event, or the old member of its payload. The text is a template, a test or a comment, where no type decides whether to rename it. Check it by hand.",
  },
} as const;
