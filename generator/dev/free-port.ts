import { createServer } from "node:net";

const highestPort = 65_535;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(false) : reject(error),
    );
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** The first port of 127.0.0.1 from this one that nobody listens on. Throws the error of the system if it must not be used. */
export async function freePort(first: number): Promise<number> {
  for (let port = first; port < highestPort; port += 1) if (await isFree(port)) return port;
  return first;
}
