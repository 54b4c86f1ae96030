import { isDeepStrictEqual } from 'node:util';

type Item = Record<string, unknown>;

/** Names and values that an expression stands on, as DynamoDB's document API has them. */
export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

const TOKENS = /\s*(<>|<=|>=|[()=<>,+-]|[#:\w][\w#.:-]*)/y;

/** Reads one of DynamoDB's expressions from left to right, evaluating it on an item as it goes. */
class Reader {
  readonly #tokens: string[];
  readonly #item: Item;
  readonly #placeholders: Placeholders;

  constructor(expression: string, item: Item, placeholders: Placeholders) {
    this.#tokens = tokensOf(expression);
    this.#item = item;
    this.#placeholders = placeholders;
  }

  get next(): string | undefined {
    return this.#tokens[0];
  }

  take(expected?: string): string {
    const token = this.#tokens.shift();
    if (token === undefined || (expected !== undefined && token.toUpperCase() !== expected)) {
      throw new Error(`Expected ${expected ?? 'more'}, not "${token}".`);
    }
    return token;
  }

  has(word: string): boolean {
    if (this.next?.toUpperCase() !== word) return false;
    this.take();
    return true;
  }

  path(token = this.take()): string[] {
    return token.split('.').map((part) => {
      const name = part.startsWith('#') ? this.#placeholders.ExpressionAttributeNames?.[part] : part;
      if (name === undefined) throw new Error(`Nothing is named ${part}.`);
      return name;
    });
  }

  valueAt(path: readonly string[]): unknown {
    return path.reduce<unknown>((value, name) => (value as Item | undefined)?.[name], this.#item);
  }

  operand(): unknown {
    const token = this.take();
    if (token.startsWith(':')) {
      const values = this.#placeholders.ExpressionAttributeValues ?? {};
      if (!(token in values)) throw new Error(`There is no value ${token}.`);
      return values[token];
    }
    if (this.next !== '(') return this.valueAt(this.path(token));
    if (token.toLowerCase() === 'list_append') {
      return this.#arguments(
        () => this.operand(),
        () => this.operand(),
      ).flat();
    }
    if (token.toLowerCase() !== 'if_not_exists') throw new Error(`The function ${token} is not known.`);
    const [path, otherwise] = this.#arguments(
      () => this.path(),
      () => this.operand(),
    );
    return this.valueAt(path as string[]) ?? otherwise;
  }

  condition(): boolean {
    let holds = this.#conjunction();
    while (this.has('OR')) holds = this.#conjunction() || holds;
    return holds;
  }

  #conjunction(): boolean {
    let holds = this.#predicate();
    while (this.has('AND')) holds = this.#predicate() && holds;
    return holds;
  }

  #predicate(): boolean {
    if (this.has('NOT')) return !this.#predicate();
    if (this.has('(')) {
      const holds = this.condition();
      this.take(')');
      return holds;
    }
    const name = this.next?.toLowerCase() ?? '';
    if (name === 'attribute_exists' || name === 'attribute_not_exists') {
      this.take();
      const [path] = this.#arguments(() => this.path());
      return (this.valueAt(path as string[]) !== undefined) === (name === 'attribute_exists');
    }
    if (name === 'begins_with') {
      this.take();
      const [text, start] = this.#arguments(
        () => this.operand(),
        () => this.operand(),
      );
      return typeof text === 'string' && text.startsWith(String(start));
    }
    return this.#comparison();
  }

  #comparison(): boolean {
    const left = this.operand();
    const operator = this.take();
    if (operator.toUpperCase() === 'BETWEEN') {
      const low = this.operand();
      this.take('AND');
      const high = this.operand();
      return compare('>=', left, low) && compare('<=', left, high);
    }
    return compare(operator, left, this.operand());
  }

  #arguments(...reads: (() => unknown)[]): unknown[] {
    this.take('(');
    const values = reads.map((read, index) => {
      if (index > 0) this.take(',');
      return read();
    });
    this.take(')');
    return values;
  }
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < expression.trimEnd().length) {
    const at = TOKENS.lastIndex;
    const match = TOKENS.exec(expression);
    if (match === null) throw new Error(`Can't read "${expression.slice(at)}".`);
    tokens.push(match[1] as string);
  }
  return tokens;
}

/** Values of different types, and what is missing, compare as neither. */
function compare(operator: string, left: unknown, right: unknown): boolean {
  if (operator === '<>') return left !== right;
  if (typeof left !== typeof right || left === undefined) return false;
  const [a, b] = [left as number, right as number];
  switch (operator) {
    case '=':
      return isDeepStrictEqual(left, right);
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      throw new Error(`The operator ${operator} is not known.`);
  }
}

/** Whether a condition, filter or key condition holds for an item. */
export function holds(expression: string | undefined, item: Item, placeholders: Placeholders): boolean {
  if (expression === undefined) return true;
  const reader = new Reader(expression, item, placeholders);
  const result = reader.condition();
  if (reader.next !== undefined) throw new Error(`Unread: ${reader.next} in "${expression}".`);
  return result;
}

/** The item as an update expression leaves it; every part reads it as it was before. */
export function update(expression: string, before: Item, placeholders: Placeholders): Item {
  const reader = new Reader(expression, before, placeholders);
  const after = structuredClone(before);
  let action = '';
  while (reader.next !== undefined) {
    if (/^(SET|REMOVE|ADD)$/i.test(reader.next)) action = reader.take().toUpperCase();
    else reader.take(',');
    const path = reader.path();
    const [name = ''] = path;
    if (path.length !== 1) throw new Error('Nested paths are not updated here.');
    if (action === 'REMOVE') delete after[name];
    else if (action === 'ADD') after[name] = add(reader.valueAt(path), reader.operand());
    else after[name] = assigned(reader);
  }
  return after;
}

function assigned(reader: Reader): unknown {
  reader.take('=');
  let value = reader.operand();
  while (reader.next === '+' || reader.next === '-') {
    const sign = reader.take() === '+' ? 1 : -1;
    value = (value as number) + sign * (reader.operand() as number);
  }
  return value;
}

const add = (value: unknown, more: unknown): unknown =>
  more instanceof Set
    ? new Set([...((value as Set<unknown> | undefined) ?? []), ...more])
    : ((value as number | undefined) ?? 0) + (more as number);
