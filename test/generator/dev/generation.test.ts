import { mkdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createGenerator } from "../../../generator/dev/generation.js";
import type { DevWord } from "../../../generator/dev/words/dev-word.js";
import { createHost } from "../../../generator/project/host.js";
import { createProject, removeProject } from "../../support/project.js";

it("does not say that it would read the same, where something could not be read", async () => {
  const manifest = 'model_version: "1.0"\nextension: { id: com.example.a, name: A, version: 0.1.0 }\n';
  const folder = await createProject({ ".kiket/manifest.yaml": manifest });
  onTestFinished(() => removeProject(folder));
  const words: DevWord[] = [];
  const generate = createGenerator({
    host: createHost(folder),
    places: { dir: folder },
    folder,
    tell: (word) => words.push(word),
    onProject: async (_, host) => {
      await host.read("seeds.yml");
      return [];
    },
    now: () => 0,
  });
  await mkdir(join(folder, "seeds.yml"));
  const failed = await generate();
  expect(failed.ok).toBe(false);
  expect(words.at(-1)).toMatchObject({ type: "error", message: expect.stringContaining("found a folder") });
  expect(await failed.isSame()).toBe(undefined);
  await rmdir(join(folder, "seeds.yml"));
  const made = await generate();
  expect([made.ok, await made.isSame()]).toEqual([true, true]);
});
