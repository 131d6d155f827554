import type { DevChange } from "../../../backend.js";

/** The `data` of each event of a text/event-stream. */
async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
        if (line !== "" || data.length === 0) continue;
        yield data.join("\n");
        data = [];
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** The changes in a text/event-stream. What is not JSON is skipped. */
export async function* changesIn(body: ReadableStream<Uint8Array>): AsyncGenerator<DevChange> {
  for await (const data of eventsIn(body)) {
    try {
      yield JSON.parse(data) as DevChange;
    } catch {
      // The snapshot after the next connection repairs it.
    }
  }
}
