import { CfnRule, Fn, type Stack } from 'aws-cdk-lib';
import type { Target } from './target.ts';

/** Refuses a deploy to AWS for as long as the API asks nobody who they are; synthesis stays possible. */
export function guardDeployment(stack: Stack, target: Target): void {
  if (target !== 'aws') return;
  new CfnRule(stack, 'AccountsRequired', {
    assertions: [
      {
        assert: Fn.conditionEquals('accounts', 'absent'),
        assertDescription:
          'Segmentry has no accounts yet, so its API would be open to everyone. Use the emulator: npm start.',
      },
    ],
  });
}
