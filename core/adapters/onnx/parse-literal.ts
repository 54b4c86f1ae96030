/** What a Python or JSON literal can say; keys of a dict are texts. */
export type Literal = null | boolean | number | string | Literal[] | Map<string, Literal>;

/** The text is no literal of Python or JSON. */
export class NoLiteralError extends Error {}

const WORDS: Record<string, Literal> = {
  None: null,
  null: null,
  True: true,
  true: true,
  False: false,
  false: false,
};
const ESCAPES: Record<string, string> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '0': '\0',
  '\n': '',
};
const DEEPEST = 20;

/** What exporters write into metadata by `str()` or by JSON: dicts, lists, tuples, texts, numbers, `None`. */
export function parseLiteral(text: string): Literal {
  const reader = { text, at: 0, depth: 0 };
  const value = readValue(reader);
  skipSpace(reader);
  if (reader.at < text.length) throw new NoLiteralError();
  return value;
}

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
}

function readValue(reader: Reader): Literal {
  if (++reader.depth > DEEPEST) throw new NoLiteralError();
  skipSpace(reader);
  const first = reader.text[reader.at];
  const value =
    first === '{'
      ? readMap(reader)
      : first === '['
        ? readList(reader, ']')
        : first === '('
          ? readList(reader, ')')
          : (readText(reader) ?? readWord(reader));
  reader.depth -= 1;
  return value;
}

function readMap(reader: Reader): Map<string, Literal> {
  const map = new Map<string, Literal>();
  reader.at += 1;
  while (!take(reader, '}')) {
    const key = readValue(reader);
    if (!take(reader, ':')) throw new NoLiteralError();
    map.set(String(key), readValue(reader));
    if (take(reader, ',')) continue;
    if (take(reader, '}')) break;
    throw new NoLiteralError();
  }
  return map;
}

function readList(reader: Reader, end: string): Literal[] {
  const list: Literal[] = [];
  reader.at += 1;
  while (!take(reader, end)) {
    list.push(readValue(reader));
    if (take(reader, ',')) continue;
    if (take(reader, end)) break;
    throw new NoLiteralError();
  }
  return list;
}

/** @returns undefined where no text begins. */
function readText(reader: Reader): string | undefined {
  const [head, prefix = '', quote] =
    /^([uUrRbB]{0,2})(['"])/.exec(reader.text.slice(reader.at, reader.at + 3)) ?? [];
  if (head === undefined || quote === undefined) return undefined;
  reader.at += head.length;
  const isRaw = /r/i.test(prefix);
  let value = '';
  for (;;) {
    const character = reader.text[reader.at++];
    if (character === undefined) throw new NoLiteralError();
    if (character === quote) return value;
    value += character === '\\' ? readEscape(reader, isRaw) : character;
  }
}

function readEscape(reader: Reader, isRaw: boolean): string {
  const rest = reader.text.slice(reader.at, reader.at + 10);
  const code = /^(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8}))/i.exec(rest);
  if (code !== null && !isRaw) {
    reader.at += code[0].length;
    const point = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16);
    if (point > 0x10ffff) throw new NoLiteralError();
    // JSON writes what lies beyond 16 bits as two halves, which join by themselves.
    return code[2] === undefined ? String.fromCodePoint(point) : String.fromCharCode(point);
  }
  const next = rest[0];
  if (next === undefined) throw new NoLiteralError();
  reader.at += 1;
  if (isRaw) return `\\${next}`;
  return ESCAPES[next] ?? (/[\\'"/]/.test(next) ? next : `\\${next}`);
}

function readWord(reader: Reader): Literal {
  const [word] = /^[\w.+-]+/.exec(reader.text.slice(reader.at, reader.at + 40)) ?? [];
  if (word === undefined) throw new NoLiteralError();
  reader.at += word.length;
  if (word in WORDS) return WORDS[word] as Literal;
  const value = Number(word);
  if (Number.isNaN(value)) throw new NoLiteralError();
  return value;
}

function take(reader: Reader, character: string): boolean {
  skipSpace(reader);
  if (reader.text[reader.at] !== character) return false;
  reader.at += 1;
  return true;
}

function skipSpace(reader: Reader): void {
  while (/\s/.test(reader.text[reader.at] ?? '')) reader.at += 1;
}
