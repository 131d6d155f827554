const document = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>kiket-gen dev</title>
<p>The inspector of kiket-gen dev is running. Its page is not part of this build.</p>
</html>
`;

/** The text of `page.gen.ts`: the files of the page, by the path where each is served. */
export async function derivePage() {
  const page = { "/": { type: "text/html; charset=utf-8", body: document } };
  const type = "Readonly<Record<string, { readonly type: string; readonly body: string }>>";
  return `export const page: ${type} = ${JSON.stringify(page, null, 2)};\n`;
}
