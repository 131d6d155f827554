import { createPortableExtension } from "./extension.mjs";

const { fetch } = createPortableExtension();
const onListen = ({ port }) => console.log(`http://127.0.0.1:${port}`);
globalThis.Deno.serve({ port: 0, hostname: "127.0.0.1", onListen }, fetch);
