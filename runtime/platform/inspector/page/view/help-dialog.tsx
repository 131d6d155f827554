import { useEffect, useRef } from "preact/hooks";

const keys = {
  Everywhere: [
    ["1, 2, …", "the views: deliveries, then the others in their order"],
    ["n", "send a new delivery"],
    ["/", "search; there, Esc empties it"],
    ["Esc", "back to the list of deliveries; there, to the newest delivery, then no filter"],
    ["?", "this help"],
  ],
  Deliveries: [
    ["j, ↓", "the next line of the list"],
    ["k, ↑", "the line before"],
    ["→, ←", "show the attempts of a delivery, hide them"],
    ["Enter", "go to its details"],
    ["r", "replay: the same payload under a fresh signature"],
    ["e", "edit its payload and send it"],
    ["c", "copy a command that sends its payload from a terminal"],
    ["s", "save it as a test of the project"],
  ],
  Send: [["Ctrl+Enter", "send what is written"]],
  Data: [
    ["↓, ↑", "the next row, the row before; also Page Down, Page Up, Home, End"],
    ["Enter", "open the row"],
    ["Ctrl+Enter", "save the row that is open"],
  ],
};

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keys</h2>
      {Object.entries(keys).map(([where, rows]) => (
        <section key={where}>
          <h3>{where}</h3>
          <table class="values">
            <tbody>
              {rows.map(([key, words]) => (
                <tr key={key}>
                  <th scope="row">
                    <kbd>{key}</kbd>
                  </th>
                  <td>{words}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
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
