/** What came back for one request. */
export type ReceiverReply =
  | {
      readonly kind: "answer";
      readonly status: number;
      /** The beginning of the body. */
      readonly text: string;
    }
  | {
      readonly kind: "none";
      /**
       * `refused`: nothing listens there. `cut`: the connection was closed. `late`: there was no whole answer in time. `garbage`: it was no HTTP.
       * `untrusted`: the certificate is not trusted. `unreachable`: any other failure of the network.
       */
      readonly why: "refused" | "cut" | "late" | "garbage" | "untrusted" | "unreachable";
    };

/** What Kiket does after a reply. `lost`: it does not send the delivery again. */
export type KiketReaction = "delivered" | "repeated" | "lost";

export function isAccepted(reply: ReceiverReply): boolean {
  return reply.kind === "answer" && reply.status >= 200 && reply.status < 300;
}

const failures: Readonly<Record<Extract<ReceiverReply, { kind: "none" }>["why"], string>> = {
  refused: "nothing listens there",
  cut: "connection closed without an answer",
  late: "no answer in time",
  garbage: "an answer that is no HTTP",
  untrusted: "a certificate that is not trusted",
  unreachable: "not reachable",
};

/** In a few words: a status, or why there is none. */
export function replyInWords(reply: ReceiverReply): string {
  return reply.kind === "answer" ? String(reply.status) : failures[reply.why];
}
