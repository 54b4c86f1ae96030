import type { ResultWriter } from './exported-result.ts';

/** One result document a line, of videos one a frame, with the job and the file's name before it. */
export const createJsonlWriter = (): ResultWriter => ({
  begin: '',
  add: ({ jobId, filename, document }) => `${JSON.stringify({ job: jobId, filename, ...document })}\n`,
  end: () => '',
});
