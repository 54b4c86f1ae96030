import cluster from 'node:cluster';
import { stopOnSignal } from '../../core/runtime/stop-on-signal.ts';
import { reportBusy, runTaskProcesses } from '../../core/runtime/task-processes.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';

/**
 * A task of two processes that do no work: `node task-program.ts READY,READY,…`, for each process, in the order in which they are
 * started, whether it becomes ready (1) or never does (0); those beyond are as the last. Each tells its number and its pid.
 */
const stop = stopOnSignal();
if (cluster.worker) {
  const ready = (process.argv[2] ?? '1').split(',');
  const { id } = cluster.worker;
  if ((ready[id - 1] ?? ready.at(-1)) === '1') await reportBusy(false);
  console.log(JSON.stringify({ started: id, pid: process.pid }));
  const timer = setInterval(() => {}, 60_000);
  stop.addEventListener('abort', () => {
    clearInterval(timer);
    process.disconnect();
  });
} else {
  await runTaskProcesses({ count: 2, protect: async () => {} }, { stop, telemetry: createTelemetry('task') });
}
