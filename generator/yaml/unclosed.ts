/** A quote or a bracket that opens a value, and the value's place. Offsets are in UTF-16 code units. */
interface Opening {
  readonly sign: string;
  readonly start: number;
  /** After the value; `undefined` if nothing closes it. */
  end: number | undefined;
  /** A quoted value with line breaks: often the closing quote is the opening one of a later value. */
  readonly isLong: boolean;
}

/** Every quote and bracket of a YAML text, as the lexer finds them. */
export interface Openings {
  readonly all: Opening[];
  /** Brackets that are not closed so far, the innermost last. */
  readonly open: Opening[];
}

export function createOpenings(): Openings {
  return { all: [], open: [] };
}

/** Notes one lexeme that is not the text of a plain or block scalar. */
export function noteLexeme({ all, open }: Openings, lexeme: string, start: number): void {
  const [sign = ""] = lexeme;
  if (sign === '"' || sign === "'") {
    const isClosed = lexeme.length > 1 && lexeme.endsWith(sign);
    const end = isClosed ? start + lexeme.length : undefined;
    all.push({ sign, start, end, isLong: lexeme.includes("\n") });
  } else if (lexeme === "[" || lexeme === "{") {
    const opening: Opening = { sign, start, end: undefined, isLong: false };
    all.push(opening);
    open.push(opening);
  } else if (lexeme === "]" || lexeme === "}") {
    const closed = open.pop();
    if (closed !== undefined) closed.end = start + 1;
  }
}

/** What a mistake comes from that the parser found later. */
export interface Unclosed {
  readonly sign: string;
  readonly start: number;
  /** The end of a quoted value that a later quote closes. */
  readonly end: number | undefined;
}

/**
 * The quote that is not closed on its line, or the innermost bracket, from which a mistake at an offset comes. `isInBrackets`: the
 * mistake is the end of a flow collection. `isSameLine`: whether two offsets are on one line.
 */
export function unclosedAt(
  { all }: Openings,
  offset: number,
  isInBrackets: boolean,
  isSameLine: (a: number, b: number) => boolean,
): Unclosed | undefined {
  const before = all.filter(({ start }) => start <= offset);
  const quote = before.findLast(({ sign, end, isLong }) => {
    if (sign !== '"' && sign !== "'") return false;
    return end === undefined || (isLong && (end > offset || isSameLine(end - 1, offset)));
  });
  if (quote !== undefined || !isInBrackets) return quote;
  return before.findLast(({ sign, end }) => (sign === "[" || sign === "{") && (end === undefined || end > offset));
}
