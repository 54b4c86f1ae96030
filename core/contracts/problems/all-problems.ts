import type { ProblemCode } from './problem-code.ts';
import { JOB_PROBLEMS, MODEL_PROBLEMS, UPLOAD_PROBLEMS } from './record-problems.ts';
import { REQUEST_PROBLEMS } from './request-problems.ts';

export interface ProblemGroup {
  readonly title: string;
  readonly where: string;
  readonly codes: readonly ProblemCode[];
}

/** Every code that clients may meet, with its cause and its remedy. */
export const PROBLEM_GROUPS: readonly ProblemGroup[] = [
  {
    title: 'Requests',
    where: 'The `code` of an answer that is `application/problem+json`, or of an error over WebSocket.',
    codes: REQUEST_PROBLEMS,
  },
  {
    title: 'Jobs',
    where: 'The `error.code` of a job that failed; codes of unusable images and videos occur too.',
    codes: JOB_PROBLEMS,
  },
  {
    title: 'Uploads',
    where:
      'The `refused[].code` of an upload; codes of unusable images and `insufficient_credits` occur too.',
    codes: UPLOAD_PROBLEMS,
  },
  { title: 'Models', where: 'The `refusal.code` of a version that was refused.', codes: MODEL_PROBLEMS },
];
