/** What a command ends with. Scripts rely on them; docs/cli.md has the table. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notLoggedIn: 3,
  unreachable: 4,
  noCredits: 5,
  interrupted: 130,
} as const;

export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'it is done',
  failed: 'something failed: a photograph, a job, a request',
  usage: 'the command was called in a way that it can do nothing with',
  notLoggedIn: 'you are not logged in, or your key has expired or may not do this',
  unreachable: 'the service does not answer',
  noCredits: 'there are too few credits',
  interrupted: 'Ctrl-C: the same command goes on where it stopped',
};
