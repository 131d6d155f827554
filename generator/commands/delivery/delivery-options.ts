/** Options that `trigger` and `replay` share. */
export const deliveryOptions = {
  dir: { type: "string" },
  url: { type: "string" },
  "kiket-port": { type: "string" },
  "secret-file": { type: "string" },
  yes: { type: "boolean" },
  json: { type: "boolean" },
} as const;

/** Their values. */
export interface DeliveryValues {
  readonly dir?: string | undefined;
  readonly url?: string | undefined;
  readonly "kiket-port"?: string | undefined;
  readonly "secret-file"?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}

export const deliveryHelp = `  --secret-file <file>  a JSON object of secrets for the delivery
  --url <url>           where the receiver listens (default: http://127.0.0.1:PORT, else port 8000); a local Kiket
                        of this command delivers then, also while dev runs
  --kiket-port <port>   port of that local Kiket (default: 4849)
  --yes                 deliver to --url although it is not on this machine
  --dir <dir>           the project (default: the working directory)
  --json                print the delivery as JSON: request, answer, calls and log lines

Where kiket-gen dev runs for the project, its local Kiket delivers. Else one is opened for this delivery, and the receiver must be started
with the KIKET_BASE_URL that is printed. A failed delivery is repeated only by dev.
Exit status: 0 answered 2xx, 1 not delivered, 2 usage error.
`;
