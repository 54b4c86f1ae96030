import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

let calls = 0;

/** Does what the event asks for. */
export async function handler(event, context) {
  calls += 1;
  if (event.print !== undefined) console.log(event.print);
  if (event.raw !== undefined) process.stdout.write('x'.repeat(event.raw));
  if (event.throw !== undefined) throw new RangeError(event.throw);
  if (event.exit !== undefined) process.exit(event.exit);
  if (event.crash !== undefined) process.kill(process.pid, event.crash);
  if (event.spawn === true) return spawn('sleep', ['600'], { stdio: 'ignore' }).pid;
  if (event.spin === true) for (;;);
  if (event.waitMs !== undefined) await sleep(event.waitMs);
  if (event.sized !== undefined) return 'a'.repeat(event.sized);
  return {
    calls,
    pid: process.pid,
    echo: event.echo ?? null,
    requestId: context.awsRequestId,
    remainingMs: context.getRemainingTimeInMillis(),
    secret: process.env.SECRET ?? null,
    shell: process.env.SHELL ?? null,
  };
}

export const nothing = async () => undefined;
