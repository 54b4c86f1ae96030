import cluster from 'node:cluster';
import { createTaskProtection } from '../../core/adapters/ecs/task-protection.ts';
import { TaskProcessesEnvironment } from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { stopOnSignal } from '../../core/runtime/stop-on-signal.ts';
import { runTaskProcesses } from '../../core/runtime/task-processes.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';

// Both are one program, so that the bundle is one file.
if (cluster.isWorker) await import('./task-process.ts');
else {
  const environment = readEnvironment(TaskProcessesEnvironment, process.env);
  const telemetry = createTelemetry('analyze-image-task');
  const stop = stopOnSignal();
  await runTaskProcesses(
    { count: environment.TASK_PROCESSES, protect: createTaskProtection(environment.ECS_AGENT_URI) },
    { stop, telemetry },
  );
  telemetry.logger.info('The task has given back what it had, and ends', { reason: stop.reason });
}
