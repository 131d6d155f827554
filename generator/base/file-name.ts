/** What file systems demand of one part of a path: the name of a file or a folder. */

/** In bytes of UTF-8: the limit of Linux. Windows and macOS count in larger units. */
export const longestFileName = 255;

/** Windows takes these for devices in every folder, in any case, and with any ending. */
const device = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(?= *(?:\.|$))/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: file names can contain them elsewhere
const forbidden = /[<>:"|?*\\\u0000-\u001f]/;

/** Why Windows cannot have a file or folder of this name, as a sentence without a full stop; `undefined` if it can. */
export function windowsObjection(name: string): string | undefined {
  const [reserved] = device.exec(name) ?? [];
  if (reserved !== undefined) return `Windows reserves the name ${reserved}`;
  const [character] = forbidden.exec(name) ?? [];
  if (character !== undefined) return `on Windows, no name contains ${character}`;
  return /[. ]$/.test(name) ? "on Windows, no name ends with a dot or a space" : undefined;
}
