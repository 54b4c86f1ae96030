import type { Progress } from '../progress.ts';
import type { CheckStep } from './check-step.ts';
import { CHECK_STEPS } from './check-steps.ts';
import type { Tally } from './tally.ts';

class CheckFailure extends Error {}

/** Runs every check, at the same time, also where one fails; what a failed one said goes to stderr. */
export async function runChecks(
  progress: Progress,
  steps: readonly CheckStep[] = CHECK_STEPS,
): Promise<Tally> {
  const passes = await Promise.all(steps.map((step) => passesCheck(step, progress)));
  const failures = steps.filter((_step, index) => !passes[index]).map(({ name }) => name);
  return { passed: steps.length - failures.length, failed: failures.length, skipped: 0, failures };
}

async function passesCheck({ name, run }: CheckStep, progress: Progress): Promise<boolean> {
  try {
    await progress.step(name, async () => {
      const result = await run();
      if (!result.passed) throw new CheckFailure(result.output);
    });
    return true;
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    progress.say(error.message.trimEnd());
    return false;
  }
}
