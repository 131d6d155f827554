import { expect, it } from "vitest";
import { placedMessage } from "../../../generator/dev/placed-message.js";
import { createHost } from "../../../generator/project/host.js";
import { createProject, removeProject } from "../../support/project.js";

it("names the place of an error, and shows its line, for the page", async () => {
  const folder = await createProject({ "src/a.ts": "const a = 1;\nthrow new Error('no');\n" });
  try {
    const host = createHost(folder);
    expect(await placedMessage(host, { file: "src/a.ts", line: 2, column: 7 }, "Error: no")).toBe(
      ["src/a.ts:2:7: Error: no", "2 | throw new Error('no');", "  |       ^"].join("\n"),
    );
    expect(await placedMessage(host, { file: "src/gone.ts", line: 1, column: 1 }, "Error: no")).toBe(
      "src/gone.ts:1:1: Error: no",
    );
  } finally {
    await removeProject(folder);
  }
});
