import { setTimeout as sleep } from 'node:timers/promises';

/** Takes half a second for each message. */
export async function handler({ Records }) {
  for (const { body } of Records) {
    await sleep(500);
    console.log(`message ${JSON.parse(body).number} by ${process.pid}`);
  }
}
