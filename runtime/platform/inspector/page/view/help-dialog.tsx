import { useEffect, useRef } from "preact/hooks";

const keys = [
  ["j, ↓", "the next line of the list"],
  ["k, ↑", "the line before"],
  ["→, ←", "show the attempts of a delivery, hide them"],
  ["Enter", "go to its details"],
  ["/", "search; there, Esc empties it"],
  ["r", "replay: the same payload under a fresh signature"],
  ["e", "edit its payload and send it"],
  ["c", "copy a command that sends its payload from a terminal"],
  ["s", "save it as a test of the project"],
  ["n", "send a new delivery"],
  ["1, 2, …", "the views: deliveries, then the others in their order"],
  ["Esc", "back to the list; there, to the newest delivery, then no filter"],
  ["?", "this help"],
] as const;

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keys</h2>
      <table class="values">
        <tbody>
          {keys.map(([key, words]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{words}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        From a terminal: <code>npx kiket-gen trigger</code>, <code>npx kiket-gen replay</code>.
      </p>
      <form method="dialog">
        <button type="submit" class="main">
          Close
        </button>
      </form>
    </dialog>
  );
}
