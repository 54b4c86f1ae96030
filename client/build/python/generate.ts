import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePython } from './write-python.ts';

const FOLDER = join(import.meta.dirname, '../../../clients/python/src/segmentry');

for (const [name, text] of Object.entries(writePython())) await writeFile(join(FOLDER, name), text);
