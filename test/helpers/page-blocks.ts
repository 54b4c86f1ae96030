import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../localstack/paths.ts';

export interface PageBlock {
  readonly page: string;
  readonly language: 'sh' | 'ts' | 'js' | 'python';
  /** Of a block that defines something that a test calls: how it is called. */
  readonly name: string | undefined;
  readonly code: string;
  readonly line: number;
}

/** The code blocks of a page that say of themselves that they run: ```` ```python test ````. */
export function readBlocks(page: string): PageBlock[] {
  const text = readFileSync(join(PROJECT, page), 'utf8');
  return [...text.matchAll(/^```(sh|ts|js|python) test(?: (\w+))?\n(.*?)^```$/gms)].map(
    ({ 1: language, 2: name, 3: code = '', index }) => ({
      page,
      language: language as PageBlock['language'],
      name,
      code,
      line: text.slice(0, index).split('\n').length,
    }),
  );
}
