import { connect } from "node:net";

export interface RawAnswer {
  readonly status: number;
  /** In lower case. */
  readonly head: string;
  readonly body: string;
}

/** Sends bytes as they are, and reads until the server closes the connection. With `end`, it says that nothing more will come. */
export function sendRaw(
  port: number,
  text: string,
  { end = false }: { readonly end?: boolean } = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => (end ? socket.end(text) : socket.write(text)));
    let whole = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk) => {
      whole += chunk;
    });
    // A reset connection had no answer, or one before that.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      const [head = "", ...body] = whole.split("\r\n\r\n");
      resolve({ status: Number(head.split(" ")[1]), head: head.toLowerCase(), body: body.join("\r\n\r\n") });
    });
  });
}
