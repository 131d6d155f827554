import { describe, expect, it } from "vitest";
import { identityOf } from "../../../generator/init/identity.js";

describe("the names of a new extension", () => {
  it.each<[folder: string, id: string, name: string, packageName: string]>([
    ["my-extension", "com.example.my-extension", "My extension", "my-extension"],
    ["Issue_Greeter 2", "com.example.issue-greeter-2", "Issue Greeter 2", "issue-greeter-2"],
    [`Grüße & "Küsse" */ \${x}`, "com.example.gru-e-kusse-x", "Grüße Küsse x", "gru-e-kusse-x"],
    ["日本", "com.example.extension", "日本", "extension"],
    ["...", "com.example.extension", "Extension", "extension"],
    ["", "com.example.extension", "Extension", "extension"],
    ["vitest", "com.example.vitest", "Vitest", "vitest-extension"],
    ["kiket-gen", "com.example.kiket-gen", "Kiket gen", "kiket-gen-extension"],
    ["node_modules", "com.example.node-modules", "Node modules", "node-modules"],
    ["x".repeat(300), `com.example.${"x".repeat(100)}`, `X${"x".repeat(99)}`, "x".repeat(100)],
  ])("in a folder %j", (folder, id, name, packageName) => {
    expect(identityOf(folder)).toEqual({ id, name, packageName });
  });

  it("have the given name", () => {
    expect(identityOf("a", "D")).toEqual({ id: "com.example.a", name: "D", packageName: "a" });
  });
});
