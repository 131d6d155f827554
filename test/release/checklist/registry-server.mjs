// A registry on the loopback interface. It reads its configuration as JSON from standard input, so that the address of the registry
// behind it stands in no file, and prints its port.
import { json } from "node:stream/consumers";
import { runServer } from "verdaccio";

const { folder, published, behind } = await json(process.stdin);
const configuration = {
  storage: folder,
  self_path: folder,
  configPath: folder,
  web: { enable: false },
  max_body_size: "100mb",
  uplinks: { behind: { url: behind } },
  // What is published here must come from here, also if the registry behind has a package of that name.
  packages: {
    ...Object.fromEntries(published.map((name) => [name, { access: "$all", publish: "$all" }])),
    "**": { access: "$all", proxy: "behind" },
  },
  log: { type: "stdout", format: "json", level: "error" },
};
const server = await runServer(configuration);
server.listen(0, "127.0.0.1", () => process.stdout.write(`listening on ${server.address().port}\n`));
