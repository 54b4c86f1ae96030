import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** What came of each test, into the file that SEGMENTRY_OUTCOMES_FILE names: localstack/compare reads it. */
// biome-ignore lint/style/noDefaultExport: vitest takes a reporter by its default export.
export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const path = process.env.SEGMENTRY_OUTCOMES_FILE;
    if (path === undefined) return;
    const outcomes = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => ({
        file: module.relativeModuleId,
        test: test.fullName,
        ...outcomeOf(test),
      })),
    );
    writeFileSync(path, JSON.stringify(outcomes));
  }
}

function outcomeOf(test: TestCase): { state: string; reason?: string } {
  const result = test.result();
  if (result.state !== 'skipped') return { state: result.state };
  return { state: 'skipped', reason: result.note ?? 'no reason given' };
}
