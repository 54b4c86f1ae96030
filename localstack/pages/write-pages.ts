import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../paths.ts';
import { writeErrorsPage } from './errors-page.ts';

writeFileSync(join(PROJECT, 'docs/errors.md'), writeErrorsPage());
