import { expect, it } from "vitest";
import { inWordsOf, managerOf, runningManager } from "../../../generator/base/package-manager.js";

it.each([
  ["npm/11.19.1 node/v20.20.2 linux x64 workspaces/false", { manager: "npm", version: "11.19.1" }],
  ["pnpm/9.15.9 npm/? node/v20.20.2 linux x64", { manager: "pnpm", version: "9.15.9" }],
  ["yarn/4.18.1 npm/? node/v20.20.2 linux x64", { manager: "yarn", version: "4.18.1" }],
  ["bun/1.4.5 npm/? node/v24.3.0 linux x64", { manager: "bun", version: "1.4.5" }],
  ['pnpm/9";x npm/?', { manager: "pnpm" }],
  ["deno/2.9.5 npm/?", undefined],
  ["constructor/1.0.0", undefined],
  ["", undefined],
  [undefined, undefined],
])("finds in %j what runs this process", (agent, expected) => {
  expect(runningManager(agent)).toEqual(expected);
});

it.each<[object | undefined, string[], string]>([
  [undefined, [], "npm"],
  [{}, ["yarn.lock", "package-lock.json"], "npm"],
  [{}, ["bun.lock"], "bun"],
  [{ packageManager: "pnpm@9.15.9" }, ["yarn.lock"], "pnpm"],
  [{ packageManager: "cargo@1" }, ["yarn.lock"], "yarn"],
  [{ packageManager: 3 }, [], "npm"],
])("with package.json %j and the files %j, a project has %s", (content, names, manager) => {
  expect(managerOf(content, names)).toBe(manager);
});

const words = [
  "npm install && npm run dev",
  "npm test; npm start; npx kiket-gen lint",
  "npm install ioredis@^6.0.0",
  "npm install --save-dev esbuild@^0.28.2",
];

it.each([
  ["npm", words],
  [
    "pnpm",
    [
      "pnpm install && pnpm run dev",
      "pnpm test; pnpm start; pnpm exec kiket-gen lint",
      "pnpm add ioredis@^6.0.0",
      "pnpm add --save-dev esbuild@^0.28.2",
    ],
  ],
  [
    "yarn",
    [
      "yarn install && yarn run dev",
      "yarn test; yarn start; yarn kiket-gen lint",
      "yarn add ioredis@^6.0.0",
      "yarn add --dev esbuild@^0.28.2",
    ],
  ],
  [
    "bun",
    [
      "bun install && bun run dev",
      "bun run test; bun run start; bunx kiket-gen lint",
      "bun add ioredis@^6.0.0",
      "bun add --dev esbuild@^0.28.2",
    ],
  ],
] as const)("says commands in the words of %s", (manager, expected) => {
  expect(words.map((text) => inWordsOf(manager, text))).toEqual(expected);
});
