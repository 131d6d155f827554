import { createPortableExtension } from "./extension.mjs";

const { fetch } = createPortableExtension();
const { port } = globalThis.Bun.serve({ port: 0, hostname: "127.0.0.1", fetch });
console.log(`http://127.0.0.1:${port}`);
