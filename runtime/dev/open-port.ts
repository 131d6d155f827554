/** Ports that are tried after the first one. */
const mostTries = 100;
const lastPort = 65_535;

function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === "EADDRINUSE";
}

/** Opens a server on the port, or on the next one while it is taken. */
export async function openOnFreePort<Server>(first: number, open: (port: number) => Promise<Server>): Promise<Server> {
  for (let port = first; ; port += 1) {
    try {
      return await open(port);
    } catch (error) {
      if (first === 0 || !isTaken(error) || port - first >= mostTries || port >= lastPort) throw error;
    }
  }
}
