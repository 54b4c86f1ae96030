import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A short file that runs for two minutes, for it makes an environment of Python. Begun last, it ends alone. */
const LONG = '/integration/python-client.test.ts';

/** vitest begins with the files that took longest, and where it has not run them yet, with the largest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => moduleId.endsWith(LONG);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
