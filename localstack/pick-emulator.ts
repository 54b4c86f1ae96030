import type { Emulator } from './emulator.ts';
import { localstack } from './localstack.ts';
import { ministack } from './ministack/ministack.ts';
import { UsageError } from './setup-error.ts';

const EMULATORS: readonly Emulator[] = [ministack, localstack];

/** The emulator that `EMULATOR` names; MiniStack where it names none. @throws UsageError */
export function pickEmulator(name = process.env.EMULATOR ?? 'ministack'): Emulator {
  const emulator = EMULATORS.find((candidate) => candidate.name === name);
  if (emulator !== undefined) return emulator;
  const names = EMULATORS.map((candidate) => candidate.name).join(', ');
  throw new UsageError(`There is no emulator "${name}". EMULATOR may be: ${names}.`);
}
