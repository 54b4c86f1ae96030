import { createServer } from 'node:net';
import { SetupError } from '../setup-error.ts';

/**
 * A port of 127.0.0.1 that nobody listens on: the wanted one, or any.
 * @throws SetupError where the wanted one is taken.
 */
export function findFreePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => reject(describe(error, wanted)));
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : wanted;
      server.close(() => resolve(port));
    });
  });
}

function describe(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new SetupError(
      `Port ${port} is in use by another program. Omit --port to use any free one, or name another.`,
    );
  }
  if (error.code === 'EACCES')
    return new SetupError(`Port ${port} needs more privileges. Name one above 1023.`);
  return error;
}
