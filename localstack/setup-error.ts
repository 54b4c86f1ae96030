/** Something on this machine that the person at the keyboard can mend. Its message is all they need to see. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** The command line was not understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
