/** Ctrl-C at a question. */
export class InterruptedError extends Error {
  readonly code = 'interrupted';

  constructor() {
    super('Nothing was done.');
    this.name = 'InterruptedError';
  }
}
