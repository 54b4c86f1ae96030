import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Short to read and long to run: begun late, they are what all others are done before. */
const LONG = [
  'integration/python-client',
  'integration/segmentry-command',
  'integration/gpu-task',
  'integration/reconcile',
  'integration/stalled-uploads',
];

/** vitest begins with the files that took longest, and where it has not run them yet, with the largest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((name) => moduleId.includes(name));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
