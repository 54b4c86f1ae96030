import { readFileSync, writeFileSync } from 'node:fs';
import { createProgram } from '../program.ts';
import { replaceReference } from './write-reference.ts';

const PAGE = new URL('../../docs/cli.md', import.meta.url);
writeFileSync(PAGE, replaceReference(readFileSync(PAGE, 'utf8'), createProgram()));
