// Stands for the pager while you develop: it prints each page that it gets.
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

const port = Number(process.env.PAGER_PORT ?? 4600);

createServer(async (request, response) => {
  const page = await json(request);
  console.log(`page to ${page.to}: ${page.text}`);
  response.writeHead(202).end();
}).listen(port, "127.0.0.1", () => console.log(`pager on http://127.0.0.1:${port}`));
