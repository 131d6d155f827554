/** What is shown without a token, or with one of another run. */
export function HowToOpen({ reason }: { readonly reason?: string }) {
  return (
    <main class="notice">
      <h1>kiket-gen dev</h1>
      <p>
        {reason === undefined
          ? "This address has no token, so this page may not read anything."
          : "The token of this page is not the one of the running command. Each start makes a new one."}
      </p>
      <p>
        Press <kbd>o</kbd> in the terminal where <code>kiket-gen dev</code> runs. If it does not run, start it in your
        project:
      </p>
      <pre>npx kiket-gen dev</pre>
      <p>A link to a delivery works in a tab where the page is open: paste it into its address.</p>
      {reason !== undefined && <p class="quiet">The server says: {reason}</p>}
    </main>
  );
}
