import type { Progress } from '../progress.ts';
import type { CheckStep } from './check-step.ts';
import { CHECK_STEPS } from './check-steps.ts';
import { EMPTY_TALLY, type Tally } from './tally.ts';

class CheckFailure extends Error {}

/** Runs every check, also after one has failed; what a failed one said goes to stderr. */
export async function runChecks(
  progress: Progress,
  steps: readonly CheckStep[] = CHECK_STEPS,
): Promise<Tally> {
  let { passed, failed } = EMPTY_TALLY;
  for (const { name, run } of steps) {
    try {
      await progress.step(name, async () => {
        const result = await run();
        if (!result.passed) throw new CheckFailure(result.output);
      });
      passed += 1;
    } catch (error) {
      if (!(error instanceof CheckFailure)) throw error;
      failed += 1;
      progress.say(error.message.trimEnd());
    }
  }
  return { passed, failed, skipped: 0 };
}
