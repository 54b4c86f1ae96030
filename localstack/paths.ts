import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Everything emulators install and write, ignored by git. */
export const EMULATOR_HOME = join(PROJECT, '.emulator');
export const RUNS = join(EMULATOR_HOME, 'runs');
/** What the commands make for the person who ran them. */
export const OUT = join(PROJECT, 'out');
