import { type Literal, NoLiteralError, parseLiteral } from './parse-literal.ts';

/** As long as a class name may be; longer ones are cut. */
const LONGEST_NAME = 100;
/** More are refused, not counted up to. */
const MOST_LABELS = 100_000;

export const unnamedClass = (classId: number) => `class ${classId}`;

/**
 * Class names in label order, of what an exporter wrote: a dict by label or a list, of texts or numbers. A name
 * that is empty or missing becomes `class 3`.
 * @returns undefined where the file names none: it says `None`, nothing, or what is no list of names.
 */
export function readNames(text: string): string[] | undefined {
  const value = parseOrNothing(text);
  const named = value instanceof Map ? listByLabel(value) : Array.isArray(value) ? value : undefined;
  if (named === undefined || named.length === 0) return undefined;
  return Array.from(named, (name, classId) => toName(name) ?? unnamedClass(classId));
}

function parseOrNothing(text: string): Literal {
  try {
    return parseLiteral(text);
  } catch (error) {
    if (error instanceof NoLiteralError) return null;
    throw error;
  }
}

function listByLabel(map: Map<string, Literal>): Literal[] | undefined {
  const names: Literal[] = [];
  for (const [label, name] of map) {
    const classId = Number(label);
    if (label.trim() === '' || !Number.isInteger(classId) || classId < 0 || classId >= MOST_LABELS)
      return undefined;
    names[classId] = name;
  }
  return names;
}

function toName(name: Literal | undefined): string | undefined {
  if (name === null || name === undefined || typeof name === 'object') return undefined;
  const text = String(name).trim();
  if (text === '') return undefined;
  return text.length <= LONGEST_NAME ? text : `${text.slice(0, LONGEST_NAME - 1)}…`;
}
