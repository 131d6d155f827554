/** What `kiket-gen audit` and `kiket-gen rename` say: the manifest held against the handlers. */
export const auditCodes = {
  KG601: {
    severity: "warning",
    title: "unused permission",
    explanation:
      "No handler names the permission and no call is known to need it, so the extension asks organizations for more than it uses. Remove it (`kiket-gen audit --fix` does), or name it in the `requiredScopes` of the handler that depends on it.",
  },
  KG602: {
    severity: "error",
    title: "undeclared permission",
    explanation:
      "A handler names a permission, or makes a call that needs one, which the manifest does not declare: no token will hold it, and the call ends in 403. Add it to the permissions (`kiket-gen audit --fix` does).",
  },
  KG603: {
    severity: "warning",
    title: "unused secret",
    explanation:
      "No handler reads the secret, so organizations are asked to enter a credential for nothing. Remove it from the manifest and from its setup steps.",
  },
  KG604: {
    severity: "error",
    title: "undeclared secret",
    explanation:
      "A handler reads a secret that the manifest does not declare, so no organization is ever asked for it. Declare it, or correct the name.",
  },
  KG605: {
    severity: "warning",
    title: "unused setting",
    explanation:
      "Neither a handler nor the manifest itself reads the setting, so what an organization enters has no effect. Remove it, or read it.",
  },
  KG606: {
    severity: "error",
    title: "undeclared setting",
    explanation:
      "A handler reads a setting that the manifest does not declare, so it is always undefined. Declare it under `configuration`, or correct the name.",
  },
  KG607: {
    severity: "warning",
    title: "unused custom-data operation",
    explanation:
      "`custom_data.permissions` grants an operation that no handler uses. `read` is list and get, `write` is create and update, `delete` is delete; `admin` is all of them, and no call needs more than those three. `kiket-gen audit --fix` narrows the grant.",
  },
  KG608: {
    severity: "error",
    title: "undeclared custom data",
    explanation:
      "A handler reaches a module, a table or an operation that `custom_data.permissions` and the module's schema do not give it. Declare it (`kiket-gen audit --fix` adds operations), or correct the name.",
  },
  KG609: {
    severity: "note",
    title: "use cannot be decided",
    explanation:
      "A name is computed, or a part of the context is handed to code that is not read, so what is used there cannot be told. Nothing of that kind is reported as unused. Write the name out, or type the parameter by the generated `Context`, to have it checked.",
  },
  KG610: {
    severity: "error",
    title: "handlers cannot be read",
    explanation:
      "The handlers are read with their types, which needs the project's packages to be installed and its tsconfig.json to be readable.",
  },
  KG621: {
    severity: "error",
    title: "event cannot be renamed",
    explanation:
      "The manifest does not declare the event, declares the new name already, or states the event in a way that cannot be edited in place. Nothing was changed.",
  },
  KG622: {
    severity: "error",
    title: "working tree not clean",
    explanation:
      "Renaming edits handlers, which only version control can bring back. Commit or stash first, or say --force; a project that is not under git needs --force as well.",
  },
  KG623: {
    severity: "note",
    title: "the old name remains",
    explanation:
      "A text still mentions the old event or its payload's old member, in a place that no type decides: a template, a test or a comment. Look at it by hand.",
  },
} as const;
