import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What waits for others comes first, and what computes comes last and fills the cores while the last of the former wait.
 * Files of a project stay together, for they share what they import.
 */
const PROJECTS = ['integration', 'infra', 'integration-alone', 'faults', 'golden', 'unit'];

/** The files that take longest; begun last, one of them would end alone. Their sizes do not tell it. */
const LONG = [
  'e2e/daily-work',
  'integration/python-client',
  'integration/segmentry-command',
  'integration/events',
  'e2e/bad-input',
  'e2e/long-lists',
  'integration/first-result',
  'golden/reference-detections',
  'golden/random-exports',
];

/** Within a group as above; within a project vitest begins with what took longest, and where it has not run yet, with the largest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => {
      const [a, b] = [rankOf(one), rankOf(other)];
      return a.group - b.group || a.project - b.project || a.file - b.file;
    });
  }
}

function rankOf({ moduleId, project }: TestSpecification) {
  const { sequence } = project.config;
  const file = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return {
    group: sequence.groupOrder,
    project: PROJECTS.indexOf(project.name),
    file: file === -1 ? LONG.length : file,
  };
}
